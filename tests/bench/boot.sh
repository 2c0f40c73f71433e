#!/bin/sh
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# First command of a router whose init would take the container's uplink for a LAN port: gives
# the uplink a name that no configuration mentions, lets the firewall accept what comes in by
# it, and hands over to init. The uplink's default route, over which the feeds are reached, comes
# back with a metric that lets the modem's route win. A container keeps its /tmp where the engine
# gave it none; a router's is empty at power-on.

find /tmp -mindepth 1 -maxdepth 1 -exec rm -rf {} \; 2>/dev/null
if [ -e /sys/class/net/eth0 ]; then
	gateway=$(ip route show default | sed -n 's/^default via \([0-9.]*\).*/\1/p')
	ip link set eth0 down
	ip link set eth0 name mgmt0
	ip link set mgmt0 up
	[ -z "$gateway" ] || ip route add default via "$gateway" dev mgmt0 metric 2000
fi
mkdir -p /usr/share/nftables.d/chain-pre/input
echo 'iifname "mgmt0" accept' >/usr/share/nftables.d/chain-pre/input/mgmt0.nft
exec /sbin/init
