# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A modem that is made of answers, for tests that need no router."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.reply import reply
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import Dialogue

IMEI = "861000000000010"

HUAWEI = {
    "AT+CGMI": "huawei",
    "AT+CGSN": IMEI,
    "AT^SYSCFGEX?": '^SYSCFGEX:"00",3FFFFFFF,1,2,7FFFFFFFFFFFFFFF',
    "AT^SETPORT?": "^SETPORT:FF;12,16",
    "AT^GETPORTMODE": "^GETPORTMODE:TYPE:WCDMA:huawei,PCUI:0,NCM:1",
}
QUECTEL = {
    "AT+CGMI": "Quectel",
    "AT+CGSN": IMEI,
    'AT+QCFG="nwscanmode"': '+QCFG: "nwscanmode",0',
    'AT+QCFG="servicedomain"': '+QCFG: "servicedomain",2',
}
SIERRA = {
    "AT+CGMI": "Sierra Wireless, Incorporated",
    "AT+CGSN": IMEI,
    "AT!SELRAT?": "!SELRAT: 00, Automatic",
}


def dialogue(answers: Mapping[str, str]) -> Dialogue:
    """One command after the other; what has lines only is answered with OK besides."""
    return Dialogue(
        "/dev/ttyUSB0",
        tuple(reply(command, finished(text)) for command, text in answers.items()),
    )


def finished(text: str) -> list[str]:
    """The lines of an answer with its final result, which `text` may hold itself."""
    lines = text.splitlines()
    final = lines and lines[-1].startswith(("OK", "ERROR", "+CME ERROR", "COMMAND NOT"))
    return lines if final else [*lines, "OK"]


def transcript(port: str, commands: list[str], answers: Mapping[str, str]) -> str:
    """What at_converse prints; a command without an answer is refused, `silent` ends it all."""
    said = [f"@ port {port}"]
    for number, command in enumerate(commands, 1):
        text = answers.get(command, "OK" if command == "AT" else "ERROR")
        said.append(f"@ {number}")
        if text == "silent":
            said.append("@ silent")
            break
        said += finished(text)
    return "\n".join(said) + "\n"
