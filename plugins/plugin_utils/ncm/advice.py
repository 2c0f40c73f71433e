# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is allowed in an ncm interface and yet likely to hurt: warnings, never errors."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..openwrt.release import series_key
from .options import DEAD_OPTIONS
from .values import MAX_IFNAME
from .vendors import VENDORS

# The handler learnt in this series to retry the modem's first answer until `delay` has passed.
_DELAY_RETRIES = "23.05"


def warnings(
    options: Mapping[str, object],
    *,
    section: str | None = None,
    vendor: str | None = None,
    release: str | None = None,
) -> list[str]:
    """Sentences about options that are valid; `release` is a version such as `24.10.4`.

    Options that are None or empty count as not given. No sentence shows a value that is secret.
    """
    given = {name: value for name, value in options.items() if value not in (None, "")}
    return [
        *_about_the_modem(given),
        *_about_delay(given, release),
        *_about_the_apn(given, vendor),
        *_about_names(given, section),
        *_about_dead_options(given),
    ]


def _about_the_modem(given: Mapping[str, object]) -> Iterator[str]:
    if "mode" in given:
        yield (
            "mode: it is written to the modem at every connect, and on many sticks that write goes "
            "to flash, which wears out. Set it once with fleet.openwrt.modem_config instead."
        )


def _about_delay(given: Mapping[str, object], release: str | None) -> Iterator[str]:
    sleeps = release is not None and series_key(release) < series_key(_DELAY_RETRIES)
    if "delay" not in given and not sleeps:
        yield (
            "delay: without it the modem is asked for its maker only once, and a stick that is "
            "still starting, or chatting, fails. 10 to 30 seconds cost nothing when it answers."
        )
    if "delay" in given and sleeps:
        yield f"delay: OpenWrt {release} always sleeps for the whole of it before it connects."


def _about_the_apn(given: Mapping[str, object], vendor: str | None) -> Iterator[str]:
    known = VENDORS.get(vendor or "")
    if "pdptype" not in given:
        yield "pdptype: without it the link is IPv4 only (IP); IPV4V6 asks for both."
    if "apn" not in given and known is None:
        yield "apn: it is not given; that works only with modems that bring their own."
    if "username" in given and "auth" not in given and (known is None or known.auth):
        yield "auth: user name and password are given without it; the modem chooses the method."
    if known is not None and not known.credentials and "username" in given:
        yield f"username: OpenWrt sends neither user name nor password to modems of {vendor}."
    if known is not None and known.caution:
        yield known.caution


def _about_names(given: Mapping[str, object], section: str | None) -> Iterator[str]:
    device = str(given.get("device", ""))
    if device.startswith(("/dev/serial/", "/dev/disk/")) or re.search(r"/by-[a-z]+/", device):
        yield (
            "device: it is a link; the hotplug scripts compare its last part with the kernel's "
            "name, so the interface does not come back by itself after a replug."
        )
    if section is not None and len(f"{section}_4") > MAX_IFNAME:
        yield (
            f"The interface gets a child named {section}_4, which is longer than {MAX_IFNAME} "
            f"characters; choose a shorter name."
        )


def _about_dead_options(given: Mapping[str, object]) -> Iterator[str]:
    for name, instead in DEAD_OPTIONS.items():
        if name in given:
            yield f"{name}: proto ncm does not read it; {instead}."
