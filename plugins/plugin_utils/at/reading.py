# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The parts of a command line, and which of them only read.

Most that end with `?` do. Makers have many more without one: executed (AT+QTEMP), or set with the
name of a setting only (AT+QCFG="nwscanmode"). Sources: 3GPP TS 27.007, ITU-T V.250, and the AT
manuals of Huawei, Quectel, Sierra, SIMCom, Fibocom, Telit, ZTE, u-blox, MeigLink and Intel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A semicolon between quotes is text.
_PARTS = re.compile(r'(?:"[^"]*"|[^";])+')
# Basic commands, which need nothing between them: ATE0V1+CSQ.
_BASIC = re.compile(r"&?[A-Z]\d*(?:\?|=\d+)?", re.IGNORECASE)
_NAME = re.compile(r"[+^$!*#%_&]?[A-Z0-9_]+", re.IGNORECASE)

_BASIC_TELLING = re.compile(r"I\d*|E[01]|V1|Q0|&V\d?", re.IGNORECASE)

# Executed, without any value.
_EXECUTED = re.compile(
    r"\+(?:C?G(?:MI|MM|MR|SN)|CSQ|CESQ|CIMI|I?CCID|CICCID|CNUM|CPAS|CEER|GCAP|CLCC|CLAC|COPN|CBC"
    r"|CGPADDR|CG(?:S)?CONTRDP|CGTFTRDP|CGEQOSRDP|CG5?QOSRDP|CGDSCONT|C5GNSSAIRDP|CUAD|CSUB"
    r"|CPMUTEMP|CREG|CGREG|CEREG|C5GREG)|"
    r"\+(?:QGMR|QTEMP|QCAINFO|QCSQ|QNWINFO|QSPN|Q?CCID|QRSRP|QRSRQ|QSINR|QLTS|QINISTAT|QENG"
    r"|QGDCNT|QIGETERROR|QVERSION)|"
    r"\^(?:HCSQ|SYSINFO|SYSINFOEX|GETPORTMODE|VERSION|CSNR|SN|DSFLOWQRY|FHVER|HWVER|MONSC|MONNC"
    r"|NDISSTATQRY|CARDMODE|ICCID|CHIPTEMP|SPN|CELLINFO)|"
    r"\+(?:GTCCINFO|GTCAINFO|GTPKGVER|XCCINFO|XLEC|XCESQ|XGENDATA)|"
    r"\+(?:ZRSSI|ZSINR|ZICCID|ZCSQ|ZVERSION|ZCDS|ZPAS|ZCELLINFO|SGCELLINFO|SGCELLINFOEX|SGSW)|"
    r"#(?:RFSTS|MONI|MONIZIP|SERVINFO|GSTAT|CCID|CIMI|CG(?:MI|MM|MR|SN)|SPN|SWPKGV|LOCATION)|"
    r"\$QC(?:SQ|RSRP|RSRQ|SINR|SYSMODE|VOLT)|"
    r"!(?:GSTATUS|PCINFO|PCTEMP|LTEINFO|NRINFO|DIAGINFO|LTECA|RXDEN)|"
    # How many tries a SIM has left.
    r"\+SPIC|\^SPIC|#PCT|\+UPINCNT|\+XPINCNT|"
    r"\+SIMCOMATI|[+^$!*#%_][QCZX]?I?CCID|"
    # What is called so tells so, whoever made it.
    r"[+^$!*#%_](?!\w*(?:RESET|RST|CLEAR|CLR|DEL|SET|SAVE|WRITE|START|STOP))"
    r"[A-Z0-9]*(?:INFO|INFOEX|TEMP|(?:FW|HW|SW|APP|PKG|SYS|BB)VER|VERSION|STATUS|STATE|RSSI|RSRP|RSRQ|SINR|CSQ|IMEI|IMSI)",
    re.IGNORECASE,
)

# With values that only choose what is read.
_CHOSEN = re.compile(
    r"\+(?:C?GSN|CGPADDR|CG(?:S)?CONTRDP|CGTFTRDP|CGEQOSRDP|C5GQOSRDP|CPBR)=\d+(?:,\d+)?|"
    # Reading files of the SIM: READ BINARY, READ RECORD, GET RESPONSE, STATUS.
    r"\+CRSM=(?:176|178|192|242)(?:,.*)?|"
    r'\+CLCK="[A-Z]+",2(?:,,\d+)?|\+CPINR(?:="[^"]*")?|'
    # How operators and errors are written, until the port is closed or the modem starts again.
    r"\+COPS=3,\d|\+CMEE=\d|"
    # A name without a value, where that executes nothing.
    r'\+Q[A-Z]*(?:CFG|ENG|PINC|FR|FLDS|FLST)='
    r'"(?!\w*(?:reset|restore|clear|delete|deactivate|init))[^"]*"|'
    r"\+(?:QICSGP|QLTS|QADC|QGPSLOC)=\d|\+EGMR=0,\d+|"
    r"\^(?:EONS|SPN|NDISSTATQRY|MONSC|MONNC)=\d|"
    r"\+(?:GTSENRDTEMP|XMCI|UPSND|UDCONF|ZEMSCIQ)=\d(?:,\d)?|#(?:MONI|MONIZIP|TEMPSENS)=\d|"
    r'\*CNTI=0|\^SCFG="[^"]*"|\^SSRVSET="[^"]*"',
    re.IGNORECASE,
)  # fmt: skip


def parts(command: str) -> Iterator[str]:
    """The commands of a line, without AT: `ATE0+CSQ;+CREG?` has E0, +CSQ and +CREG?."""
    for part in _PARTS.findall(command.strip()[2:]):
        rest = part.strip()
        while rest and (basic := _BASIC.match(rest)):
            yield basic[0]
            rest = rest[basic.end() :].lstrip()
        if rest:
            yield rest


def name(part: str) -> str:
    """What a command is called, in capitals: +CREG of +CREG?."""
    found = _NAME.match(part)
    return found[0].upper() if found else ""


def only_reads(part: str) -> bool:
    """True if a part of a command line changes nothing."""
    if part.upper() == "+COPS=?":
        return False  # It leaves the network to look for others.
    if part.endswith("?") and '"' not in part:
        return True
    return any(known.fullmatch(part) for known in (_BASIC_TELLING, _EXECUTED, _CHOSEN))
