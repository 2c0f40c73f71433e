# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A SIM behind a port, for what runs on a router: a gcom that is one, and BusyBox's shell."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ansible_collections.fleet.openwrt.plugins.plugin_utils.at import talk
from ansible_collections.fleet.openwrt.plugins.plugin_utils.sim import trial

AT = Path(talk.__file__).with_name("program")
SIM = Path(trial.__file__).with_name("program")
ICCID = "8988211000000000017"

# $CARD is a folder: `answers/COMMAND` holds what a command is answered, `pin` the right PIN, `left`
# the tries; each command is noted in `sent`. A try finds nobody there with `deaf`, no card yet with
# `busy`, costs what the counter does not tell yet with `late`, and ends the session with `hangup`.
_GCOM = r"""#!/bin/sh
state() {
    if [ -e "$CARD/state" ]; then cat "$CARD/state"
    elif [ "$(cat "$CARD/left")" = 0 ]; then echo '+CPIN: SIM PUK'
    elif [ -e "$CARD/open" ]; then echo '+CPIN: READY'
    else echo '+CPIN: SIM PIN'; fi
}
enter() {
    [ ! -e "$CARD/hangup" ] || kill -HUP 0
    [ ! -e "$CARD/deaf" ] || { printf '\n@ silent\n'; exit 73; }
    if [ "$1" = "AT+CPIN=\"$(cat "$CARD/pin")\"" ]; then
        : >"$CARD/open"; echo 3 >"$CARD/left"; echo OK; return
    fi
    [ -e "$CARD/busy" ] || [ -e "$CARD/late" ] || echo $(($(cat "$CARD/left") - 1)) >"$CARD/left"
    if [ -e "$CARD/busy" ]; then echo '+CME ERROR: 14'; else echo "${REFUSAL:-+CME ERROR: 16}"; fi
}
n=1
while eval "c=\${AT_$(printf %X $n)-}"; [ -n "$c" ]; do
    printf '@ %s\n%s\n' "$n" "$c"
    echo "$c" >>"$CARD/sent"
    case $c in
        'AT+CPIN?') state; state | grep -q ERROR || echo OK ;;
        'AT+CPIN='*) enter "$c" ;;
        *) if [ -e "$CARD/answers/$c" ]; then
               sed "s/LEFT/$(cat "$CARD/left")/g" "$CARD/answers/$c"; echo OK
           else echo ERROR; fi ;;
    esac
    n=$((n + 1))
done
"""

_DYING = """#!/bin/sh
n=$(($(cat "$CARD/step" 2>/dev/null || echo 0) + 1))
echo "$n" >"$CARD/step"
[ "${{DIE-}}" != "$n" ] || kill -9 0
{real} "$@"
code=$?
[ "${{DIE-}}" != "$n.5" ] || kill -9 0
exit "$code"
"""

HUAWEI = {"AT^CPIN?": "^CPIN: SIM PIN,LEFT,10,LEFT,10,3", "AT^ICCID?": f"^ICCID: {ICCID}"}


class Card:
    """A SIM with its modem; `answers` are those to queries, LEFT means what is left."""

    def __init__(
        self, folder: Path, *, pin: str = "1234", left: int = 3, answers: Mapping[str, str] = HUAWEI
    ) -> None:
        self.folder = folder / "card"
        self.memory = folder / "memory"
        self.keep = folder / "keep.d/fleet-sim-memory"
        self.bin = folder / "bin"
        self.ram = folder / "ram"
        for each in (self.folder, self.folder / "answers", self.bin, self.keep.parent):
            each.mkdir()
        self.put("pin", pin)
        self.put("left", str(left))
        for command, lines in answers.items():
            self.put(f"answers/{command}", lines)
        self.command("gcom", _GCOM)

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(f"{text}\n" if text else "")

    def command(self, name: str, script: str) -> None:
        """A program that comes before this machine's own."""
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    @property
    def left(self) -> int:
        return int((self.folder / "left").read_text())

    @property
    def tries(self) -> list[str]:
        """The PINs that were sent."""
        log = self.folder / "sent"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line.split('"')[1] for line in lines if line.startswith("AT+CPIN=")]

    @property
    def notes(self) -> list[str]:
        """What is remembered, the first word of each note."""
        files = sorted(self.memory.glob("refused*")) if self.memory.is_dir() else []
        return [line.split()[0] for file in files for line in file.read_text().splitlines()]

    def remembers(self, pin: str, iccid: str = ICCID) -> bool:
        return self.run(f"sim_card={iccid}; sim_remembers {pin} pin").returncode == 0

    def power_cut(self) -> None:
        """The card has lost its power with the stick: it asks for its PIN again."""
        (self.folder / "open").unlink(missing_ok=True)
        shutil.rmtree(self.ram, ignore_errors=True)
        for file in self.folder.glob("step*"):
            file.unlink()

    def die_at(self, *commands: str) -> None:
        """With $DIE set to N all processes are killed before the Nth of these commands.

        With .5 behind it, after it. The commands are counted in `step`.
        """
        for command in commands:
            real = self.bin / f"{command}.real"
            own = self.bin / command
            if own.exists():
                own.rename(real)
            else:
                real.symlink_to(shutil.which(command) or command)
            self.command(command, _DYING.format(real=real))

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "CARD": str(self.folder),
            "SIM_MEMORY": str(self.memory),
            "SIM_KEEP": str(self.keep),
            "SIM_PAUSE": "0",
            "AT_RAM": str(self.ram),
            "AT_PATIENCE": "0",
            "AT_GCOM": str(AT / "at.gcom"),
        }

    def run(self, script: str, **more: str) -> subprocess.CompletedProcess[str]:
        """The library under BusyBox's shell.

        Containers on this machine have ports of the same name open, which are not meant.
        """
        return subprocess.run(
            ["busybox", "ash", "-c", f". {AT}/at.sh\nat_held() {{ :; }}\n. {SIM}/sim.sh\n{script}"],
            env=self.environment | more, capture_output=True, text=True, check=False,
            start_new_session=True,
        )  # fmt: skip

    def gate(self, port: str, pin: str, **more: str) -> subprocess.CompletedProcess[str]:
        """As netifd's handler sends a PIN."""
        return self.run(f"sim_gate {port}", SIM_PIN=pin, **more)

    def unlock(
        self, port: str, pin: str, least: int = 2, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return self.run(f"sim_unlock {port} {least}", SIM_PIN=pin, **more)
