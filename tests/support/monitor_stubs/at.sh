# shellcheck shell=busybox disable=SC2034
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In the place of the library that talks AT: the answers are lines COMMAND=LINE of a file, or
# COMMAND!STATUS where it goes wrong, with ! alone for every command.

AT_NO_GCOM=70 AT_NO_PORT=71 AT_BUSY=72 AT_SILENT=73 AT_DIAG=74

at_ask() {
	at_told "$@" && at_answer "$3"
}

# Of a whole conversation the first command is written down.
at_say() (
	at_told "$@" || exit
	shift 2
	at_number=0
	for at_command; do
		at_number=$((at_number + 1))
		printf '@ %s\n' $at_number
		at_answer "$at_command" | grep . || echo ERROR
	done
)

at_told() {
	printf 'at %s %s\n' "$1" "$3" >> "$WORLD/calls"
	[ ! -x "$WORLD/on/at" ] || "$WORLD/on/at" "$3"
	at_bad=$(awk -F'!' -v "asked=$3" '$1 == asked || ($1 == "" && NF > 1) { print $2; exit }' "$WORLD/at")
	return "${at_bad:-0}"
}

at_answer() {
	awk -v "asked=$1=" 'index($0, asked) == 1 { print substr($0, length(asked) + 1) }' "$WORLD/at"
}
