# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text that YAML has changed: refused or told of, by one rule for all modules."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.fleet.openwrt.plugins.modules import cron, uci
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.ncm.arguments import INTERFACE_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.values import uci_options
from ansible_collections.fleet.openwrt.plugins.plugin_utils.written import (
    check_text,
    check_written,
)


def loaded(tmp_path: Path, text: str) -> Any:
    """What Ansible makes of YAML, with the places in the file that it notes."""
    path = tmp_path / "vars.yml"
    path.write_text(text)
    return DataLoader().load_from_file(str(path))


def interface_of(tmp_path: Path, text: str) -> tuple[str, ...]:
    return check_written(loaded(tmp_path, text), INTERFACE_SPEC)


@pytest.mark.parametrize("pin", ["01234567", "0000", "0471", "4711", "yes", "1234.0", "2024-01-01"])
def test_a_pin_without_quotes_is_refused_and_not_shown(tmp_path: Path, pin: str) -> None:
    args = loaded(tmp_path, f"pincode: {pin}\n")
    with pytest.raises(SpecError, match=r"pincode: .*Put it in quotes") as caught:
        check_written(args, INTERFACE_SPEC)
    assert pin not in str(caught.value)
    assert str(args["pincode"]) not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        *("apn: 12345", "username: 491701234567", "password: 1e3", "password: 1.5e+3", "name: yes"),
        *("metric: 010", "delay: 1:30", "mtu: 0x5dc", "profile: 1.0", "ip4table: 1_0"),
        *("device: [/dev/ttyUSB0]", "apn: {a: b}", "dns: [1.1]", "absent: [on]"),
        *("options: {pincode: 4711}", "options: {key: 83}", "options: {apn: 1}"),
        *("options: {ip6hint: 0123}", "options: {ip6hint: 1.10}", "options: {note: 12:30:45}"),
        *("options: {note: 2024-01-01}", "options: {note: .nan}", "options: {note: .inf}"),
        *("options: {a: &a 0123}", "options: {a: !!int 0123}", "apn: !!int '1'"),
        *("options: {a: !!timestamp 2024-01-01}", "device: !!binary YQ=="),
        *("options: {on: 1}", "options: {07: x}", "options: {list: [a, 0x1F]}"),
    ],
)
def test_what_yaml_has_changed_is_refused(tmp_path: Path, text: str) -> None:
    if text == "password: 1e3":
        # To YAML 1.1 that is text.
        assert interface_of(tmp_path, text) == ()
        return
    with pytest.raises(SpecError) as caught:
        interface_of(tmp_path, text)
    assert caught.value.option.partition(".")[0].partition("[")[0].partition(":")[0] in text


@pytest.mark.parametrize(
    "text",
    [
        *("metric: 10", "delay: 05", "delay: 00", "pin_check: off", "mtu:", "peerdns: yes"),
        *("options: {n: !!int '12'}", "mtu: &mtu 1500"),
        *("options: {limit: 100}", "options: {a: true, b: [1, 2]}", "options: {n: -1}"),
        *("pincode: '0471'", "apn: internet", "defaultroute: no"),
    ],
)
def test_what_is_as_written_passes_without_a_word(tmp_path: Path, text: str) -> None:
    assert interface_of(tmp_path, text) == ()


def test_how_it_was_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="YAML reads 0123 as the number 83"):
        interface_of(tmp_path, "options:\n  tag: 0123   # a comment\n")
    with pytest.raises(SpecError, match=r"YAML reads 1\.10 as 1\.1"):
        interface_of(tmp_path, "options: {tag: 1.10}")


@pytest.mark.parametrize("word", ["yes", "No", "on", "off"])
def test_another_word_for_true_or_false_draws_a_warning(tmp_path: Path, word: str) -> None:
    sections = f"sections:\n  - name: a\n    options:\n      x: 5\n      auto: {word}\n"
    (warning,) = check_written(loaded(tmp_path, sections), uci.ARGUMENT_SPEC)
    assert f"YAML reads {word} as" in warning
    assert warning.startswith("sections[0].options.auto:")


@pytest.mark.parametrize("entry", ['"ready": yes', "'ready': yes", "ready: &a yes", "ready : yes"])
def test_a_word_is_found_behind_every_form_of_its_key(tmp_path: Path, entry: str) -> None:
    (warning,) = interface_of(tmp_path, f"options:\n  {entry}\n")
    assert "options.ready: YAML reads yes as true" in warning


def test_without_a_place_in_a_file_a_whole_number_is_taken_as_it_is() -> None:
    assert check_written({"metric": 83, "options": {"a": 83, "b": True}}, INTERFACE_SPEC) == ()
    for value in (1.5, datetime.date(2024, 1, 1), True, ["a"], {"a": "b"}):
        with pytest.raises(SpecError):
            check_text("metric", value)


def test_a_file_that_has_changed_since_is_no_witness(tmp_path: Path) -> None:
    args = loaded(tmp_path, "options: {a: 83}")
    (tmp_path / "vars.yml").write_text("pppppppp: qqqqqqqqqqqqqqqqqqq\n")
    assert check_written(args, INTERFACE_SPEC) == ()


def test_fields_of_cron_are_numbers(tmp_path: Path) -> None:
    assert check_written(loaded(tmp_path, "minute: 00\nhour: 05\n"), cron.ARGUMENT_SPEC) == ()
    with pytest.raises(SpecError, match="010"):
        check_written(loaded(tmp_path, "minute: 010\n"), cron.ARGUMENT_SPEC)


@pytest.mark.parametrize("value", [1.1, float("nan"), datetime.date(2024, 1, 1), None, {"a": 1}])
def test_uci_itself_takes_no_such_value(value: object) -> None:
    with pytest.raises(SpecError):
        uci_options({"a": value}, where="options")
    with pytest.raises(SpecError) as caught:
        uci_options({"password": 1.25}, where="options")
    assert "1.25" not in str(caught.value)
