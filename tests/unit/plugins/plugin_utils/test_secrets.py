# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which values are hidden: by the names that OpenWrt's packages give to options."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ansible_collections.fleet.openwrt.plugins.plugin_utils.secrets import (
    HIDDEN,
    also_secret,
    in_arguments,
    is_secret,
    redact_urls,
    secret_values,
)

NAMES = yaml.safe_load((Path(__file__).parent / "secret_options.yml").read_text())


def names(kind: str) -> list[tuple[str, str]]:
    return [(package, name) for package, each in NAMES[kind].items() for name in each]


@pytest.mark.parametrize(("package", "option"), names("secret"))
def test_what_holds_a_secret_is_hidden(package: str, option: str) -> None:
    assert is_secret(option, package)


@pytest.mark.parametrize(("package", "option"), names("shown"))
def test_what_only_sounds_like_it_is_shown(package: str, option: str) -> None:
    assert not is_secret(option, package)


def test_users_add_names_of_their_own() -> None:
    assert not is_secret("geheim", "acme")
    with also_secret(["geheim", "x_*", "Acme.Account"]):
        assert is_secret("Geheim")
        assert is_secret("x_1")
        assert is_secret("account", "acme")
        assert not is_secret("account", "other")
    assert not is_secret("geheim")


def test_values_too_short_to_be_looked_for_are_left_in_texts() -> None:
    # Or every 1 of a result would be taken out.
    assert secret_values(
        [{"key": "1", "key1": "hunter2", "ssid": "a", "r0kh": ("02:00,x,k3y!",)}]
    ) == {
        "hunter2",
        "02:00,x,k3y!",
    }


def test_a_url_keeps_all_but_its_password() -> None:
    url = "socks5://bob:hunter2@192.0.2.1:1080/x"
    assert redact_urls(url) == f"socks5://bob:{HIDDEN}@192.0.2.1:1080/x"
    assert redact_urls("http://192.0.2.1:80/a@b") == "http://192.0.2.1:80/a@b"
    assert secret_values([{"proxy": url}]) == {"hunter2"}


def test_the_secrets_of_a_task_are_found_however_deep() -> None:
    args = {
        "resources": [{"uci": {"sections": [{"contains": {"r0kh": ["hunter2"]}, "name": "wan0"}]}}]
    }
    assert in_arguments(args) == {"hunter2"}


def test_a_secret_of_digits_is_found_among_arguments() -> None:
    assert in_arguments({"args": {"pin": 471112, "count": 100000, "password": True}}) == {"471112"}
