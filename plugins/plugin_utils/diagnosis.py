# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A diagnosis: what is wrong in a code and in words, and one thing to do about it in both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "none": "nothing is to be done",
        "wait": "look again later; `seconds`",
        "ifup": "start the interface anew",
        "revive": "tell netifd that the device is there, which starts what it has given up; "
        "`ifup` does not",
        "replug": "take the stick's power away and give it back",
        "plug_in": "put the stick in",
        "switch_on": "have the kernel look at the stick: write 1 to its `authorized` in sysfs",
        "switch_stick": "have the stick switched out of storage mode, by the role usb_modem",
        "set_apn": "correct the APN, user name, password and auth; `apn` is what is set now",
        "set_option": "set an option of the interface; `option`, and `value` where it is known",
        "remove_option": "remove an option of the interface; `option`",
        "unlock_sim": "unlock the SIM; `using` is pin or puk, `left` how many tries are left",
        "insert_sim": "put a SIM in, or another one",
        "ask_operator": "the SIM or its contract is at fault",
        "move_antenna": "find a better place, or another antenna",
        "whitelist_domain": "let private addresses of `domains` through, by dnsmasq_rebind",
        "install_package": "install `packages`",
        "stop_program": "stop what holds the modem's port; `program`, `pid`",
        "set_ports": "give the modem another port layout, by modem_config; `ports` is what it has",
        "reload_network": "have netifd read its configuration",
        "restart_network": "restart netifd once",
        "upgrade": "this release of OpenWrt cannot do it",
        "use_other_proto": "configure another protocol; `proto` where it is known",
    }
)
"""The recommended actions; names in backquotes are arguments that come with them."""

STARTS = frozenset({"ifup", "revive"})
"""Those that are nothing but a start of the interface."""


@dataclass(frozen=True, slots=True)
class Advice:
    """An action of ACTIONS; `takes` names details that become its arguments where known."""

    action: str
    takes: tuple[str, ...] = ()
    fixed: Mapping[str, object] = field(default_factory=dict)


def do(action: str, *takes: str, **fixed: object) -> Advice:
    """Shorthand for tables."""
    return Advice(action, takes, fixed)


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a WAN fails.

    `text`, `action` and `command` may hold {details}; `command` is a line for the router's shell,
    empty where no single one helps. `meaning` is for the reference: what the code says at once.
    `starts` is for a reason with another advice that a start may mend all the same, because the
    cause may have gone meanwhile.
    """

    meaning: str
    text: str
    action: str
    recommended: Advice
    command: str = ""
    starts: bool = False

    @property
    def worth_a_start(self) -> bool:
        """True if a start of the interface may be all that it takes."""
        return self.starts or self.recommended.action in STARTS


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`code` is a key of the table that made it; `recommended` is {"action": ..., arguments}.

    `attempts` counts the bring-ups in a row that ended so, `evidence` are the messages of the one
    that was judged, without secrets.
    """

    code: str
    text: str
    action: str
    recommended: Mapping[str, object]
    command: str = ""
    worth_a_start: bool = False
    details: Mapping[str, object] = field(default_factory=dict)
    attempts: int = 0
    evidence: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.text} {self.action}".strip()

    def describe(self) -> dict[str, object]:
        """What a playbook sees."""
        described: dict[str, object] = {
            "code": self.code,
            "text": self.text,
            "action": self.action,
            "worth_a_start": self.worth_a_start,
        }
        return {**described, "command": self.command} if self.command else described


class _Details(dict[str, object]):
    """Details for templates; one that nobody knows reads as (unknown)."""

    def __missing__(self, _name: str) -> str:
        return "(unknown)"


_VARIABLES = frozenset(
    {
        *("device", "ifname", "apn", "auth", "username", "password", "pincode", "delay"),
        *("pdptype", "profile", "mode", "metric"),
    }
)
"""Options of the interface for which the role ncm_wan has a variable of the same name."""


def _in_the_role(advice: Advice) -> str:
    """The variables of the role ncm_wan that an advice comes to, as a further sentence."""
    option = str(advice.fixed.get("option", ""))
    names = {
        "set_option": (option,),
        "remove_option": (option,),
        "set_apn": ("apn", "username", "password", "auth"),
        "unlock_sim": ("pincode",) if advice.fixed.get("using") == "pin" else (),
    }.get(advice.action, ())
    variables = [f"ncm_wan_{name}" for name in names if name in _VARIABLES]
    if not variables:
        return ""
    auto = ", which finds it out with auto" if option in ("device", "ifname") else ""
    return f" In the role ncm_wan: {', '.join(variables)}{auto}."


def conclude(
    reasons: Mapping[str, Reason],
    code: str,
    details: Mapping[str, object],
    *,
    attempts: int = 0,
    evidence: tuple[str, ...] = (),
) -> Diagnosis:
    """Fill in a reason; details that are None count as unknown."""
    reason = reasons[code]
    known = _Details({name: value for name, value in details.items() if value is not None})
    again = f" It has been tried {attempts} times." if attempts > 1 else ""
    advice = reason.recommended
    arguments = {name: known[name] for name in advice.takes if name in known}
    return Diagnosis(
        code=code,
        text=reason.text.format_map(known) + again,
        action=f"{reason.action.format_map(known)}{_in_the_role(advice)}",
        recommended={"action": advice.action, **advice.fixed, **arguments},
        command=reason.command.format_map(known),
        worth_a_start=reason.worth_a_start,
        details=known,
        attempts=attempts,
        evidence=evidence,
    )
