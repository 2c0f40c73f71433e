# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection: every one names what is wrong and what to do next."""

from __future__ import annotations

CHECK = "check: "
"""How the names of sections begin that only check and change nothing."""

NOT_UNDONE = 71
"""With this status a step ends that failed and could not take back all that it had done."""


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


class NotRootError(RouterError):
    """The login is not root, and only root can read and change what modules work on."""

    def __init__(self, login: str) -> None:
        super().__init__(
            f"The login is {login or 'not root'}, and root is needed: nothing was read or changed. "
            f"Set ansible_user: root, or, where sudo is installed and the user may use it, "
            f"become: true."
        )


class NoBecomeError(RouterError):
    """The login could not become root by the program that `become` uses."""

    def __init__(self, program: str, *, excerpt: str, missing: bool) -> None:
        if missing:
            text = (
                f"become is set, but {program} is not on the router. Log in as root "
                f"(ansible_user: root) without become, or install {program} first."
            )
        else:
            text = (
                f"become is set, but {program} did not let the login become root; it said: "
                f"{excerpt}. Check the user's line in /etc/sudoers and ansible_become_password, "
                f"or log in as root without become."
            )
        super().__init__(text)


class NoRoomError(RouterError):
    """There is no room in /tmp, where every script needs a little; nothing was changed."""

    def __init__(self, *, said: str, usage: str) -> None:
        super().__init__(
            f"The router's /tmp is full: {said or '(no message)'}. It is RAM; see with "
            f"`du -a /tmp | sort -n` what fills it (logs, downloads), or reboot the router. "
            f"Nothing was changed. df says: {usage.strip()}"
        )


class BusyError(RouterError):
    """Another script is changing the router; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            "Another task has been changing this router for more than half a minute. Nothing was "
            "changed; run this task again when that one has ended."
        )


class ProbeError(RouterError):
    """Something that must be read from the router could not be read.

    `problem` stands in the place of the sentence that status and standard error make.
    """

    def __init__(
        self, what: str, *, status: int = 0, stderr: str = "", hint: str = "", problem: str = ""
    ) -> None:
        said = stderr.strip() or "(no message)"
        text = problem or f"Cannot read {what}: exit status {status}, {said}"
        super().__init__(f"{text}. {hint}" if hint else text)


class IllegibleError(ProbeError):
    """The router answered what no OpenWrt router answers; `reason` says what is wrong with it."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            what,
            problem=f"The router's answer cannot be understood ({what}: {reason})",
            hint="Is it an OpenWrt router, and is its memory or flash damaged? Log in and see what "
            "it says.",
        )


class EndlessReplyError(RouterError):
    """The reply was larger than all that a router has to say, or took longer than any script.

    `reason` is what had come when reading it was given up.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The router's reply did not end: {reason} when reading it was given up. Whether the "
            f"task's script has finished is not known. See which program on the router prints "
            f"without end, or whether it is an OpenWrt router at all."
        )


class StepError(FleetError):
    """A step of the plan failed on the router.

    `applied` are the steps before it that stay; `stuck` is what the guard said when it could not
    put the others back.
    """

    def __init__(
        self,
        *,
        step: str,
        status: int,
        stderr: str,
        applied: tuple[str, ...],
        rolled_back: bool = False,
        stuck: str = "",
    ) -> None:
        self.step = step
        self.status = status
        self.stderr = stderr
        self.applied = applied
        self.rolled_back = rolled_back
        self.stuck = stuck
        said = stderr.strip() or "(no message)"
        stop = "" if said.endswith(".") else "."
        super().__init__(
            f"{step} failed with exit status {status}: {said}{stop} {self._after()}".strip()
        )

    def _after(self) -> str:
        stays = f"{', '.join(self.applied)}" if self.applied else ""
        if self.status == NOT_UNDONE:
            return f"It could not take back all that it had done. {self._of_others(stays)}".strip()
        return self._of_others(stays)

    def _of_others(self, stays: str) -> str:
        if self.stuck:
            return (
                f"What had been applied before it could not be put back: {self.stuck}. The router "
                f"tries again every few seconds and at its next boot; see `logread -e fleet-guard`."
            )
        if self.rolled_back:
            return "All that had been applied before it was put back" + (
                f", except for what stays: {stays}." if stays else "; the router is as it was."
            )
        if self.step.startswith(CHECK) or not stays:
            return "" if self.status == NOT_UNDONE else "Nothing was changed."
        return f"Applied before it: {stays}."

    def facts(self) -> dict[str, object]:
        return {
            "step": self.step,
            "status": self.status,
            "stderr": self.stderr,
            "applied": list(self.applied),
            "rolled_back": self.rolled_back,
            "changed": bool(self.applied or self.stuck) or self.status == NOT_UNDONE,
        }


class ReloadError(FleetError):
    """The changes were written, and a service refused them."""

    def __init__(self, said: str) -> None:
        super().__init__(f"The changes were written, but a service did not take them up: {said}")

    def facts(self) -> dict[str, object]:
        return {"changed": True}


class OpenTransactionError(FleetError):
    """A transaction that is not this task's is open on the router; nothing was changed."""

    def __init__(self, description: str, *, facts: dict[str, object]) -> None:
        self._facts: dict[str, object] = {"transaction": facts}
        super().__init__(
            f"This router has an open transaction that is not this task's: {description}. Nothing "
            f"was changed. Wait for its end, confirm it or roll it back with "
            f"fleet.openwrt.confirm, or set interrupted=rollback to have tasks roll back what an "
            f"interrupted run has left."
        )

    def facts(self) -> dict[str, object]:
        return self._facts


class RolledBackError(FleetError):
    """What was applied is not there any more, or is about to go; the message tells all in order.

    `verified`: whether the router was read again and is as it was; None where it did not answer.
    """

    def __init__(
        self, reason: str, *, story: tuple[str, ...], log: tuple[str, ...], verified: bool | None
    ) -> None:
        self._facts: dict[str, object] = {
            "story": list(story),
            "log": list(log),
            "rolled_back": verified is True,
            "changed": verified is not True,
        }
        told = "\n".join(f"  {number}. {event}" for number, event in enumerate(story, 1))
        lines = "\nThe router's log:\n  " + "\n  ".join(log) if log else ""
        super().__init__(f"{reason} What happened:\n{told}{lines}")

    def facts(self) -> dict[str, object]:
        return self._facts
