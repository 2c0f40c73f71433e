# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A call of ubus whose message stands in no command line.

The program `ubus` takes the message as an argument and from nowhere else, and every process of a
router can read the arguments of all others. ucode with its modules for ubus and files, which fw4
brings along from OpenWrt 22.03 on, reads it from a file that only root can read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PROGRAM = "call.uc"
MESSAGE = "call.json"

NO_WAY = 125
"""Exit status where the message must not be on a command line and there is no other way."""

IS_THERE = """\
command -v ucode >/dev/null && [ -f /usr/lib/ucode/ubus.so ] && [ -f /usr/lib/ucode/fs.so ]"""
"""A test of the shell."""

RUN = f'ucode "$T/{PROGRAM}" "$T/{MESSAGE}"'

# Ends as the program ubus does, with the negative status (cli.c). Before 23.05 ubus.error() knows
# no numbers, only the texts of ubus_strerror().
_SOURCE = """\
let ubus = require("ubus"), fs = require("fs");
let texts = [
    "Success", "Invalid command", "Invalid argument", "Method not found", "Not found",
    "No response", "Permission denied", "Request timed out", "Operation not supported",
    "Unknown error", "Connection failed", "Out of memory", "Parsing message data failed",
    "System error"
];
function end() {
    let error = ubus.error(true);
    if (error == null)
        return;
    for (let code = 1; code < length(texts); code++)
        if (type(error) == "string" && index(error, texts[code]) == 0)
            exit(256 - code);
    exit(type(error) == "int" ? 256 - error : 247);
}
let wanted = json(fs.readfile(ARGV[0]));
let bus = ubus.connect(null, wanted.timeout);
if (!bus)
    exit(246);
let reply = bus.call(wanted.path, wanted.method, wanted.message);
if (reply == null)
    end();
else
    print(sprintf("%J", reply), "\\n");
"""


def stage(path: str, method: str, message: Mapping[str, Any], timeout: int) -> dict[str, str]:
    """The files that RUN needs in "$T"."""
    wanted = {"path": path, "method": method, "timeout": timeout, "message": message}
    return {PROGRAM: _SOURCE, MESSAGE: json.dumps(wanted, ensure_ascii=False, allow_nan=False)}
