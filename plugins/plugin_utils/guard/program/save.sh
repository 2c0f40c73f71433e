# shellcheck shell=sh disable=SC2034,SC2154,SC2329
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# --- saving: an entry of saved/ is a folder with the `path` and, of what stood there, one of
#   copy (with mode and owner, unless it is a link), mode and owner alone (a folder as such),
#   tree.gz (a folder with all that is in it), absent (nothing; it names the topmost folder that was missing)

# A slow router takes 25 ms to start a program, so what the shell can do itself it does itself.
NEWLINE='
'

read_path() { # ENTRY; sets path, which may end in newlines
    [ -e "$1/path" ] || return 1
    path=
    while IFS= read -r line || [ -n "$line" ]; do path=$path$line$NEWLINE; done <"$1/path"
    path=${path%"$NEWLINE"}
}

# Sets has_mode, five octal digits, the only form by which every chmod takes bits of a folder away, and has_owner, as
# chown takes it.
look_at() { # PATH
    # shellcheck disable=SC2012 # there is no stat
    read -r letters _ user group _ <<END
$(ls -lnd "$1")
END
    [ -n "$letters" ] || return 1
    has_owner=$user:$group bits='' special=0 letters=${letters#?}
    for weight in 4 2 1; do
        digit=0
        case $letters in r*) digit=4 ;; esac
        case $letters in ?w*) digit=$((digit + 2)) ;; esac
        case $letters in ??[xst]*) digit=$((digit + 1)) ;; esac
        case $letters in ??[sStT]*) special=$((special + weight)) ;; esac
        bits=$bits$digit letters=${letters#???}
    done
    has_mode=0$special$bits
}

is_saved() { # PATH [/]; with the slash: with all that is in it
    for entry in "$FLASH"/saved/[0-9]*; do
        [ -e "$entry/path" ] || continue
        read_path "$entry"
        if [ "$path" = "$1" ]; then
            # Of a folder as such nothing else was saved.
            [ -n "${2-}" ] && [ -e "$entry/mode" ] && [ ! -e "$entry/copy" ] || return 0
        fi
        if [ -e "$entry/tree.gz" ]; then
            case $1 in "$path"/*) return 0 ;; esac
        fi
    done
    return 1
}

# Where a path really is; only its last part may be a link. Printed with a dot behind it.
place_of() { # PATH
    folder=${1%/*} missing=
    until [ -d "$folder/" ]; do
        missing=/${folder##*/}$missing
        folder=${folder%/*}
    done
    folder=$(cd -P "$folder/" && pwd -P && echo .) && folder=${folder%??} &&
        printf '%s.' "${folder%/}$missing/${1##*/}"
}

# A path that ends in / stands for the folder with all that is in it. Of a link, what it leads to is saved as well.
save() { # PATH
    slash=${1#"${1%/}"}
    whole=$(place_of "${1%/}") && whole=${whole%.} || return 1
    for own in "$FLASH/" "$RAM/"; do
        case $slash$own in "/$whole"/*) complain "In $whole/ is what the guard itself writes." && return 1 ;; esac
    done
    if ! is_saved "$whole" "$slash"; then
        new=$FLASH/saved/new
        rm -rf "$new"
        mkdir "$new" && printf '%s\n' "$whole" >"$new/path" && fill "$new" "$whole" "$slash" || return 1
        number=$((number + 1))
        mv "$new" "$FLASH/saved/$number" || return 1
    fi
    if [ -L "$whole" ] && target=$(lead_of "$whole"); then save "${target%.}$slash"; fi
}

# Where a link leads to, be there anything or nothing. Printed with a dot behind it.
lead_of() { # LINK
    if [ -e "$1" ]; then
        target=$(readlink -f "$1" && echo .) && printf '%s.' "${target%??}"
        return
    fi
    # Here BusyBox takes what is relative for relative to the working directory.
    target=$(readlink "$1" && echo .) && target=${target%??}
    case $target in /*) ;; *) target=${1%/*}/$target ;; esac
    [ ! -L "$target" ] && printf '%s.' "$target"
}

fill() { # ENTRY PATH [/]
    if [ -L "$2" ]; then
        cp -a "$2" "$1/copy"
    elif [ -d "$2" ] && [ -n "$3" ]; then
        { tar -cf - -C / "./${2#/}" || : >"$1/bad"; } | gzip -c >"$1/tree.gz" && [ ! -e "$1/bad" ]
    elif [ -e "$2" ]; then
        look_at "$2" && echo "$has_mode" >"$1/mode" && echo "$has_owner" >"$1/owner" || return 1
        [ -d "$2" ] || { cp -a "$2" "$1/copy" && chmod 600 "$1/copy"; }
    else
        above=$2
        while [ -n "${above%/*}" ] && [ ! -e "${above%/*}" ]; do above=${above%/*}; done
        printf '%s\n' "$above" >"$1/absent"
    fi
}

count_saved() { # sets number, that of the last entry
    number=0
    while [ -e "$FLASH/saved/$((number + 1))" ]; do number=$((number + 1)); done
}

save_all() { # PATH...
    count_saved
    for wanted; do
        if ! save "$wanted"; then
            complain "What stands at $wanted could not be saved; is there room on the flash?"
            return 1
        fi
    done
}

add_lines() { # FILE TEXT; a line that is there already stays once
    [ -n "$2" ] || return 0
    there=$NEWLINE
    [ ! -e "$1" ] || there=$NEWLINE$(cat "$1")$NEWLINE
    while IFS= read -r line; do
        case $there in *"$NEWLINE$line$NEWLINE"*) continue ;; esac
        [ -z "$line" ] || printf '%s\n' "$line" >>"$1" || return 1
        there=$there$line$NEWLINE
    done <<END
$2
END
}
