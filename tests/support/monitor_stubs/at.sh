# shellcheck shell=busybox disable=SC2034
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In the place of the library that talks AT: the answers are lines COMMAND=LINE of a file, or
# COMMAND!STATUS where it goes wrong, with ! alone for every command.

AT_NO_GCOM=70 AT_NO_PORT=71 AT_BUSY=72 AT_SILENT=73 AT_DIAG=74

at_ask() {
	printf 'at %s %s\n' "$1" "$3" >> "$WORLD/calls"
	[ ! -x "$WORLD/on/at" ] || "$WORLD/on/at" "$3"
	at_bad=$(awk -F'!' -v "asked=$3" '$1 == asked || ($1 == "" && NF > 1) { print $2; exit }' "$WORLD/at")
	[ -z "$at_bad" ] || return "$at_bad"
	awk -v "asked=$3=" 'index($0, asked) == 1 { print substr($0, length(asked) + 1) }' "$WORLD/at"
}
