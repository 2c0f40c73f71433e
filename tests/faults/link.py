# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The link between this machine and a router: packets both ways are dropped while it is cut."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

# In front of connection tracking, so that nothing that is known gets through.
_TABLE = """
table inet {table} {{
    set cut {{ type ipv4_addr; }}
    chain from_routers {{ type filter hook prerouting priority -400; ip saddr @cut drop; }}
    chain to_routers {{ type filter hook output priority -400; ip daddr @cut drop; }}
}}
"""


@contextmanager
def links(table: str) -> Iterator[None]:
    """Make it possible to cut links; at the end all are whole."""
    _nft(f"add table inet {table}\ndelete table inet {table}\n" + _TABLE.format(table=table))
    try:
        yield
    finally:
        _nft(f"delete table inet {table}")


def cut(table: str, address: str) -> None:
    """Drop whatever goes to or comes from an address, without a word to either side."""
    _nft(f"add element inet {table} cut {{ {address} }}")


def mend(table: str, address: str) -> None:
    """Let the packets through again; fine when the link is whole."""
    _nft(f"add element inet {table} cut {{ {address} }}")
    _nft(f"delete element inet {table} cut {{ {address} }}")


def _nft(commands: str) -> None:
    subprocess.run(["nft", "-f", "-"], input=commands, text=True, check=True)
