# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event loop of the stand-in's daemons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conformance.stand_in import Router, running

# As netifd ends a handler when an interface is taken down in the moment that it comes up.
END_AT_ONCE = """\
lua5.3 - <<'END'
local loop = require("router.loop")
local signal = require("posix.signal")
local wait = require("posix.sys.wait")
signal.signal(signal.SIGTERM, function() print("handled by the child as its parent would") end)
for _ = 1, 50 do
  local pid = loop.spawn({ "/bin/sleep", "60" })
  if signal.kill(-pid, signal.SIGTERM) ~= 0 then
    print("not ended")
    signal.kill(pid, signal.SIGKILL)
  end
  print((select(2, wait.wait(pid))))
end
END
"""

# As when a handler ends while netifd reads what somebody asks.
ASK_WHILE_A_CHILD_ENDS = """\
cat >/tmp/daemon.lua <<'END'
local bus = require("router.bus")
local loop = require("router.loop")
loop.spawn({ "/bin/sleep", "2" })
bus.serve("busy", { busy = { ask = function() return bus.OK end } })
loop.run()
END
lua5.3 /tmp/daemon.lua &
while ! ubus list busy >/dev/null 2>&1; do :; done
lua5.3 - <<'END'
local socket = require("posix.sys.socket")
local unistd = require("posix.unistd")
local fd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0)
socket.connect(fd, { family = socket.AF_UNIX, path = "/var/run/ubus/busy" })
unistd.write(fd, '{"path": "busy", ')
unistd.sleep(3)
unistd.write(fd, '"method": "ask"}\\n')
io.write(unistd.read(fd, 1000) or "no answer")
END
kill $!
"""

# As when a service ends while procd asks md5sum whether another one's files have changed.
READ_WHILE_A_CHILD_ENDS = """\
lua5.3 - <<'END'
local loop = require("router.loop")
loop.spawn({ "/bin/sleep", "1" })
loop.after(0, function()
  local pipe = io.popen("sleep 2; echo whole")
  print(pipe:read("a"))
  loop.running = false
end)
loop.run()
END
"""


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    with running("loop") as started:
        yield started


def test_a_program_can_be_ended_as_soon_as_it_is_started(router: Router) -> None:
    assert router.shell(END_AT_ONCE).split("\n") == ["killed"] * 50 + [""]


def test_the_end_of_a_child_loses_no_question(router: Router) -> None:
    assert '"status": 0' in router.shell(ASK_WHILE_A_CHILD_ENDS).replace('":0', '": 0')


def test_the_end_of_a_child_cuts_no_pipe_short(router: Router) -> None:
    assert router.shell(READ_WHILE_A_CHILD_ENDS).strip() == "whole"
