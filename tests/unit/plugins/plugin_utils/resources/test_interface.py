# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Interfaces: options by proto ncm's rules, netifd's handlers, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.fake_router import NETWORK, RELEASE, params, plan, uci

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.facts.system import ReleaseProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import (
    ABSENT,
    FileState,
    Kind,
    plain_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.arguments import INTERFACE_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.netifd.handlers import (
    HandlerFileProbe,
    HandlersProbe,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.interface import (
    NetworkInterface,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.sim import keeper

NCM = {"name": "wwan", "proto": "ncm", "device": "/dev/cdc-wdm0", "apn": "internet"}
DECLARED = {"device": "device", "apn": "string", "auth": "string", "username": "string"}
HANDLER = {"validate": {**DECLARED, "password": "string", "pincode": "string", "mode": "string"}}


def wanted(**more: Any) -> NetworkInterface:
    return NetworkInterface.from_params(params(INTERFACE_SPEC, **{**NCM, **more}))


def found(
    resource: NetworkInterface,
    network: str = NETWORK,
    *,
    handlers: dict[str, Any] | None = {"ncm": HANDLER},  # noqa: B006
    installed: bool = True,
    rehearsal: bool = False,
    keeper_files: Mapping[str, FileState] = keeper.FILES,
    release: str = RELEASE.version,
) -> Plan:
    answers = {
        ReleaseProbe(): replace(RELEASE, version=release),
        **{probe: keeper_files.get(probe.path, ABSENT) for probe in keeper.probes()},
        **uci("network", network),
        HandlersProbe(): handlers,
        HandlerFileProbe(resource.proto): installed,
    }
    return plan(resource, answers, rehearsal=rehearsal)


def set_up(resource: NetworkInterface, network: str = NETWORK) -> dict[str, object]:
    """Option to value, as the plan's differences have them."""
    (outcome,) = found(resource, network).outcomes
    differences = outcome.details["differences"]
    assert isinstance(differences, list)
    return {each["path"].removeprefix("network.wwan."): each["after"] for each in differences}


def test_a_new_interface_is_written_and_the_network_reloaded() -> None:
    assert set_up(wanted()) == {
        "network.wwan": "interface",
        "proto": "ncm",
        "device": "/dev/cdc-wdm0",
        "apn": "internet",
    }
    assert found(wanted()).reloads == (Reload("network"),)


def test_a_second_run_changes_nothing() -> None:
    network = NETWORK + (
        "\nconfig interface 'wwan'\n\toption proto 'ncm'\n\toption apn 'internet'\n"
        "\toption metric '7'\n\toption device '/dev/cdc-wdm0'\n"
    )
    assert not found(wanted(), network).changed
    assert set_up(wanted(metric="")) | set_up(wanted(metric=""), network) == {
        **set_up(wanted()),
        "metric": None,
    }
    assert set_up(wanted(exclusive=True), network) == {"metric": None}
    assert set_up(wanted(absent=["metric"]), network) == {"metric": None}


@pytest.mark.parametrize(
    ("word", "vendor", "code"),
    [
        ("pap", "huawei", "1"),
        ("chap", "huawei", "2"),
        ("2", "huawei", "2"),
        ("chap", "sony", "00100"),
    ],
)
def test_auth_words_become_what_the_modem_wants(word: str, vendor: str, code: str) -> None:
    options = set_up(wanted(auth=word, vendor=vendor, username="u", password="p4ss"))
    assert options["auth"] == code
    assert options["username"] == "u"


def test_secrets_are_not_shown() -> None:
    resource = wanted(username="u", password="hunter2", pincode="4711")
    (outcome,) = found(resource).outcomes
    shown = outcome.before + outcome.after + repr(outcome.details) + repr(outcome.warnings)
    assert "pincode" in shown
    assert "hunter2" not in shown
    assert "4711" not in shown
    assert resource.secrets() == {"hunter2", "4711"}


def test_what_the_wiki_warns_of_is_a_warning_when_it_is_set() -> None:
    assert "flash" in " ".join(found(wanted(mode="lte")).warnings)


def test_a_pin_is_no_reason_to_warn_since_it_is_guarded() -> None:
    assert not [each for each in found(wanted(pincode="4711")).warnings if "pin" in each.lower()]


@pytest.mark.parametrize(
    ("release", "delay", "about"),
    [
        ("22.03.5", "20", "OpenWrt 22.03.5 always sleeps for the whole of it"),
        ("22.03.5", "", ""),
        ("24.10.4", "20", ""),
        ("24.10.4", "", "delay: without it"),
    ],
)
def test_what_delay_means_depends_on_the_release(release: str, delay: str, about: str) -> None:
    warnings = found(
        wanted(delay=delay, pdptype="IP"), handlers={"ncm": {}}, release=release
    ).warnings
    assert [each for each in warnings if about and about in each] or not about
    assert about or not [each for each in warnings if "delay" in each]


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"apn": 'a"b'}, "apn"),
        ({"apn": "a\nb"}, "apn"),
        ({"apn": "a;b"}, "apn"),
        ({"apn": "a" * 100}, "apn"),
        ({"pincode": "12ab"}, "pincode"),
        ({"pincode": "123"}, "pincode"),
        ({"username": "u"}, "password"),
        ({"auth": "chap"}, "username"),
        ({"auth": "md5", "username": "u", "password": "p"}, "auth"),
        ({"mode": "5g"}, "mode"),
        ({"mode": "preferlte", "vendor": "quectel"}, "mode"),
        ({"pdptype": "PPP"}, "pdptype"),
        ({"delay": "soon"}, "delay"),
        ({"profile": "0"}, "profile"),
        ({"device": "cdc-wdm0"}, "device"),
        ({"ifname": "a/b"}, "ifname"),
        ({"name": "w-wan"}, "name"),
        ({"proto": None}, "proto"),
        ({"options": {"apn": "x"}}, "options.apn"),
        ({"absent": ["apn"]}, "absent"),
    ],
)
def test_bad_arguments_never_reach_the_router(args: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(**args)
    assert caught.value.option == option
    assert "12ab" not in str(caught.value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("apn", 'a"b'),
        ("password", 'a"b'),
        ("pincode", '12"4'),
        ("mode", 'lte"'),
        ("delay", "soon"),
        ("metric", "low"),
        ("auth", "md5"),
        ("apn", ["internet"]),
    ],
)
def test_options_are_checked_however_they_are_given(option: str, value: object) -> None:
    login = {"username": "u", "password": "p"} if option == "auth" else {}
    args = {name: each for name, each in NCM.items() if name != option}
    with pytest.raises(SpecError) as caught:
        NetworkInterface.from_params(
            params(INTERFACE_SPEC, **{**args, "options": {**login, option: value}})
        )
    assert caught.value.option == option


def test_words_of_options_are_translated_however_they_are_given() -> None:
    options = {"auth": "chap", "username": "u", "password": "p"}
    assert set_up(wanted(options=options, vendor="huawei")) == set_up(
        wanted(**options, vendor="huawei")
    )


def test_an_option_that_this_router_does_not_know_is_refused_with_its_own_list() -> None:
    with pytest.raises(SpecError, match=r"delegate.*apn, auth"):
        found(wanted(delegate=False))


@pytest.mark.parametrize("file_is_there", [True, False])
def test_a_handler_that_netifd_has_not_learnt_needs_one_restart(file_is_there: bool) -> None:
    if not file_is_there:
        with pytest.raises(PlanError, match="Install the package comgt-ncm"):
            found(wanted(), handlers={}, installed=False)
        return
    assert found(wanted(), handlers={}).reloads == (Reload("network", "restart"),)


def test_a_converged_interface_still_gets_the_restart_it_needs() -> None:
    network = NETWORK + (
        "\nconfig interface 'wwan'\n\toption proto 'ncm'\n\toption device '/dev/cdc-wdm0'\n"
        "\toption apn 'internet'\n"
    )
    made = found(wanted(), network, handlers={})
    assert made.reloads == (Reload("network", "restart"),)
    assert not made.steps
    assert made.outcomes[0].changed


def test_in_check_mode_a_missing_package_is_a_warning() -> None:
    made = found(wanted(), handlers={}, installed=False, rehearsal=True)
    assert any("comgt-ncm" in warning for warning in made.warnings)
    assert made.changed


def test_the_children_of_the_interface_must_be_free() -> None:
    network = NETWORK + "\nconfig interface 'wwan_4'\n\toption proto 'dhcp'\n"
    with pytest.raises(PlanError, match="wwan_4 exists already"):
        found(wanted(), network)


def test_a_section_of_another_type_is_left_alone() -> None:
    network = NETWORK + "\nconfig device 'wwan'\n\toption name 'br-x'\n"
    with pytest.raises(PlanError, match="type 'device'"):
        found(wanted(), network)


def test_removal() -> None:
    resource = NetworkInterface.from_params(params(INTERFACE_SPEC, name="lan", state="absent"))
    made = plan(resource, uci("network", NETWORK))
    assert made.changed
    assert made.reloads == (Reload("network"),)
    gone = NetworkInterface.from_params(params(INTERFACE_SPEC, name="nosuch", state="absent"))
    assert not plan(gone, uci("network", NETWORK)).changed


def test_a_router_with_a_handler_takes_one_round_of_reading_and_another_without() -> None:
    from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known

    first = list(wanted().reads(Known()))
    answers = {**uci("network", NETWORK), ReleaseProbe(): RELEASE}
    read = Known({**answers, HandlersProbe(): {"ncm": HANDLER}})
    assert not read.missing(wanted().reads(read))
    lacking = Known({**answers, HandlersProbe(): {}})
    assert lacking.missing(wanted().reads(lacking)) == (HandlerFileProbe("ncm"),)
    assert HandlerFileProbe("ncm") not in first


def test_the_recorded_handler_accepts_every_option_of_its_release() -> None:
    answers = Path(__file__).parents[4] / "conformance/answers/system.json"
    recorded = next(
        case for case in json.loads(answers.read_text()) if "get_proto_handlers" in case["cmd"]
    )
    handler = json.loads(recorded["stdout"])
    everything = wanted(
        ifname="wwan0",
        auth="chap",
        vendor="huawei",
        username="u",
        password="p4ss",
        pincode="4711",
        delay="10",
        mode="auto",
        pdptype="ipv4v6",
        profile="2",
        metric="5",
        defaultroute=True,
        peerdns=False,
        dns=["192.0.2.1"],
        sourcefilter=False,
        delegate=False,
        ip4table="9",
    )
    made = found(everything, handlers={"ncm": handler})
    assert made.changed
    with pytest.raises(SpecError, match="mtu"):
        found(wanted(mtu="1400"), handlers={"ncm": handler})


def test_secrets_of_other_protocols_are_hidden_too() -> None:
    resource = NetworkInterface.from_params(
        params(INTERFACE_SPEC, name="vpn", proto="wireguard", options={"private_key": "c2VjcmV0"})
    )
    assert resource.secrets() == {"c2VjcmV0"}


WWAN = NETWORK + "\nconfig interface 'wwan'\n\toption proto 'ncm'\n"
TRY = "try the PIN on the SIM of wwan"


ASK = "ask whether the SIM of wwan has refused the PIN before"


def steps(network: str, **more: Any) -> list[str]:
    return [step.title for step in found(wanted(**more), network).steps]


def test_a_new_pin_is_tried_before_anything_is_written() -> None:
    for network in (NETWORK, WWAN, f"{WWAN}\toption pincode '1111'\n"):
        assert steps(network, pincode="4711") == [TRY, "write /etc/config/network"]
    (try_it, _write) = found(wanted(pincode="4711", pin_min_retries=3)).steps
    assert "SIM_PIN=4711\n" in try_it.apply
    assert "least=3\n" in try_it.apply
    assert "device=/dev/cdc-wdm0\n" in try_it.apply


def test_a_pin_that_stands_there_is_not_tried_again() -> None:
    network = f"{WWAN}\toption pincode '4711'\n"
    assert steps(network, pincode="4711") == ["write /etc/config/network"]
    converged = f"{network}\toption device '/dev/cdc-wdm0'\n\toption apn 'internet'\n"
    assert steps(converged, pincode="4711") == []


@pytest.mark.parametrize("more", [{"pincode": ""}, {}])
def test_nothing_is_tried_without_a_pin(more: dict[str, Any]) -> None:
    assert steps(NETWORK, **more) == ["write /etc/config/network"]


@pytest.mark.parametrize("marked", [True, False])
def test_a_pin_that_is_not_to_be_tried_must_not_be_known_as_refused(marked: bool) -> None:
    network = f"{WWAN}\toption auto '0'\n\toption pin_refused '1'\n" if marked else WWAN
    plan = found(wanted(pincode="4711", pin_check="off"), network)
    assert [step.title for step in plan.steps] == [ASK, "write /etc/config/network"]
    assert f"SIM_MARKED={'1' if marked else ''} " in plan.steps[0].apply
    assert "sim_unlock" not in plan.steps[0].apply


def test_the_guard_of_the_pin_is_in_place_before_the_pin() -> None:
    plan = found(wanted(pincode="4711"), keeper_files={})
    assert [step.title for step in plan.steps] == [
        TRY,
        *(f"write {path}" for path in keeper.FILES),
        "write /etc/config/network",
    ]
    assert list(keeper.FILES)[-1] == "/usr/sbin/gcom"


@pytest.mark.parametrize("more", [{"pincode": "4711"}, {}])
def test_a_pin_that_stands_there_gets_the_guard_as_well(more: dict[str, Any]) -> None:
    network = (
        f"{WWAN}\toption pincode '4711'\n\toption device '/dev/cdc-wdm0'\n\toption apn 'internet'\n"
    )
    plan = found(wanted(**more), network, keeper_files={})
    assert [step.title for step in plan.steps] == [
        "ask whether the SIM of wwan has refused netifd's PIN",
        *(f"write {path}" for path in keeper.FILES),
    ]
    assert plan.outcomes[0].changed
    assert "guard" in plan.outcomes[0].after
    assert not found(wanted(**more), network).changed


def test_the_guard_stays_without_a_pin() -> None:
    network = f"{WWAN}\toption pincode '4711'\n"
    assert steps(network, pincode="") == ["write /etc/config/network"]


def test_a_gcom_of_others_is_not_overwritten() -> None:
    other = {"/usr/sbin/gcom": FileState(Kind.FILE, mode="0755", digest="0" * 64, size=30000)}
    with pytest.raises(PlanError, match="/usr/sbin/gcom"):
        found(wanted(pincode="4711"), keeper_files={**keeper.FILES, **other})
    older = plain_file("sim_gate, of an earlier version", "0755")
    plan = found(wanted(pincode="4711"), keeper_files={**keeper.FILES, "/usr/sbin/gcom": older})
    assert "write /usr/sbin/gcom" in [step.title for step in plan.steps]


@pytest.mark.parametrize("tries", [1, 0, -1])
def test_the_last_try_is_never_for_sale(tries: int) -> None:
    with pytest.raises(SpecError, match="2 or more"):
        wanted(pincode="4711", pin_min_retries=tries)


@pytest.mark.parametrize("pincode", ["4711", ""])
def test_who_says_anew_what_the_pin_is_ends_the_guards_mark(pincode: str) -> None:
    network = f"{WWAN}\toption auto '0'\n\toption pin_refused '1'\n"
    changes = set_up(wanted(pincode=pincode), network)
    assert changes["auto"] is None
    assert changes["pin_refused"] is None
    assert "pin_refused" not in set_up(wanted(), network)
    assert "auto" not in set_up(wanted(pincode=pincode), f"{WWAN}\toption auto '0'\n")
