# shellcheck shell=sh disable=SC2034,SC2154,SC2329
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# --- putting back: what is as it was is not written; what is not is renamed into its place, so that a
#   path holds the new or the old at every moment, and doing it again after a power cut does no harm

# A hard link takes no room on a full flash. Where there is none to be had the copy is made beside, or at last in
# place.
put_back() { # COPY PATH [MODE OWNER]
    beside=${2%/*}/.${2##*/}.fleet
    [ -d "${2%/*}/" ] || (umask 022 && mkdir -p "${2%/*}") || return 1
    if [ -d "$2" ] && [ ! -L "$2" ]; then rm -rf "$2" || return 1; fi
    rm -f "$beside"
    if { [ ! -L "$1" ] && ln "$1" "$beside" 2>/dev/null; } || cp -a "$1" "$beside"; then
        # Renaming one link of a file to another of the same file does nothing.
        if give "$beside" "${3-}" "${4-}" && mv -f "$beside" "$2" && rm -f "$beside"; then return 0; fi
    fi
    rm -f "$beside"
    [ ! -L "$1" ] && cat "$1" >"$2" && give "$2" "${3-}" "${4-}"
}

give() { # PATH MODE OWNER; no mode: leave both
    [ -z "$2" ] || { chown "$3" "$1" && chmod "$2" "$1"; }
}

has() { # PATH MODE OWNER
    look_at "$1" && [ "$2" = "$has_mode" ] && [ "$3" = "$has_owner" ]
}

same() { # ONE OTHER; links are compared as links
    if [ -L "$1" ] || [ -L "$2" ]; then
        [ -L "$1" ] && [ -L "$2" ] && [ "$(readlink "$1" && echo .)" = "$(readlink "$2" && echo .)" ]
    elif [ -f "$1" ]; then
        [ -f "$2" ] && cmp -s "$1" "$2"
    else
        [ -e "$2" ] && [ ! -f "$2" ]
    fi
}

# The memory of the SIMs is never put back: a PIN that it forgets would be tried again.
remains() { # PATH
    case $1 in "$SIM" | "$SIM"/*) return 0 ;; esac
    return 1
}

restore() { # ENTRY
    read_path "$1" || return 1
    ! remains "$path" || return 0
    # Where a write was cut off, its half is left beside.
    remove "${path%/*}/.${path##*/}.fleet"
    if [ -e "$1/absent" ]; then
        remove_again "$1"
    elif [ -e "$1/tree.gz" ]; then
        restore_tree "$1"
    elif [ -L "$1/copy" ]; then
        same "$1/copy" "$path" || put_back "$1/copy" "$path"
    else
        read -r mode <"$1/mode" && read -r owner <"$1/owner" && restore_plain "$1" "$mode" "$owner"
    fi
}

be_folder() { # PATH
    { [ -d "$1" ] && [ ! -L "$1" ]; } || { rm -rf "$1" && mkdir -p "$1"; }
}

restore_plain() { # ENTRY MODE OWNER
    if [ ! -e "$1/copy" ]; then
        be_folder "$path" && { has "$path" "$2" "$3" || give "$path" "$2" "$3"; }
    elif ! same "$1/copy" "$path" || ! has "$path" "$2" "$3"; then
        put_back "$1/copy" "$path" "$2" "$3" && same "$1/copy" "$path" && has "$path" "$2" "$3"
    fi
}

remove() { # PATH; not every rm is content where a folder above is none any more
    { [ ! -e "$1" ] && [ ! -L "$1" ]; } || rm -rf "$1"
}

remove_again() { # ENTRY; with the folders that were made for it, as far as nothing else is in them
    remove "$path" || return 1
    above=$(cat "$1/absent" && echo .) && above=${above%??}
    folder=${path%/*}
    while [ "${#folder}" -ge "${#above}" ]; do
        # It may be gone since a power cut.
        [ ! -e "$folder" ] || rmdir "$folder" 2>/dev/null || break
        folder=${folder%/*}
    done
}

# Unpacked in RAM, or where that is full on flash.
restore_tree() { # ENTRY
    be_folder "$path" || return 1
    for tree in "$RAM/tree" "$FLASH/tree"; do
        rm -rf "$tree"
        { mkdir -p "$tree" && gzip -dc "$1/tree.gz" | tar -xpf - -C "$tree"; } 2>/dev/null && break
        rm -rf "$tree"
    done
    [ -d "$tree" ] && level
    leveled=$?
    rm -rf "$tree"
    return "$leveled"
}

# All entries are compared at once, and only those that may differ are looked at one by one.
level() { # uses tree and path
    rm -f "$RAM/unlike"
    if differing=$(differences); then
        while IFS= read -r each; do
            case $each in
                -*) keep_if_in "$tree" "/${each#-./}" ;;
                +*) make_like "$tree" "${each#+}" ;;
            esac
        done <<END
$differing
END
    else
        find "$path" -xdev -depth -exec sh "$0" keep-if-in "$tree" {} \;
        (cd "$tree" && find "./${path#/}" -exec sh "$0" make-like "$tree" {} \;)
    fi
    [ ! -e "$RAM/unlike" ]
}

# Prints what is there besides the tree behind a minus, then what the tree holds and is not so here behind a plus, the
# folders first. Fails where lines cannot tell it: a name may hold what ls and sha256sum do not print as it is.
differences() { # uses tree and path
    odd=$(find "$tree$path" "$path" -xdev \( -name "*$NEWLINE*" -o -name '*\\*' -o -name '*[?]*' -o -name '* -> *' \)) &&
        [ -z "$odd" ] || return 1
    { survey "$tree" && echo saved && survey / && echo whole; } 2>/dev/null | awk '
        $0 == "saved" { saved = 1; next }
        $0 == "whole" { whole = !doubt; next }
        {
            name = substr($0, index($0, " ./") + 1)
            if (name !~ /^\.\// || name ~ /\?/) doubt = 1
            if (/^l/) line = "l " name
            else if (length($1) == 64) line = $1 " " name
            else line = substr($1, 1, 10) " " $3 " " $4 " " (/^[bc]/ ? $5 $6 " " : "") name
            if (/^l/) sub(/ -> .*/, "", name)
        }
        !saved { lines[++last] = line; names[line] = name; known[name] = 1; next }
        line in names { delete names[line]; next }
        !(name in known) { more[++others] = name }
        END {
            if (!whole) exit 1
            for (at = 1; at <= others; at++) print "-" more[at]
            for (at = 1; at <= last; at++) if (lines[at] in names) print "+" names[lines[at]]
        }'
}

survey() { # ROOT; what can be seen of each entry below path, and the sums of all files
    (
        cd "$1" || exit
        { find "./${path#/}" -xdev -print0 || echo; } | xargs -0 ls -lnd &&
            { find "./${path#/}" -xdev -type f -print0 || echo; } | xargs -r -0 sha256sum
    )
}

keep_if_in() { # TREE PATH
    [ ! -d "$1" ] || [ -e "$1$2" ] || [ -L "$1$2" ] || [ "$2" = "$BOOT" ] || remains "$2" || remove "$2"
}

make_like() { # TREE ./PATH
    there=$1/${2#./} here=/${2#./} mode='' owner=''
    ! remains "$here" || return 0
    [ -L "$there" ] || { look_at "$there" && mode=$has_mode owner=$has_owner; } || : >"$RAM/unlike"
    if [ -d "$there" ] && [ ! -L "$there" ]; then
        be_folder "$here"
        has "$here" "$mode" "$owner" || give "$here" "$mode" "$owner"
    elif ! same "$there" "$here" || { [ -n "$mode" ] && ! has "$here" "$mode" "$owner"; }; then
        put_back "$there" "$here" "$mode" "$owner"
    fi && same "$there" "$here" || : >"$RAM/unlike"
}
