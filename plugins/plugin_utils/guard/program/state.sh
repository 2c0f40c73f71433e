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
    sed -n "s/^$2=//p" "$1"
}

uptime_s() { # whole seconds; the clock of a router jumps, this one does not
    read -r up _ </proc/uptime
    echo "${up%%.*}"
}

the_id() { # of what is open or being put back; nothing when there is nothing
    for state in open rolling; do
        if [ -e "$FLASH/$state" ]; then
            field "$FLASH/$state" id
            return
        fi
    done
}

timer_runs() {
    [ -e "$RAM/timer.pid" ] && kill -0 "$(cat "$RAM/timer.pid")" 2>/dev/null
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
            echo "left=$(($(cat "$RAM/deadline") - $(uptime_s)))"
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
