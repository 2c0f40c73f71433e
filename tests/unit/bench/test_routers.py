# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the bench makes of an engine's answers."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from bench import routers


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"IPAddress": "10.88.0.5", "Networks": {}}, "10.88.0.5"),
        ({"IPAddress": "", "Networks": {"fleet": {"IPAddress": "10.9.0.2"}}}, "10.9.0.2"),
        ({"Networks": {"none": {"IPAddress": ""}}}, None),
        ({"Networks": None}, None),
    ],
)
def test_address(settings: dict[str, Any], address: str | None) -> None:
    assert routers.address({"NetworkSettings": settings}) == address


@pytest.mark.parametrize(
    ("number", "subnet"),
    [(1, "100.64.1.0/24"), (255, "100.64.255.0/24"), (256, "100.65.0.0/24")],
)
def test_every_router_has_a_carrier_subnet_of_its_own(number: int, subnet: str) -> None:
    assert routers.subnet(number) == IPv4Network(subnet)


def test_subnets_stay_within_the_shared_address_space() -> None:
    assert all(
        routers.subnet(number).subnet_of(IPv4Network("100.64.0.0/10"))
        for number in (1, 5000, 2**14 - 1, 2**14)
    )
