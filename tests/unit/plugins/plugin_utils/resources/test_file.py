# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files, directories and links: what is planned, what is refused, what is shown of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from support.fake_router import file, params, plan
from support.this_host import ask, carry_out, this_host

from ansible_collections.fleet.openwrt.plugins.modules.file import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.plan import Plan, Reload
from ansible_collections.fleet.openwrt.plugins.plugin_utils.engine.probe import Known
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.probe import FileProbe
from ansible_collections.fleet.openwrt.plugins.plugin_utils.files.state import (
    ABSENT,
    FileState,
    Kind,
    plain_file,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.file import ManagedFile
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.rc_local import RcLocalBlock
from ansible_collections.fleet.openwrt.plugins.plugin_utils.services.probe import (
    Service,
    ServiceProbe,
)

PATH = "/etc/fleet.conf"
OLD = plain_file("old\n", "0640")
FOLDER = FileState(Kind.DIRECTORY, mode="0755", size=2)
EMPTY = FileState(Kind.DIRECTORY, mode="0755")
PIPE = FileState(Kind.OTHER, mode="0600")
NOWHERE = FileState(Kind.LINK, target="nowhere")
TO_FILE = FileState(Kind.FILE, "0640", OLD.digest, OLD.size, target="real", content=OLD.content)
TO_FOLDER = FileState(Kind.DIRECTORY, "0755", size=2, target="real")
KEPT = "/etc/sysupgrade.conf"
STOCK = "## This file contains files and directories\n# /etc/example.conf\n"


def wanted(**args: Any) -> ManagedFile:
    return ManagedFile.from_params(params(ARGUMENT_SPEC, **{"path": PATH, **args}))


def planned(resource: ManagedFile, found: FileState, **more: Any) -> Plan:
    probe = next(iter(resource.reads(Known())))
    return plan(resource, {probe: found, **more.pop("answers", {})}, **more)


def after(resource: ManagedFile, found: FileState) -> FileState:
    """What the plan leaves behind; what was found when nothing is planned."""
    return resource._wanted(found)


@pytest.mark.parametrize(
    ("args", "found", "steps"),
    [
        ({"content": "new\n"}, ABSENT, ["write"]),
        ({"content": "new\n"}, OLD, ["write"]),
        ({"content": "new\n"}, TO_FILE, ["write"]),
        ({"content": "old\n"}, OLD, []),
        ({"content": "old\n"}, TO_FILE, []),
        ({"content": "old\n", "mode": "640"}, OLD, []),
        ({"content": "old\n", "mode": "0600"}, OLD, ["chmod"]),
        ({"content": ""}, ABSENT, ["write"]),
        ({"mode": "0600"}, OLD, ["chmod"]),
        ({}, OLD, []),
        ({"state": "absent"}, OLD, ["remove"]),
        ({"state": "absent"}, EMPTY, ["remove"]),
        ({"state": "absent"}, NOWHERE, ["remove"]),
        ({"state": "absent"}, TO_FOLDER, ["remove"]),
        ({"state": "absent"}, ABSENT, []),
        ({"state": "absent", "recursive": True, "path": "/etc/x/y"}, FOLDER, ["remove"]),
        ({"state": "directory"}, ABSENT, ["make directory"]),
        ({"state": "directory"}, FOLDER, []),
        ({"state": "directory"}, TO_FOLDER, []),
        ({"state": "directory", "mode": "0700"}, FOLDER, ["chmod"]),
        ({"state": "link", "target": "x"}, ABSENT, ["link"]),
        ({"state": "link", "target": "x"}, NOWHERE, ["link"]),
        ({"state": "link", "target": "x"}, TO_FOLDER, ["link"]),
        ({"state": "link", "target": "nowhere"}, NOWHERE, []),
        ({"state": "link", "target": "real"}, TO_FILE, []),
    ],
)
def test_only_what_differs_is_done(
    args: dict[str, Any], found: FileState, steps: list[str]
) -> None:
    resource = wanted(**args)
    result = planned(resource, found)
    assert [step.title.partition(" /")[0] for step in result.steps] == steps
    assert result.changed == result.outcomes[0].changed == bool(steps)
    # What goes with all that is in it is saved with all that is in it.
    whole = "/" if args.get("recursive") and steps else ""
    assert result.touches == (f"{resource.path}{whole}",) * bool(steps)
    left = after(resource, found)
    assert not planned(resource, left).changed, "not converged after one run"


@pytest.mark.parametrize(
    ("args", "found", "says"),
    [
        ({}, ABSENT, "nothing says what shall be in it"),
        ({"content": "x"}, FOLDER, "is a directory"),
        ({"content": "x"}, PIPE, "neither file, directory nor link"),
        ({"content": "x"}, NOWHERE, "a link to nowhere, which does not exist"),
        ({"state": "absent"}, FOLDER, "2 entries. Use recursive"),
        ({"state": "absent"}, PIPE, "neither file"),
        ({"state": "directory"}, OLD, "is a file"),
        ({"state": "link", "target": "x"}, OLD, "is a file"),
        ({"state": "link", "target": "x"}, EMPTY, "is a directory"),
    ],
)
def test_what_stands_in_the_way_is_not_replaced(
    args: dict[str, Any], found: FileState, says: str
) -> None:
    with pytest.raises(PlanError, match=says):
        planned(wanted(**args), found)


@pytest.mark.parametrize(
    ("args", "option"),
    [
        ({"path": "etc/x", "content": ""}, "path"),
        ({"path": "/", "state": "directory"}, "path"),
        ({"path": "/etc/../proc/x", "content": ""}, "path"),
        ({"path": "/etc/./x", "content": ""}, "path"),
        ({"path": "/proc/sys/net/x", "content": ""}, "path"),
        ({"path": "//sys/x", "content": ""}, "path"),
        ({"path": "/etc/fleet-sim/refused", "content": ""}, "path"),
        ({"path": "/etc/fleet-sim/", "state": "absent", "recursive": True}, "path"),
        ({"path": "/dev/null", "content": ""}, "path"),
        ({"path": "/etc/a\nb", "content": ""}, "path"),
        ({"path": "", "content": ""}, "path"),
        ({"path": "/etc/a b", "content": "", "keep": True}, "path"),
        ({"path": "/etc/*", "content": "", "keep": True}, "path"),
        ({"path": "/etc", "state": "absent", "recursive": True}, "path"),
        ({"path": "/etc/config/", "state": "absent", "recursive": True}, "path"),
        ({"mode": 420}, "mode"),
        ({"mode": "0888"}, "mode"),
        ({"mode": "u+x"}, "mode"),
        ({"mode": "0644", "state": "link", "target": "x"}, "mode"),
        ({"state": "link"}, "target"),
        ({"target": "x"}, "target"),
        ({"state": "link", "target": "a\nb"}, "target"),
        ({"state": "directory", "content": "secret words"}, "content"),
        ({"state": "directory", "src": "x"}, "src"),
        ({"content": "x", "recursive": True}, "recursive"),
        ({"check": "sh -n"}, "check"),
        ({"content": "x", "check": "sh -n\nreboot"}, "check"),
        ({"content": "x", "reload": ["../x"]}, "reload"),
        ({"content": "x", "restart": ["-x"]}, "restart"),
    ],
)
def test_bad_arguments(args: dict[str, Any], option: str) -> None:
    with pytest.raises(SpecError) as caught:
        wanted(**args)
    assert caught.value.option == option
    assert "secret words" not in str(caught.value)


def test_absent_takes_the_arguments_of_present() -> None:
    resource = wanted(state="absent", content="x", mode="0644", secret=True, check="sh -n")
    assert planned(resource, OLD).steps[0].title == f"remove {PATH}"


@pytest.mark.parametrize(
    ("args", "mode"), [({}, "0644"), ({"secret": True}, "0600"), ({"mode": "4755"}, "4755")]
)
def test_the_mode_of_a_new_file(args: dict[str, Any], mode: str) -> None:
    (step,) = planned(wanted(content="x", **args), ABSENT).steps
    assert f"chmod {mode} " in step.apply


class Controller:
    """Has one file, and one template."""

    def read(self, name: str, *, option: str) -> bytes:
        assert (name, option) == ("blob", "src")
        return b"\xff\0"

    def render(self, name: str, *, option: str, variables: Any) -> str:
        assert (name, option) == ("t.j2", "template")
        return f"to {variables['template_destpath']}\n"


@pytest.mark.parametrize(
    ("args", "content"),
    [
        ({"src": "blob"}, "\udcff\0"),
        ({"template": "t.j2"}, f"to {PATH}\n"),
        ({"content": "x"}, "x"),
    ],
)
def test_content_comes_from_the_controller(args: dict[str, str], content: str) -> None:
    given = params(ARGUMENT_SPEC, path=PATH, **args)
    resource = ManagedFile.from_params(ManagedFile.completed(given, Controller()))
    (step,) = planned(resource, ABSENT).steps
    assert list(step.stage.values()) == [content]


def test_content_has_one_source() -> None:
    given = params(ARGUMENT_SPEC, path=PATH, src="blob", content="")
    with pytest.raises(SpecError, match="only one of content, src"):
        ManagedFile.completed(given, Controller())


def test_what_shall_be_gone_is_not_looked_for_on_the_controller() -> None:
    given = params(ARGUMENT_SPEC, path=PATH, src="gone", state="absent")
    assert ManagedFile.from_params(ManagedFile.completed(given, Controller())).content is None


@pytest.mark.parametrize(
    ("args", "found", "before", "now"),
    [
        ({"content": "new\n"}, ABSENT, "", "mode 0644\nnew\n"),
        ({"content": "new\n"}, OLD, "old\n", "new\n"),
        ({"mode": "0600"}, OLD, "mode 0640\n", "mode 0600\n"),
        ({"content": "a\0"}, OLD, "(binary, 4 bytes", "(binary, 2 bytes"),
        ({"content": "x\n"}, plain_file("\udcff", "0644"), "(binary, 1 bytes", "(binary, 2 bytes"),
        ({"content": "x\n", "secret": True}, OLD, "********\n", "******** (changed)\n"),
        ({"state": "absent"}, OLD, "mode 0640\nold\n", ""),
        ({"state": "link", "target": "x"}, NOWHERE, "link to nowhere\n", "link to x\n"),
        ({"state": "directory"}, ABSENT, "", "directory\nmode 0755\n"),
    ],
)
def test_the_difference_is_shown(
    args: dict[str, Any], found: FileState, before: str, now: str
) -> None:
    (outcome,) = planned(wanted(**args), found).outcomes
    assert outcome.before.startswith(before)
    assert outcome.after.startswith(now)
    assert ("sha256" in outcome.after) == ("binary" in now)
    assert bool(before) == bool(outcome.before)


@pytest.mark.parametrize(
    ("args", "most", "unless"),
    [
        ({"content": "x"}, 65536, True),
        ({"content": "x\0"}, 0, False),
        ({"content": "\udcff"}, 0, False),
        ({"content": "x", "secret": True}, 0, False),
        ({"mode": "0644"}, 0, False),
        ({"state": "absent"}, 0, False),
    ],
)
def test_content_is_fetched_for_the_difference_of_texts_only(
    args: dict[str, Any], most: int, unless: bool
) -> None:
    (probe,) = wanted(**args).reads(Known())
    assert isinstance(probe, FileProbe)
    assert probe.most == most
    assert bool(probe.unless) == unless


def test_a_brief_file_shows_size_and_checksum_and_fetches_no_text() -> None:
    resource = wanted(content="#!/bin/sh\n", brief=True)
    (probe,) = resource.reads(Known())
    assert probe == FileProbe(PATH, most=0)
    (outcome,) = planned(resource, OLD).outcomes
    assert outcome.before == f"({OLD.size} bytes, sha256 {OLD.digest})\n"
    assert outcome.after.startswith("(10 bytes, sha256 ")
    assert not planned(resource, plain_file("#!/bin/sh\n", "0640")).changed


def test_a_brief_file_that_is_new() -> None:
    (outcome,) = planned(wanted(content="x\n", brief=True), ABSENT).outcomes
    assert outcome.before == ""
    assert outcome.after.startswith("mode 0644\n(2 bytes, sha256 ")


def test_a_secret_is_nowhere_but_in_what_is_staged() -> None:
    resource = wanted(content="hunter2\n", secret=True)
    result = planned(resource, OLD)
    (step,) = result.steps
    assert resource.secrets() == {"hunter2\n", "hunter2"}
    assert "hunter2" not in step.prepare + step.apply + repr(result.outcomes)
    assert "checksum" not in result.outcomes[0].details
    assert wanted(content="x").secrets() == frozenset()


@pytest.mark.parametrize(
    ("keep", "text", "expected"),
    [
        (True, STOCK, f"{STOCK}{PATH}\n"),
        (True, None, f"{PATH}\n"),
        (True, "/etc/a", f"/etc/a\n{PATH}\n"),
        (True, f"{PATH}\n", None),
        (True, f" {PATH}/ \n", None),
        (False, f"{STOCK}{PATH}\n/etc/b\n", f"{STOCK}/etc/b\n"),
        (False, f"#{PATH}\n{PATH}.d\n", None),
        (False, None, None),
    ],
)
def test_what_is_kept_over_sysupgrade(keep: bool, text: str | None, expected: str | None) -> None:
    result = planned(wanted(content="old\n", keep=keep), OLD, answers=file(KEPT, text))
    assert result.changed == (expected is not None)
    if expected is not None:
        (step,) = result.steps
        assert list(step.stage.values()) == [expected]
        assert result.outcomes[0].after.endswith(
            f"kept over sysupgrade: {'yes' if keep else 'no'}\n"
        )


@pytest.mark.parametrize("content", ["old\n", "new\n"])
def test_services_take_up_what_changed_and_only_that(content: str) -> None:
    answers = {ServiceProbe(name): Service(exists=True) for name in ("cron", "dnsmasq")}
    resource = wanted(content=content, reload=["cron"], restart=["dnsmasq"])
    result = planned(resource, OLD, answers=answers)
    both = (Reload("cron"), Reload("dnsmasq", "restart"))
    assert result.reloads == (both if content == "new\n" else ())


def test_a_service_that_is_not_there_is_named_before_anything_changes() -> None:
    answers = {ServiceProbe("crond"): Service(exists=False, others=("cron", "network"))}
    resource = wanted(content="x", reload=["crond"])
    with pytest.raises(PlanError, match="Names like it: cron"):
        planned(resource, OLD, answers=answers)
    assert planned(resource, OLD, answers=answers, rehearsal=True).warnings


def test_a_script_restarts_the_service_that_it_is() -> None:
    answers = {ServiceProbe("x"): Service(exists=False)}
    resource = wanted(path="/etc/init.d/x", content="x", mode="0755", restart=["x"])
    assert planned(resource, ABSENT, answers=answers).reloads == (Reload("x", "restart"),)


def test_two_resources_meet_in_one_file() -> None:
    path = "/etc/rc.local"
    whole = wanted(path=path, content="exit 0\n", check="sh -n")
    block = RcLocalBlock("x", "true")
    probe = next(iter(whole.reads(Known())))
    result = plan([whole, block], {probe: OLD, **file(path, "old\n", mode="0640")})
    (step,) = result.steps
    (content,) = step.stage.values()
    assert content.endswith("exit 0\n")
    assert "BEGIN fleet.openwrt x" in content
    assert "chmod 0640" in step.apply


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize("second", range(6))
def test_one_run_makes_it_so_on_a_real_file_system(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, first: int, second: int
) -> None:
    host = this_host(monkeypatch)
    path = tmp_path / "it's $(a) b"
    asked: list[dict[str, Any]] = [
        {"content": "x\n", "mode": "0600"},
        {"content": "\0\udcff\\'", "mode": "0755"},
        {"state": "directory", "mode": "0700"},
        {"state": "link", "target": "no $(where)"},
        {"state": "link", "target": str(tmp_path)},
        {"state": "absent", "recursive": True},
    ]

    def run(args: dict[str, Any]) -> bool:
        resource = wanted(path=str(path), **args)
        answers = {probe: ask(host, probe) for probe in resource.reads(Known())}
        steps = plan(resource, answers).steps
        carry_out(host, *steps)
        return bool(steps)

    run(asked[first])
    try:
        run(asked[second])
    except PlanError:
        run(asked[first])
        second = first
    assert not run(asked[second])
    looks = (path.is_file, path.is_file, path.is_dir, path.is_symlink, path.is_symlink)
    assert looks[second]() if second < len(looks) else not os.path.lexists(path)
    assert tmp_path.is_dir()


@pytest.mark.parametrize(
    ("path", "args", "warning"),
    [
        ("/etc/init.d/own", {"content": "x\n"}, "not executable (mode 0644)"),
        ("/etc/init.d/own", {"content": "x\n", "mode": "0755"}, ""),
        ("/etc/rc.button/reset", {"content": "x\n"}, "not executable"),
        ("/usr/libexec/rpcd/own", {"content": "x\n", "mode": "0644"}, "not executable"),
        ("/lib/netifd/proto/own.sh", {"content": "x\n"}, "not executable"),
        ("/www/cgi-bin/own", {"content": "x\n"}, "not executable"),
        ("/etc/hotplug.d/iface/99-own", {"content": "x\n"}, ""),
        ("/etc/uci-defaults/99-own", {"content": "x\n"}, ""),
        ("/etc/dropbear/authorized_keys", {"content": "x\n", "mode": "0664"}, "dropbear accepts"),
        ("/etc/dropbear/authorized_keys", {"content": "x\n"}, ""),
        ("/etc/dropbear", {"state": "directory", "mode": "0777"}, "'0700'"),
        ("/etc/init.d/own", {"state": "absent"}, ""),
    ],
)
def test_what_its_reader_passes_over_is_told_of(
    path: str, args: dict[str, Any], warning: str
) -> None:
    warnings = planned(wanted(path=path, **args), ABSENT).warnings
    assert (warning in warnings[0]) if warning else not warnings


def test_a_crontab_that_root_does_not_own_is_told_of_and_keeps_its_owner() -> None:
    made = planned(
        wanted(path="/etc/crontabs/root", content="x\n"), plain_file("y\n", "0600", owner="1000")
    )
    assert "belongs to the user 1000" in made.warnings[0]
    assert "chown 1000" not in made.steps[0].apply
