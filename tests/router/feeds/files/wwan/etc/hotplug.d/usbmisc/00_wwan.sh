# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=busybox disable=SC1090,SC1091,SC2034,SC2154
#
# A control device came: the interfaces that use it are started.

. /lib/functions.sh

start_if_mine() {
	config_get device "$1" device
	[ "$device" = "/dev/$DEVNAME" ] && ifup "$1"
	return 0
}

[ "$ACTION" = add ] && {
	config_load network
	config_foreach start_if_mine interface
}
