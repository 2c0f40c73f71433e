#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Stands in for /sbin/usbmode while a simulated stick is plugged in. Like the genuine one it
# lists on standard error, knows only devices that can still be switched, and exits 0 whatever
# came of it.

here=/sys/kernel/debug/usbmode
act=

usage() {
	printf 'Usage: %s <command> <options>\nCommands:\n\t-l\tList matching devices\n\t-s\tModeswitch matching devices\n' "$0" >&2
	exit 1
}

while getopts lsvc: option; do
	case $option in
	l | s) act=$option ;;
	v | c) ;;
	*) usage ;;
	esac
done

case $act in
l) cat "$here/listing" >&2 ;;
s) [ ! -s "$here/listing" ] || echo switch >"$here/switch" ;;
*) usage ;;
esac
exit 0
