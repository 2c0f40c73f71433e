# shellcheck shell=sh disable=SC2034,SC2154,SC2329
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The guard: what a transaction changes on this router comes back unless somebody confirms it.
#
#   guard status                what is open, and how the last transaction ended
#   guard confirm [ID]          keep what was changed
#   guard rollback [ID [WHY]]   put everything back now
#
# On flash, in $FLASH, into which nobody but root looks: this program, `saved/` with what stood at every path
# before, and the state, which is the name of one file: `new` while the transaction is being prepared and nothing
# has been changed, `open` (armed), `rolling` (being put back), `closed` (over, being cleaned up). Renaming that
# file is the whole step from one state to the next, so a power cut finds the one or the other.
# In RAM, in $RAM: the lock, the deadline, the reload job, how the last transaction ended.

umask 077
FLASH=${FLEET_GUARD_FLASH:-/usr/lib/fleet-guard}
RAM=${FLEET_GUARD_RAM:-/var/run/fleet-guard}
BOOT=${FLEET_GUARD_BOOT:-/etc/rc.d/S00fleet-guard}
# What a SIM has refused was refused, whatever becomes of the configuration.
SIM=${FLEET_SIM_MEMORY:-/etc/fleet-sim}

complain() {
    echo "$*" >&2
}

say() {
    logger -t fleet-guard -p daemon.notice "$*"
}

# What happens before there is a log is told when there is one.
say_later() {
    (
        trap '' HUP
        tries=0
        until [ -S /dev/log ] || [ "$tries" -ge 60 ]; do
            tries=$((tries + 1))
            sleep 2
        done
        sleep 2
        say "$*"
    ) </dev/null >/dev/null 2>&1 &
}

field() { # FILE KEY
    while IFS= read -r line; do
        case $line in "$2="*) echo "${line#*=}" ;; esac
    done <"$1"
}

look_at_clock() { # sets now, in whole seconds; the clock of a router jumps, its uptime does not
    read -r now _ </proc/uptime
    now=${now%%.*}
}

look_up() { # sets current, the transaction that is open or being put back; empty where there is none
    current=
    for state in open rolling; do
        { [ -e "$FLASH/$state" ] && IFS= read -r current <"$FLASH/$state"; } 2>/dev/null || continue
        current=${current#id=}
        return
    done
}

is_current() { # ID
    look_up
    [ "$current" = "$1" ]
}

timer_runs() {
    { read -r pid_of_timer <"$RAM/timer.pid" && kill -0 "$pid_of_timer"; } 2>/dev/null
}

report() { # ID OUTCOME WHY
    mkdir -p "$RAM"
    printf 'last_id=%s\nlast_outcome=%s\nlast_why=%s\n' "$1" "$2" "$3" >"$RAM/report"
}

tell_the_end() { # HOW_TO_SAY
    "$1" "transaction $(field "$RAM/report" last_id): $(field "$RAM/report" last_outcome), $(field "$RAM/report" last_why)"
}

status() {
    if [ -e "$FLASH/open" ]; then
        echo state=open
        cat "$FLASH/open"
        if [ ! -e "$RAM/applied" ]; then
            echo applying=yes
        elif [ -e "$RAM/deadline" ]; then
            look_at_clock
            echo "left=$(($(cat "$RAM/deadline") - now))"
        fi
        if timer_runs; then echo timer=yes; else echo timer=no; fi
    elif [ -e "$FLASH/rolling" ]; then
        echo state=rolling
        cat "$FLASH/rolling"
    else
        echo state=none
    fi
    [ ! -e "$RAM/report" ] || cat "$RAM/report"
}

# One program at a time changes the state. Whoever called us may hold the lock already.
lock() { # [SECONDS]
    mkdir -p "$RAM"
    [ "${FLEET_LOCK-}" != held ] || return 0
    exec 9>>"$RAM/lock"
    tries=0
    until flock -n 9; do
        tries=$((tries + 1))
        if [ "$tries" -gt "${1:-30}" ]; then
            complain "Another task is changing this router; it holds $RAM/lock."
            return 75
        fi
        sleep 1
    done
}
