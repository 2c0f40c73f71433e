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
    [ "$2" = "$(mode_of "$1")" ] && [ "$3" = "$(owner_of "$1")" ]
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
        restore_plain "$1" "$(cat "$1/mode")" "$(cat "$1/owner")"
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

restore_tree() { # ENTRY
    tree=$RAM/tree.$$
    rm -rf "$tree" "$RAM/unlike"
    mkdir -p "$tree" && be_folder "$path" && gzip -dc "$1/tree.gz" | tar -xpf - -C "$tree" || return 1
    find "$path" -xdev -depth -exec sh "$0" keep-if-in "$tree" {} \;
    (cd "$tree" && find "./${path#/}" -exec sh "$0" make-like "$tree" {} \;)
    rm -rf "$tree"
    [ ! -e "$RAM/unlike" ]
}

keep_if_in() { # TREE PATH
    [ ! -d "$1" ] || [ -e "$1$2" ] || [ -L "$1$2" ] || [ "$2" = "$BOOT" ] || remains "$2" || rm -rf "$2"
}

make_like() { # TREE ./PATH
    there=$1/${2#./} here=/${2#./} mode='' owner=''
    ! remains "$here" || return 0
    [ -L "$there" ] || { mode=$(mode_of "$there") && owner=$(owner_of "$there"); }
    if [ -d "$there" ] && [ ! -L "$there" ]; then
        be_folder "$here"
        has "$here" "$mode" "$owner" || give "$here" "$mode" "$owner"
    elif ! same "$there" "$here" || { [ -n "$mode" ] && ! has "$here" "$mode" "$owner"; }; then
        put_back "$there" "$here" "$mode" "$owner"
    fi && same "$there" "$here" || : >"$RAM/unlike"
}
