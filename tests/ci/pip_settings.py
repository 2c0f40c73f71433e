# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints what pip is told here, by its files and by the environment, as one pip.conf.

ansible-test runs pip with an environment of its own, so a mirror or a certificate that somebody
names by PIP_INDEX_URL or PIP_CERT would not reach it.
"""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys


def settings(listing: str) -> configparser.RawConfigParser:
    """The lines of `pip config list`, as `global.timeout='60'` or `:env:.cert='/etc/ca.pem'`."""
    config = configparser.RawConfigParser()
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, key = name.rpartition(".")
        section = section.replace(":env:", "global")
        if not config.has_section(section):
            config.add_section(section)
        config.set(section, key, ast.literal_eval(value))
    return config


if __name__ == "__main__":
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    settings(listing.stdout).write(sys.stdout)
