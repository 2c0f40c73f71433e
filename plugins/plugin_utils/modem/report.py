# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking a modem all about itself in one round trip, by questions that change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..at.talk import LIBRARY, STAGE, Dialogue, DialogueProbe, Port, say
from ..engine.probe import Probe
from ..router.wire import Answer, Section
from ..shell import quote
from .dialects import standard
from .dialects.dialect import Dialect, first
from .dialects.huawei import Huawei
from .dialects.quectel import Quectel
from .dialects.sierra import Sierra
from .dialects.standard import Standard
from .dialects.zte import Zte
from .state import (
    Context,
    Levels,
    Mode,
    Ports,
    Registration,
    Report,
    Signal,
    Sim,
    SimState,
    Tries,
)

__all__ = [
    "QUERIES",
    "Context",
    "Mode",
    "ModemProbe",
    "Ports",
    "Registration",
    "Report",
    "Signal",
    "Sim",
    "SimState",
    "queries",
    "report",
]

_STANDARD = Standard()
_VENDORS = (Huawei(), Quectel(), Zte(), Sierra())
# A vendor's own command is nearer to the truth than the standard's.
_DIALECTS = (*_VENDORS, _STANDARD)

QUERIES: tuple[str, ...] = tuple(
    command for dialect in (_STANDARD, *_VENDORS) for command in dialect.queries
)
"""What may be asked of any modem, what matters most first."""

_MAKER = re.compile(r"^@ maker (.*)\n", re.MULTILINE)

# By the classes that are usual for +CSQ: from this many dBm on.
_WORDS = ((-73, "excellent"), (-83, "good"), (-93, "fair"), (-111, "poor"))
_NO_SIGNAL = "none"


@dataclass(frozen=True)
class ModemProbe(Probe[Report]):
    """All about the modem on a port; `seconds` is what each command may take.

    It is asked for its maker first, to spare it the commands of others. Raises PortError where no
    dialogue comes about.
    """

    port: Port
    seconds: int = 5

    @property
    def title(self) -> str:
        return "what the modem says of itself"

    def script(self) -> str:
        choices = "".join(_choice(dialect) for dialect in _VENDORS)
        others = QUERIES[len(_STANDARD.queries) :]
        # 1 is a modem that does not tell; with any other status there is nobody to ask more.
        return f"""\
{LIBRARY}
{self.port.script()}
said=$(at_ask "$port" {self.seconds} {_STANDARD.queries[0]})
why=$?
[ $why -le 1 ] || exit $why
maker=
case $(printf %s "$said" | tr A-Z a-z) in
{choices}    *) set -- {_words(others)} ;;
esac
printf '@ maker %s\\n' "$maker"
{say(_STANDARD.queries, self.seconds)} "$@\""""

    def section(self) -> Section:
        return Section(self.title, self.script(), STAGE)

    def parse(self, answer: Answer) -> Report:
        named = _MAKER.search(answer.stdout)
        commands = queries(named[1] if named else "")
        rest = replace(answer, stdout=_MAKER.sub("", answer.stdout))
        return report(DialogueProbe(self.port, commands, self.seconds).understood(rest))


def queries(maker: str) -> tuple[str, ...]:
    """What is asked of a maker's modem: the first of a dialect's `makers`, or empty for any."""
    dialect = next((each for each in _VENDORS if each.makers[0] == maker), None)
    return QUERIES if dialect is None else _STANDARD.queries + dialect.queries


def report(dialogue: Dialogue) -> Report:
    """What the answers to QUERIES tell; what the modem did not answer stays None."""
    registration = standard.registration(dialogue)
    return Report(
        port=dialogue.port,
        manufacturer=standard.text(dialogue, "AT+CGMI"),
        model=standard.text(dialogue, "AT+CGMM"),
        firmware=standard.text(dialogue, "AT+CGMR"),
        imei=standard.digits(dialogue, "AT+CGSN"),
        iccid=_iccid(dialogue),
        imsi=standard.digits(dialogue, "AT+CIMI"),
        sim=_sim(dialogue),
        operator=standard.operator(dialogue),
        registration=registration,
        technology=_technology(dialogue),
        signal=_signal(dialogue, registration),
        attached=standard.attached(dialogue),
        connected=first(each.connected(dialogue) for each in _DIALECTS),
        contexts=first(each.contexts(dialogue) for each in _DIALECTS) or (),
        mode=first(each.mode(dialogue) for each in _DIALECTS),
        domain=first(each.domain(dialogue) for each in _DIALECTS),
        roaming_allowed=first(each.roaming_allowed(dialogue) for each in _DIALECTS),
        ports=first(each.ports(dialogue) for each in _DIALECTS),
        unsolicited=_unsolicited(dialogue),
        replies=dialogue.replies,
    )


def _choice(dialect: Dialect) -> str:
    makers = " | ".join(f"*{maker}*" for maker in dialect.makers)
    return f"    {makers}) maker={dialect.makers[0]} && set -- {_words(dialect.queries)} ;;\n"


def _words(commands: Iterable[str]) -> str:
    return " ".join(map(quote, commands))


def _sim(dialogue: Dialogue) -> Sim:
    tries = first(each.tries(dialogue) for each in _DIALECTS) or Tries()
    # Here the standard's word counts first: it tells PIN and PUK apart.
    state = first(each.sim(dialogue) for each in (_STANDARD, *_VENDORS))
    return Sim(
        state=state or SimState.UNKNOWN,
        pin_left=tries.pin,
        puk_left=tries.puk,
        pin_enabled=standard.pin_enabled(dialogue),
    )


def _technology(dialogue: Dialogue) -> str | None:
    """5G beside LTE counts as 5G, even if only one of several answers tells of it."""
    told = [each.technology(dialogue) for each in _DIALECTS]
    return standard.NR if standard.NR in told else first(told)


def _iccid(dialogue: Dialogue) -> str | None:
    """The card's number, which begins with 89; some modems show it as it is stored, as 98."""
    told = first(each.iccid(dialogue) for each in _DIALECTS) or ""
    # A filling may stand behind twenty digits as well.
    found = re.search(r"\b(?:89|98)[0-9A-Fa-f]{16,18}F?\b", told, re.IGNORECASE)
    if found is None:
        return None
    pairs = re.findall("..?", found[0])
    number = "".join(pair[::-1] for pair in pairs) if found[0].startswith("98") else found[0]
    return number.upper().rstrip("F")


def _signal(dialogue: Dialogue, registration: Registration) -> Signal:
    told = [each.levels(dialogue) or Levels() for each in (_STANDARD, *_VENDORS)]
    dbm = first(each.rssi for each in told)
    return Signal(
        dbm=dbm,
        word=_word(dbm, registration),
        rsrp=first(each.rsrp for each in told),
        rsrq=first(each.rsrq for each in told),
        sinr=first(each.sinr for each in told),
    )


def _word(dbm: int | None, registration: Registration) -> str | None:
    if dbm is not None:
        return next((word for least, word in _WORDS if dbm >= least), _NO_SIGNAL)
    # A modem that is registered somewhere hears something, whatever it can tell of it.
    unheard = registration in (Registration.SEARCHING, Registration.IDLE)
    return _NO_SIGNAL if unheard else None


def _unsolicited(dialogue: Dialogue) -> tuple[str, ...]:
    lines = (line for reply in dialogue.replies for line in reply.unsolicited)
    return tuple(dict.fromkeys(lines))
