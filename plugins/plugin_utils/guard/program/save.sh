# shellcheck shell=sh disable=SC2034,SC2154,SC2329
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# --- saving: an entry of saved/ is a folder with the `path` and, of what stood there, one of
#   copy (with mode and owner, unless it is a link), mode and owner alone (a folder as such),
#   tree.gz (a folder with all that is in it), absent (nothing; it names the topmost folder that was missing)

read_path() { # ENTRY; sets path, which may end in newlines
    path=$(cat "$1/path" && echo .) && path=${path%??}
}

mode_of() { # PATH; as chmod takes it: u=rwx,g=rx,o=rx
    # shellcheck disable=SC2012 # there is no stat
    ls -lnd "$1" | sed -n '1{
        s/^.\(...\)\(...\)\(...\).*/u=\1,g=\2,o=\3/
        s/-//g; s/[st]/x&/g; y/ST/st/; p
    }'
}

owner_of() { # PATH; as chown takes it
    # shellcheck disable=SC2012
    ls -lnd "$1" | awk '{ print $3 ":" $4; exit }'
}

is_saved() { # PATH
    for entry in "$FLASH"/saved/[0-9]*; do
        [ -e "$entry/path" ] || continue
        read_path "$entry"
        [ "$path" != "$1" ] || return 0
        if [ -e "$entry/tree.gz" ]; then
            case $1 in "$path"/*) return 0 ;; esac
        fi
    done
    return 1
}

# A path that ends in / stands for the folder with all that is in it. Of a link, what it leads to is saved as well.
save() { # PATH
    whole=${1%/}
    if is_saved "$whole"; then return 0; fi
    new=$FLASH/saved/new
    rm -rf "$new"
    mkdir "$new" && printf '%s\n' "$whole" >"$new/path" && fill "$new" "$1" "$whole" || return 1
    number=$((number + 1))
    mv "$new" "$FLASH/saved/$number" || return 1
    if [ -L "$whole" ] && target=$(readlink -f "$whole" && echo .); then
        target=${target%??}
        [ "$target" = "$whole" ] || save "$target"
    fi
}

fill() { # ENTRY PATH PATH_WITHOUT_SLASH
    if [ -L "$3" ]; then
        cp -a "$3" "$1/copy"
    elif [ -d "$3" ] && [ "$2" != "$3" ]; then
        { tar -cf - -C / "./${3#/}" || : >"$1/bad"; } | gzip -c >"$1/tree.gz" && [ ! -e "$1/bad" ]
    elif [ -e "$3" ]; then
        mode_of "$3" >"$1/mode" && owner_of "$3" >"$1/owner" || return 1
        [ -d "$3" ] || { cp -a "$3" "$1/copy" && chmod 600 "$1/copy"; }
    else
        above=$3
        while [ -n "${above%/*}" ] && [ ! -e "${above%/*}" ]; do above=${above%/*}; done
        printf '%s\n' "$above" >"$1/absent"
    fi
}

save_all() { # PATH...
    number=0
    for entry in "$FLASH"/saved/[0-9]*; do
        [ ! -e "$entry" ] || number=$((number + 1))
    done
    for wanted; do
        if ! save "$wanted"; then
            complain "What stands at $wanted could not be saved; is there room on the flash?"
            return 1
        fi
    done
}

add_lines() { # FILE TEXT; a line that is there already stays once
    printf '%s\n' "$2" | while IFS= read -r line; do
        [ -z "$line" ] || grep -qxF -e "$line" "$1" 2>/dev/null || printf '%s\n' "$line" >>"$1" || return 1
    done
}
