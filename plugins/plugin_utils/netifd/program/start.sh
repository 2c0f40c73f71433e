# shellcheck shell=busybox
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The one way to start an interface, whatever state netifd has it in.

# netifd_start INTERFACE: starts it again.
netifd_start() {
	netifd_gave_up "$1" || {
		ifup "$1" > /dev/null 2>&1
		return
	}
	# netifd looks at no configuration and obeys no `up` of an interface whose device it takes for absent.
	# The reload is what ifup begins with: a section that has changed is revived by that alone.
	ubus call network reload > /dev/null 2>&1
	netifd_gave_up "$1" && netifd_says_it_is_there "$1"
	# Already starting, this changes nothing; no `down` first, for a start that is cut off may have sent the PIN.
	ubus call network.interface up "{\"interface\":\"$1\"}" > /dev/null 2>&1
}

# netifd_gave_up INTERFACE: true where netifd has `available: false`.
netifd_gave_up() {
	case $(jsonfilter -q -s "$(ubus -S call "network.interface.$1" status 2> /dev/null)" -e @.available) in
		false | 0) return 0 ;;
	esac
	return 1
}

netifd_says_it_is_there() {
	ubus call network.interface notify_proto "{\"interface\":\"$1\",\"action\":5,\"available\":true}" > /dev/null 2>&1
}
