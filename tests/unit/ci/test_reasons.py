# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end of a log tells of failures: `tests/ci/why`, `tests/ci/molecule`, `tests/ci/test`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

PLAY = """\
PLAY [Routers] *****************************************************************

TASK [Look] ********************************************************************
ok: [one]
\x1b[0;31m[ERROR]: Task failed: the SIM is gone\x1b[0m
\x1b[0;31mfatal: [two]: FAILED! => \x1b[0m
    msg: the SIM is gone

TASK [Nobody minds] ************************************************************
fatal: [one]: FAILED! =>
    msg: never mind
...ignoring

{rest}
PLAY RECAP *********************************************************************
one                        : ok=44   changed=0    unreachable=0    failed=0
two                        : ok=1    changed=0    unreachable=0    failed=1
"""


def why(tmp_path: Path, log: str) -> list[str]:
    path = tmp_path / "log"
    path.write_text(log)
    run = subprocess.run([ROOT / "tests/ci/why", path], capture_output=True, text=True, check=True)
    return run.stdout.splitlines()


def test_a_task_that_failed_long_ago_on_one_router_is_shown(tmp_path: Path) -> None:
    went_on = "".join(f"TASK [Go on {n}] ***\nok: [one]\n\n" for n in range(200))
    told = why(tmp_path, PLAY.format(rest=went_on))
    assert told[0].startswith("TASK [Look] *"), "the name"
    assert told[1:4] == [
        "[ERROR]: Task failed: the SIM is gone",
        "fatal: [two]: FAILED! => ",
        "    msg: the SIM is gone",
    ], "router and message, without colours"
    assert not [line for line in told if "never mind" in line], "an ignored failure is none"
    assert told[-1].startswith("two ")
    assert len(told) < 60


def test_where_no_task_failed_the_end_is_shown(tmp_path: Path) -> None:
    told = why(tmp_path, "start\n" * 500 + "CRITICAL Idempotence test failed\n")
    assert told[-1] == "CRITICAL Idempotence test failed"
    assert 40 < len(told) < 80


def test_long_answers_are_cut(tmp_path: Path) -> None:
    answer = "fatal: [one]: FAILED! => " + "x" * 10_000 + "\n" + "    line\n" * 1000
    told = why(tmp_path, "TASK [Look] ***\n" + answer)
    assert len(told) < 100
    assert max(map(len, told)) <= 500


FAKE_MOLECULE = """\
#!/bin/sh
case "$*" in
test*uci)
    printf 'TASK [Break] ***\\nfatal: [r]: FAILED!\\n    msg: this is why\\n'
    exit 1 ;;
*) echo "said by molecule: $*" ;;
esac
"""

FAKE_MAKE = """\
#!/bin/sh
case "$*" in
*unit) echo "FAILED this is why"; echo "2 passed, 1 failed"; exit 2 ;;
*) echo "3 passed, 0 failed" ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The scripts in a tree of their own, with two scenarios."""
    shutil.copytree(ROOT / "tests/ci", tmp_path / "tests/ci")
    (tmp_path / "bin").mkdir()
    for name in ("uci", "files"):
        (tmp_path / "extensions/molecule" / name).mkdir(parents=True)
        (tmp_path / "extensions/molecule" / name / "molecule.yml").touch()
    return tmp_path


def run(checkout: Path, script: str, *, fake: str, program: str) -> tuple[int, list[str]]:
    path = checkout / "bin" / program
    path.write_text(fake)
    path.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{path.parent}:{os.environ['PATH']}",
        # Nothing is built.
        "OPENWRT_IMAGE": "some",
    }
    answer = subprocess.run(
        [checkout / "tests/ci" / script],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout.splitlines()


def test_molecule_ends_with_reasons_and_counts(checkout: Path) -> None:
    status, said = run(checkout, "molecule", fake=FAKE_MOLECULE, program="molecule")
    assert status != 0
    assert said[-1] == "1 passed, 1 failed"
    end = said[said.index("Molecule") :]
    assert [line.split()[:2] for line in end[1:3]] == [["files", "passed"], ["uci", "FAILED"]]
    reasons = end[end.index("=== why uci failed") :]
    assert "    msg: this is why" in reasons
    assert not [line for line in end if "why files" in line]


def test_molecule_has_nothing_to_explain_where_all_passes(checkout: Path) -> None:
    fake = FAKE_MOLECULE.replace("test*uci", "nothing")
    status, said = run(checkout, "molecule", fake=fake, program="molecule")
    assert status == 0
    assert said[-1] == "2 passed, 0 failed"
    assert "=== why" not in "\n".join(said)


def test_what_was_not_run_has_not_passed(checkout: Path) -> None:
    fake = FAKE_MOLECULE.replace("test*uci", "create*")
    status, said = run(checkout, "molecule", fake=fake, program="molecule")
    assert status != 0
    assert said[-1] == "0 passed, 4 failed", "two lanes without routers, and two scenarios"
    assert {"files", "uci"} <= set(said[said.index("Not run:") :])


def test_a_part_that_failed_early_is_shown_at_the_end(checkout: Path) -> None:
    status, said = run(checkout, "test", fake=FAKE_MAKE, program="make")
    assert status != 0
    assert said[-1].endswith(" passed, 1 failed")
    end = said[said.index("=== the end of make unit, which failed") :]
    assert "FAILED this is why" in end
    table = [line.split()[0] for line in end if " s" in line and "passed" in line]
    assert "molecule" in table, "the table stands behind it"
    assert "the end of make lint" not in "\n".join(said)
