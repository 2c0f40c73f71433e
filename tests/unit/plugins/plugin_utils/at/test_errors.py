# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why no conversation came about, in words that fit the cause."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.errors import PortError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.at.talk import DialogueProbe, Port
from ansible_collections.fleet.openwrt.plugins.plugin_utils.router.wire import Answer

PORT = "/dev/ttyUSB0"
REFUSED = """\
-- Error Report --
---->              ^
Error @312, line 12, Could not write to COM device. (1)
"""


def trouble(status: int, stdout: str = "", stderr: str = "") -> PortError:
    probe = DialogueProbe(Port(PORT), ("AT",))
    with pytest.raises(PortError) as caught:
        probe.parse(Answer(status, f"@ port {PORT}\n{stdout}", stderr))
    return caught.value


@pytest.mark.parametrize(
    ("status", "said", "code", "words"),
    [
        (1, REFUSED, "stuck", "/dev/ttyUSB0 takes nothing of what is sent"),
        (76, "/dev/ttyUSB0 takes nothing\n", "stuck", "/dev/ttyUSB0 takes nothing of what"),
        (75, "/dev/ttyUSB0 was hung up\n", "hung_up", "/dev/ttyUSB0 was hung up before the modem"),
        (139, "", "failed", "gcom crashed on /dev/ttyUSB0 (signal 11)"),
        (134, "", "failed", "gcom crashed on /dev/ttyUSB0 (signal 6)"),
        (
            1,
            "Error @7, line 3, Could not malloc. (3)",
            "failed",
            "exit status 1: Could not malloc.",
        ),
        (127, "sh: gcom: not found\n", "failed", "exit status 127: sh: gcom: not found."),
    ],
)
def test_the_cause_is_named(status: int, said: str, code: str, words: str) -> None:
    error = trouble(status, stderr=said)
    assert error.code == code
    assert words in str(error)


def test_only_a_port_that_was_hung_up_may_have_left_the_bus() -> None:
    assert "left the bus" in str(trouble(75, stderr=f"{PORT} was hung up"))
    for status in (1, 73, 76, 139):
        assert "left the bus" not in str(trouble(status, "@ 1\n@ silent\n", REFUSED))


def test_gcom_says_on_standard_output_what_it_cannot_open() -> None:
    error = trouble(1, f"Can't open device {PORT}.\n")
    assert f"exit status 1: Can't open device {PORT}" in str(error)


def test_answers_before_a_stick_left_are_kept() -> None:
    """AT^RESET is answered, and then the stick goes."""
    probe = DialogueProbe(Port(PORT), ("AT^RESET", "AT"))
    said = f"@ port {PORT}\n@ 1\nOK\n@ 2\n@ silent\n"
    dialogue = probe.parse(Answer(75, said, f"{PORT} was hung up\n"))
    assert [reply.result for reply in dialogue.replies] == ["OK", None]
