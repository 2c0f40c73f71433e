# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Services take up what the guard has put back before anything else is changed."""

from __future__ import annotations

import pytest
from support.guard import Sandbox


@pytest.mark.parametrize("job", ["after", "packages"])
def test_a_transaction_waits_for_the_services_of_the_last_one(sandbox: Sandbox, job: str) -> None:
    sandbox.ram.mkdir()
    (sandbox.ram / job).write_text("what is being run\n")
    # The third second sees the end of it.
    sandbox.stub(
        "sleep",
        'echo x >>"$FLEET_TEST/slept"\n'
        f'[ "$(wc -l <"$FLEET_TEST/slept")" -lt 3 ] || rm "{sandbox.ram / job}"',
    )
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert (sandbox.root / "slept").read_text().count("x") >= 3


def test_a_service_that_hangs_does_not_keep_others_waiting_for_ever(sandbox: Sandbox) -> None:
    sandbox.ram.mkdir()
    (sandbox.ram / "after").write_text("what never ends\n")
    sandbox.stub("sleep", 'echo x >>"$FLEET_TEST/slept"')
    assert sandbox.open(str(sandbox.etc / "hosts")).status == 0
    assert (sandbox.root / "slept").read_text().count("x") == 60
