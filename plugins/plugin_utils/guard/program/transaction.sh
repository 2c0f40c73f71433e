# shellcheck shell=sh disable=SC2034,SC2154,SC2329
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# --- a transaction: open, applied, and confirmed or rolled back

# open ID PID TIMEOUT LIMIT BY BEFORE AFTER PACKAGES PATH...
# PID is the program that changes things: when it is gone without having called `applied`, or takes longer than
# LIMIT seconds, all is put back. After `applied` somebody has TIMEOUT seconds to confirm. BEFORE and AFTER are shell
# that runs around putting back, where services had been reloaded; PACKAGES is shell that removes packages.
open_one() {
    look_up
    if [ -n "$current" ]; then
        complain "Another transaction is open on this router: $current."
        exit 76
    fi
    clean_up
    mkdir -p "$RAM"
    await_services
    rm -rf "$RAM/applied" "$RAM/deadline" "$RAM/reload" "$RAM/report" "$RAM/told" \
        "$RAM/after" "$RAM/packages"
    id=$1 pid=$2 timeout=$3 limit=$4 by=$5 before=$6 after=$7 packages=$8
    shift 8
    if ! {
        # Of RAM, which may be full when all is to be put back.
        printf '%12288s' '' >"$RAM/spare" &&
            # The boot link stands before anything is saved: it also cleans up what a power cut leaves of a preparation.
            # What it calls is written out first, since a flash file system may write a link before a file's content.
            mkdir -p "$FLASH" "${BOOT%/*}" && cp "$0" "$FLASH/guard" && chmod 700 "$FLASH/guard" && sync &&
            ln -s "$FLASH/guard" "$BOOT" && mkdir "$FLASH/saved" &&
            printf 'id=%s\ntimeout=%s\nby=%s\n' "$id" "$timeout" "$by" >"$FLASH/new" &&
            add_what_to_do "$before" "$after" "$packages" && save_all "$@" && sync &&
            mv "$FLASH/new" "$FLASH/open" && sync &&
            watch_over "$id" "$pid" "$limit"
    }; then
        clean_up
        complain "The guard could not be set up, so nothing was changed.$(why_not)"
        exit 77
    fi
    say "transaction $id by $by: open"
}

why_not() { # prints what keeps the guard from being set up, where that can be seen
    for folder in "${FLASH%/*}" "${BOOT%/*}"; do
        if (: >"$folder/.fleet-guard") 2>/dev/null; then
            rm -f "$folder/.fleet-guard"
        else
            echo " $folder cannot be written; see with mount and df whether the flash is read-only or full."
        fi
    done
}

# extend ID PID TIMEOUT LIMIT BY BEFORE AFTER PACKAGES PATH...: what is saved already keeps what it held first.
extend() {
    if [ ! -e "$FLASH/open" ] || ! is_current "$1"; then
        complain "The transaction $1 is not open any more."
        exit 76
    fi
    id=$1 pid=$2 limit=$4 before=$6 after=$7 packages=$8
    shift 8
    add_what_to_do "$before" "$after" "$packages" && save_all "$@" && sync &&
        watch_over "$id" "$pid" "$limit" && rm -f "$RAM/applied" || exit 77
}

add_what_to_do() { # BEFORE AFTER PACKAGES
    add_lines "$FLASH/before" "$1" && add_lines "$FLASH/after" "$2" && add_lines "$FLASH/packages" "$3"
}

watch_over() { # ID PID LIMIT
    look_at_clock
    printf '%s %s\n' "$2" "$((now + $3))" >"$RAM/applying" || return 1
    if timer_runs && timer_is_for "$1"; then return 0; fi
    rm -f "$RAM/timer.pid"
    echo "$1" >"$RAM/timer.id" || return 1
    start_by_procd "$1" || start_by_daemon "$1"
    tries=0
    until timer_runs; do
        tries=$((tries + 1))
        [ "$tries" -le 5 ] || return 1
        sleep 1
    done
}

timer_is_for() { # ID
    { read -r watched <"$RAM/timer.id"; } 2>/dev/null && [ "$watched" = "$1" ]
}

# procd starts a timer again that was killed, such as by the kernel when memory is short. A timer without a program
# has procd forget it.
start_by_procd() { # ID
    # shellcheck disable=SC2016 # that shell expands it
    command -v ubus >/dev/null && ubus -t 10 call service set '{"name":"fleet-guard","instances":{"timer":{
        "command":["/bin/sh","-c",
            "[ -e $0 ] && exec sh $0 timer $1; exec ubus call service delete {\\\"name\\\":\\\"fleet-guard\\\"}",
            "'"$FLASH"'/guard","'"$1"'"],
        "pidfile":"'"$RAM"'/timer.pid","respawn":["3600","1","0"]}}}' >/dev/null 2>&1 && : >"$RAM/by-procd"
}

# The timer must outlive the session; start-stop-daemon sees it off whether that has a terminal or not. Without a
# pidfile it would refuse to start a second /bin/sh.
start_by_daemon() { # ID
    FLEET_LOCK='' start-stop-daemon -S -b -m -p "$RAM/timer.pid" -x /bin/sh -- "$FLASH/guard" timer "$1" </dev/null >/dev/null 2>&1 9>&-
}

# procd ends the timer with it, so the timer itself comes to this last.
stop_timer() {
    [ -e "$RAM/by-procd" ] && [ -z "${in_timer-}" ] || return 0
    rm -f "$RAM/by-procd"
    ubus -t 10 call service delete '{"name":"fleet-guard"}' >/dev/null 2>&1
}

applied() { # ID TIMEOUT; never shortens what was granted before
    [ -e "$FLASH/open" ] && is_current "$1" || exit 76
    look_at_clock
    deadline=$((now + $2))
    if [ ! -e "$RAM/deadline" ] || [ "$(cat "$RAM/deadline")" -lt "$deadline" ]; then
        echo "$deadline" >"$RAM/deadline" || exit 77
    fi
    : >"$RAM/applied"
}

timer() { # ID
    in_timer=yes
    while is_current "$1"; do
        look_at_task
        overdue
        if [ -n "$why" ] && (give_up_on "$1" "$why"); then break; fi
        sleep 1
    done
    # The next transaction may have a timer already.
    (lock 0 && timer_is_for "$1" && in_timer='' && stop_timer) 2>/dev/null
}

# A step goes on when the task that runs it is killed; what it then wrote nobody would put back.
look_at_task() { # sets family, the processes of the task that is at work
    if [ -e "$RAM/applied" ]; then
        family=
    elif read -r pid _ <"$RAM/applying" && [ -d "/proc/$pid" ]; then
        family=$(family_of "$pid")
    fi
}

family_of() { # PID; prints what it has started, and what that has
    grep -l "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status 2>/dev/null | while IFS= read -r child; do
        child=${child#/proc/}
        child=${child%/status}
        echo "$child"
        family_of "$child"
    done
}

overdue() { # sets why, the reason for which the transaction must end now; empty while it may go on
    why=
    look_at_clock
    if [ -e "$FLASH/rolling" ]; then
        somebody_rolls || why="putting back had been cut off"
    elif [ -e "$RAM/applied" ]; then
        { read -r deadline <"$RAM/deadline" && [ "$now" -lt "$deadline" ]; } 2>/dev/null ||
            why="nobody confirmed it in time"
    elif ! read -r pid limit <"$RAM/applying" || [ ! -d "/proc/$pid" ]; then
        # It may have said so in its last moment.
        [ -e "$RAM/applied" ] || { end_family; why="the task broke off in the middle"; }
    elif [ "$now" -ge "$limit" ]; then
        kill -9 "$pid"
        end_family
        why="the task did not come to an end"
    fi
}

end_family() {
    for member in $family; do kill -9 "$member" 2>/dev/null; done
}

give_up_on() { # ID WHY
    # Who holds it for long has not come to confirm. Who puts back is waited for, see overdue.
    lock 10
    is_current "$1" || return 0
    # Somebody may have confirmed or gone on while we waited.
    overdue
    [ -n "$why" ] || return 1
    roll_back "$2"
    ended=$?
    tell_the_end say
    take_up_again
    [ "$ended" = 0 ] || sleep 10
    return "$ended"
}

somebody_rolls() { # somebody but us, who would be in our way as we in theirs
    { read -r roller <"$RAM/roller"; } 2>/dev/null && [ "$roller" != $$ ] &&
        grep -q guard "/proc/$roller/cmdline" 2>/dev/null
}

# roll_back WHY: leaves in `after` what has the services take up the old configuration, and in `packages` what removes
# packages; not in files, for RAM may be full. That they are to be run is told by the files $RAM/after and $RAM/packages.
roll_back() {
    look_up
    id=$current
    if somebody_rolls; then
        complain "Another program is putting it back; it is the process $roller."
        return 1
    fi
    rm -f "$RAM/spare"
    echo $$ >"$RAM/roller"
    if [ -e "$FLASH/open" ] && ! mv "$FLASH/open" "$FLASH/rolling"; then
        report "$id" failed "$1; nothing could be put back, for $FLASH cannot be written"
        return 1
    fi
    after='' packages=''
    if [ -e "$RAM/reload" ]; then
        [ -e "$RAM/reload/done" ] || kill "$(cat "$RAM/reload/pid")" 2>/dev/null
        run_once "$FLASH/before"
        [ ! -e "$FLASH/after" ] || { after=$(cat "$FLASH/after") && : >"$RAM/after"; }
    fi
    [ ! -e "$FLASH/packages" ] || { packages=$(cat "$FLASH/packages") && : >"$RAM/packages"; }
    bad=
    count_saved
    # What was saved first is the oldest, so it has the last word.
    while [ "$number" -gt 0 ]; do
        restore "$FLASH/saved/$number" || bad="$bad $path"
        number=$((number - 1))
    done
    sync
    if [ -n "$bad" ]; then
        report "$id" failed "$1; these could not be put back:$bad"
        return 1
    fi
    close rolling
    report "$id" rolled-back "$1"
}

take_up_again() {
    [ -z "$packages" ] || as_services_expect sh -c "$packages"
    rm -f "$RAM/packages"
    [ -z "$after" ] || as_services_expect sh -c "$after"
    rm -f "$RAM/after"
}

# What was put back last may not be at work yet, and must not change before it is.
await_services() {
    tries=0
    while [ -e "$RAM/after" ] || [ -e "$RAM/packages" ]; do
        tries=$((tries + 1))
        [ "$tries" -le 60 ] || break
        sleep 1
    done
}

run_once() { # SCRIPT
    [ ! -e "$1" ] || as_services_expect sh "$1"
    rm -f "$1"
}

as_services_expect() { # COMMAND...; with files that their users can read, and without our lock
    (umask 022 && "$@") </dev/null >/dev/null 2>&1 9>&-
}

close() { # STATE
    rm -f "$RAM/applied" "$RAM/deadline" "$RAM/spare"
    mv "$FLASH/$1" "$FLASH/closed" && sync
    clean_up
}

# The copies go first, and the boot link before the program that it calls: what a power cut leaves is either
# cleaned up through that link, or holds nothing of anybody's.
clean_up() {
    stop_timer
    [ -e "$FLASH" ] || [ -L "$BOOT" ] || return 0
    rm -rf "$FLASH/saved"
    rm -f "$BOOT"
    rm -rf "$FLASH"
    sync
}

boot() {
    # In a container RAM may have outlived the start.
    rm -rf "$RAM"
    mkdir -p "$RAM"
    look_up
    if [ -z "$current" ]; then
        clean_up
        return
    fi
    roll_back "the router was started before anybody confirmed"
    tell_the_end say_later
    # Package managers need what is only there later.
    ( trap '' HUP; sleep 30; take_up_again ) </dev/null >/dev/null 2>&1 &
}

confirm() { # [ID]
    lock || exit
    look_up
    id=${1:-$current}
    if [ -e "$FLASH/open" ] && [ "$current" = "$id" ]; then
        if [ ! -e "$RAM/applied" ] && timer_runs; then
            complain "The task is still at work; confirm when it has ended."
            exit 75
        fi
        close open
        report "$id" confirmed "what was changed stays"
        tell_the_end say
    fi
    status
    [ -e "$RAM/report" ] && [ "$(field "$RAM/report" last_id)" = "$id" ] || exit 79
    [ "$(field "$RAM/report" last_outcome)" = confirmed ] || exit 78
}

# The services are reloaded when we are gone, since that may cut the session that called us.
rollback() { # [ID [WHY]]
    lock || exit
    look_up
    id=${1:-$current}
    if [ -n "$id" ] && [ "$current" = "$id" ]; then
        roll_back "${2:-somebody asked for it}"
        tell_the_end say
        ( trap '' HUP; sleep 1; take_up_again ) </dev/null >/dev/null 2>&1 9>&- &
    fi
    status
    [ -e "$RAM/report" ] && [ "$(field "$RAM/report" last_id)" = "$id" ] || exit 79
    [ "$(field "$RAM/report" last_outcome)" = rolled-back ] || exit 78
}

main() {
    act=$1
    shift
    case $act in
        status | boot | applied | timer | confirm | rollback) "$act" "$@" ;;
        open) lock && open_one "$@" ;;
        extend) lock && extend "$@" ;;
        keep-if-in) keep_if_in "$@" ;;
        make-like) make_like "$@" ;;
        *) complain "usage: guard [status | confirm [ID] | rollback [ID [WHY]]]" && exit 64 ;;
    esac
}

[ $# -gt 0 ] || set -- status
main "$@"
exit
