# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection: every one names what is wrong and what to do next."""

from __future__ import annotations

CHECK = "check: "
"""How the names of sections begin that only check and change nothing."""


class FleetError(Exception):
    """Base of all errors that a user can meet; its text is the task's message."""

    def facts(self) -> dict[str, object]:
        """Keys that the failed task's result carries beside its message."""
        return {}


class SpecError(FleetError):
    """An argument is wrong; nothing was sent to the router."""

    def __init__(self, *, option: str, value: object, expected: str, hint: str = "") -> None:
        self.option = option
        self.value = value
        self.expected = expected
        self.hint = hint
        message = f"{option}: {value!r} cannot be used; expected {expected}."
        super().__init__(f"{message} {hint}" if hint else message)

    def facts(self) -> dict[str, object]:
        return {"option": self.option, "expected": self.expected}


class PlanError(FleetError):
    """What was asked for cannot be had on this router; nothing was changed."""

    def __init__(self, problem: str, *, hint: str = "") -> None:
        self.problem = problem
        self.hint = hint
        super().__init__(f"{problem} {hint}" if hint else problem)


class RouterError(FleetError):
    """The router did not answer as an OpenWrt router answers."""


class NotOpenWrtError(RouterError):
    """The host at the other end is something else than OpenWrt."""

    def __init__(self, description: str) -> None:
        what = description.strip() or "an unknown system"
        super().__init__(
            f"This host is not an OpenWrt router: it has no /etc/openwrt_release and says it is "
            f"{what}. Check ansible_host in your inventory."
        )


class ReplyCutError(RouterError):
    """The reply ended before the script had said that it was done."""

    def __init__(self, *, last_section: str | None, status: int, excerpt: str) -> None:
        self.last_section = last_section
        reached = (
            f"the last section that arrived whole is {last_section!r}"
            if last_section
            else "no section arrived whole"
        )
        super().__init__(
            f"The router's reply was cut off: {reached} (exit status {status}). "
            f"Whether it finished is not known; run the task again, it starts from what it finds. "
            f"The connection said: {excerpt or '(nothing)'}"
        )


class NoShellError(RouterError):
    """The login did not run our script at all."""

    def __init__(self, *, status: int, excerpt: str) -> None:
        super().__init__(
            f"The login did not run /bin/sh: exit status {status}, it said: "
            f"{excerpt or '(nothing)'}. The user needs a POSIX shell as /bin/sh; check "
            f"ansible_user and root's login shell in /etc/passwd."
        )


class NoRoomError(RouterError):
    """There is no room in /tmp, where every script needs a little; nothing was changed."""

    def __init__(self, *, said: str, usage: str) -> None:
        super().__init__(
            f"The router's /tmp is full: {said or '(no message)'}. It is RAM; see with "
            f"`du -a /tmp | sort -n` what fills it (logs, downloads), or reboot the router. "
            f"Nothing was changed. df says: {usage.strip()}"
        )


class ProbeError(RouterError):
    """Something that must be read from the router could not be read."""

    def __init__(self, what: str, *, status: int, stderr: str, hint: str = "") -> None:
        said = stderr.strip() or "(no message)"
        text = f"Cannot read {what}: exit status {status}, {said}"
        super().__init__(f"{text}. {hint}" if hint else text)


class StepError(FleetError):
    """A step of the plan failed on the router."""

    def __init__(self, *, step: str, status: int, stderr: str, applied: tuple[str, ...]) -> None:
        self.step = step
        self.status = status
        self.stderr = stderr
        self.applied = applied
        said = stderr.strip() or "(no message)"
        before = f"Applied before it: {', '.join(applied)}." if applied else ""
        if step.startswith(CHECK):
            before = "Nothing was changed."
        stop = "" if said.endswith(".") else "."
        super().__init__(f"{step} failed with exit status {status}: {said}{stop} {before}".strip())

    def facts(self) -> dict[str, object]:
        return {
            "step": self.step,
            "status": self.status,
            "stderr": self.stderr,
            "applied": list(self.applied),
            "changed": bool(self.applied),
        }


class ReloadError(FleetError):
    """The changes were written, and a service refused them."""

    def __init__(self, said: str) -> None:
        super().__init__(f"The changes were written, but a service did not take them up: {said}")

    def facts(self) -> dict[str, object]:
        return {"changed": True}
