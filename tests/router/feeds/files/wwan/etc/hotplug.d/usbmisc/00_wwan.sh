# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=busybox disable=SC1090,SC1091,SC2034,SC2154
#
# A control device (cdc-wdm) came or went: the interfaces that name it become available or not. Only the name is
# compared, so a late `remove` of a stick that is back already makes its interface unavailable once more.

. /lib/functions.sh
. /lib/netifd/netifd-proto.sh

match_control() {
	config_get proto "$1" proto
	case $proto in mbim | ncm | qmi) ;; *) return 0 ;; esac
	config_get device "$1" device
	[ "$device" = "/dev/$DEVNAME" ] || return 0
	interface=$1
	case $ACTION in
		add) proto_set_available "$1" 1 ;;
		remove) proto_set_available "$1" 0 ;;
	esac
}

case $DEVNAME in
	cdc-wdm*)
		config_load network
		config_foreach match_control interface
		;;
esac
