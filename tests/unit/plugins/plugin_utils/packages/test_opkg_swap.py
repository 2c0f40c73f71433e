# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One package in the place of another: the shell runs for real, with opkg played by a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.packages import ipk
from support.rendered import assert_clean_shell, bodies_of

from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Step
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import NOT_UNDONE
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages import opkg_apply
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.files import (
    LocalFile,
    package_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.model import Feed, Offers
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.probe import PackagesProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.packages.selection import (
    Change,
    Selection,
)

if TYPE_CHECKING:
    from .conftest import Sandbox

INSTALLED = "Status: install user installed\n"
SMALL = f"Package: small\nVersion: 1\n{INSTALLED}Conffiles:\n /etc/config/dhcp 00\n\n"
OTHER = f"Package: other\nVersion: 1\nDepends: small\n{INSTALLED}\n"
SERVICE = """\
#!/bin/sh
echo "$1" >>@/service.calls
case $1 in
enable) touch @/enabled ;;
disable) rm -f @/enabled ;;
enabled) [ -e @/enabled ] ;;
start | restart) touch @/running ;;
stop) rm -f @/running ;;
running) [ -e @/running ] ;;
esac
"""
OPKG = """
status=$ROOT/usr/lib/opkg/status
info=$ROOT/usr/lib/opkg/info
case $1 in
remove)
    shift
    for p; do
        case $p in --*) continue ;; esac
        [ "$p" != "$STUCK" ] || continue
        sed -i "/^Package: $p\\$/,/^\\$/d" "$status"
        for f in $(cat "$info/$p.list" 2>/dev/null); do rm -f "$f"; done
        rm -f "$info/$p".*
    done
    rm -f "$ROOT/enabled" "$ROOT/running" ;;
install)
    @then
    printf 'Package: full\\nVersion: 2\\nStatus: install user installed\\n\\n' >>"$status"
    echo "$ROOT/usr/sbin/prog" >"$info/full.list"
    mkdir -p "$ROOT/usr/sbin" "$ROOT/etc/init.d" "$ROOT/etc/config"
    echo full >"$ROOT/usr/sbin/prog"
    cp "$ROOT/service" "$ROOT/etc/init.d/prog"
    chmod +x "$ROOT/etc/init.d/prog"
    echo pristine >"$ROOT/etc/config/dhcp"
    touch "$ROOT/enabled" "$ROOT/running"
    @after ;;
esac"""


def opkg(router: Sandbox, *, then: str = "", after: str = "true", stuck: str = "") -> None:
    body = OPKG.replace("@then", then or "true").replace("@after", after)
    router.opkg(f"STUCK={stuck}\n{body}")


@pytest.fixture
def old(router: Sandbox) -> Sandbox:
    """A router with the package `small`: a program, a service, edited settings."""
    root = router.root
    router.status(SMALL + OTHER)
    script = router.write("etc/init.d/prog", SERVICE.replace("@", str(root)))
    script.chmod(0o755)
    router.write("service", script.read_text())
    router.write("usr/sbin/prog", "small")
    router.write("etc/config/dhcp", "edited")
    paths = [root / name for name in ("usr/sbin/prog", "etc/init.d/prog", "etc/config/dhcp")]
    router.write("usr/lib/opkg/info/small.list", "".join(f"{path}\n" for path in paths))
    router.write("usr/lib/opkg/info/small.conffiles", f"{root}/etc/config/dhcp\n")
    router.write("usr/lib/opkg/info/small.control", "Package: small\n")
    (root / "enabled").touch()
    (root / "running").touch()
    opkg(router)
    return router


def swap(router: Sandbox, *, brings: str = "usr/sbin/prog") -> Step:
    """`full` in the place of `small`; it brings one file, or none at all."""
    files = [f"{router.root}/{brings}"] if brings else []
    content = ipk("full", "2", files=files, Provides="small")
    file = package_file(LocalFile("full.ipk", content))
    installed = PackagesProbe().parse(router.ask(PackagesProbe().script()))
    step = opkg_apply.change(
        Selection((Change(file.offer, source=file),), replaced=("small",)),
        installed,
        Offers((), (Feed("feed", f"file://{router.root}/feed"),)),
        names=(),
        hold=None,
    )
    assert step is not None
    return step


def records(router: Sandbox) -> str:
    return (router.root / "usr/lib/opkg/status").read_text()


def text(router: Sandbox, path: str) -> str:
    return (router.root / path).read_text()


def test_the_one_goes_and_the_other_comes(old: Sandbox) -> None:
    step = swap(old)
    assert step.title == "install full 2, remove small for it"
    answer = old.carry_out(step)
    assert (answer.status, answer.stderr) == (0, "")
    removed, installed = old.calls
    assert removed == "opkg remove --force-depends small"
    assert installed.startswith("opkg install /")
    assert installed.endswith("full_2.ipk")
    assert "Package: full" in records(old)
    assert "Package: small" not in records(old)
    assert text(old, "usr/sbin/prog") == "full\n"


def test_settings_and_what_runs_stay_as_they_are(old: Sandbox) -> None:
    assert old.carry_out(swap(old)).status == 0
    assert text(old, "etc/config/dhcp") == "edited"
    assert (old.root / "enabled").exists()
    assert (old.root / "running").exists()
    assert "restart" in text(old, "service.calls")


def test_settings_may_be_in_the_records_only(old: Sandbox) -> None:
    (old.root / "usr/lib/opkg/info/small.conffiles").unlink()
    old.status(SMALL.replace("/etc/config/dhcp", f"{old.root}/etc/config/dhcp") + OTHER)
    assert old.carry_out(swap(old)).status == 0
    assert text(old, "etc/config/dhcp") == "edited"


def test_a_package_without_settings(old: Sandbox) -> None:
    (old.root / "usr/lib/opkg/info/small.conffiles").unlink()
    old.program(
        "tar",
        'case "$*" in *conf.tgz*) exit 1 ;; esac\nexec "$(PATH=/usr/bin:/bin command -v tar)" "$@"',
    )
    assert old.carry_out(swap(old)).status == 0


def test_a_service_that_is_off_stays_off(old: Sandbox) -> None:
    (old.root / "enabled").unlink()
    (old.root / "running").unlink()
    assert old.carry_out(swap(old)).status == 0
    assert not (old.root / "enabled").exists()
    assert not (old.root / "running").exists()


@pytest.mark.parametrize(
    ("then", "after"),
    [
        pytest.param("exit 255", "true", id="nothing came"),
        pytest.param("", "exit 255", id="it came, with an error"),
        pytest.param("exit 0", "true", id="opkg only says that it came"),
    ],
)
def test_a_failure_puts_the_old_one_back(old: Sandbox, then: str, after: str) -> None:
    opkg(old, then=then, after=after)
    answer = old.carry_out(swap(old))
    assert answer.status not in (0, NOT_UNDONE)
    assert "put back as before: small" in answer.stderr
    assert text(old, "usr/sbin/prog") == "small"
    assert text(old, "etc/config/dhcp") == "edited"
    assert "Package: full" not in records(old)
    assert SMALL in records(old)
    assert OTHER in records(old)
    assert (old.root / "enabled").exists()
    assert (old.root / "running").exists()
    assert (old.root / "usr/lib/opkg/info/small.conffiles").exists()


def test_a_way_back_that_fails_is_told(old: Sandbox) -> None:
    opkg(old, after="exit 255", stuck="full")
    answer = old.carry_out(swap(old))
    assert answer.status == NOT_UNDONE
    assert "still there: full" in answer.stderr


def test_an_old_one_that_does_not_go_stops_it(old: Sandbox) -> None:
    opkg(old, stuck="small")
    answer = old.carry_out(swap(old))
    assert answer.status == 1
    assert [call.split()[1] for call in old.calls] == ["remove"]
    assert records(old) == SMALL + OTHER


def test_files_of_a_package_that_stays_stop_it_before_any_change(old: Sandbox) -> None:
    path = f"{old.root}/usr/bin/theirs"
    old.write("usr/lib/opkg/info/other.list", f"{path}\n")
    answer = old.carry_out(swap(old, brings="usr/bin/theirs"))
    assert answer.status == 69
    assert f"{path} belongs to other" in answer.stderr
    assert "replaces" in answer.stderr
    assert old.calls == []


def test_a_package_without_files_takes_nobodys(old: Sandbox) -> None:
    """With an empty file of patterns BusyBox's grep finds every line."""
    old.write("usr/lib/opkg/info/other.list", f"{old.root}/usr/bin/theirs\n")
    answer = old.carry_out(swap(old, brings=""))
    assert (answer.status, answer.stderr) == (0, "")


def test_the_shell_is_clean(old: Sandbox) -> None:
    assert_clean_shell(bodies_of(swap(old)))
