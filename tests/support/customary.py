# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a router's shell prints for the customary facts."""

from __future__ import annotations

ANSWER = """\
--- release
DISTRIB_ID='OpenWrt'
DISTRIB_RELEASE='24.10.4'
DISTRIB_REVISION='r28959-29397011cc'
--- uname
Linux
van-17.fleet.example
6.6.110
mips
#0 Sun Oct 19 16:31:18 2025
--- user
0
root
--- manager
opkg
--- memory
MemTotal:         118312 kB
MemFree:           69908 kB
SwapTotal:             0 kB
SwapFree:              0 kB
--- cpus
4
--- uptime
86400.27 300000.11
--- time
1764100000 2025 11 25 19 46 40 CET +0100
--- model
ZBT-WE826 (16M)
--- link
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536\\    link/loopback 00:00:00:00:00:00
5: br-lan: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 \\    link/ether 02:00:00:00:00:05
6: lan1@eth0: <NO-CARRIER,BROADCAST,MULTICAST> mtu 1500 \\    link/ether 02:00:00:00:00:06
7: wwan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1428 \\    link/ether 02:00:00:00:00:07
8: tun0: <POINTOPOINT,UP> mtu 1420 \\    link/[65534]
--- address
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever
5: br-lan    inet 192.168.1.1/24 brd 192.168.1.255 scope global br-lan\\       valid_lft forever
5: br-lan    inet 192.168.9.1/24 scope global br-lan\\       valid_lft forever
5: br-lan    inet6 fd00:1::1/60 scope global noprefixroute \\       valid_lft forever
5: br-lan    inet6 fe80::5/64 scope link \\       valid_lft forever
7: wwan0    inet 10.64.0.2/30 brd 10.64.0.3 scope global wwan0\\       valid_lft forever
8: tun0    inet 10.9.0.6 peer 10.9.0.5/32 scope global tun0\\       valid_lft forever
--- route4
default via 192.168.1.254 dev br-lan  metric 20
default via 10.64.0.1 dev wwan0 proto static src 10.64.0.2
192.168.1.0/24 dev br-lan scope link
--- route6
default from 2001:db8::/56 via fe80::1 dev br-lan  metric 512
"""
