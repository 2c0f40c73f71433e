# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Arguments of a managed file: what may be combined with what, and which paths are refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..engine.plan import Reload
from ..errors import SpecError
from ..files.keep import check_keepable
from ..guard.places import SIM_MEMORY
from ..services.probe import check_service_name

_MODE = re.compile(r"[0-7]{3,4}")
_KERNEL = ("/proc", "/sys", "/dev")
_NEVER_EMPTIED = {"/etc/config", "/etc/init.d", "/etc/rc.d", "/usr/bin", "/usr/sbin", "/usr/lib"}

# With absent all is accepted: tasks turn to it and back.
_ONLY_FOR = {
    "content": {"present", "absent"},
    "src": {"present", "absent"},
    "template": {"present", "absent"},
    "check": {"present", "absent"},
    "secret": {"present", "absent"},
    "brief": {"present", "absent"},
    "mode": {"present", "directory", "absent"},
    "target": {"link", "absent"},
    "recursive": {"absent"},
}


def check_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a ManagedFile; raises SpecError."""
    state = params["state"]
    for option, states in _ONLY_FOR.items():
        if params[option] not in (None, False) and state not in states:
            raise SpecError(
                option=option,
                # Never the value: it may be a secret, or megabytes.
                value="(given)",
                expected=f"it only with state {' or '.join(sorted(states))}",
            )
    path = check_path(params["path"])
    if state == "link" and not params["target"]:
        raise SpecError(option="target", value=params["target"], expected="where the link leads")
    if state == "present" and params["check"] and params["content"] is None:
        raise SpecError(
            option="check", value=params["check"], expected="it only beside content to be checked"
        )
    if params["recursive"] and (path.count("/") < 2 or path in _NEVER_EMPTIED):
        raise SpecError(
            option="path", value=path, expected="a directory that a router can do without"
        )
    if params["keep"]:
        check_keepable(path)
    return {
        "path": path,
        "state": state,
        "content": params["content"] if state == "present" else None,
        "mode": _mode(params["mode"]),
        "target": _printable("target", params["target"]),
        "check": _printable("check", params["check"]) or "",
        "keep": params["keep"],
        "secret": params["secret"],
        "brief": params["brief"],
        "recursive": params["recursive"],
        "reloads": tuple(
            Reload(check_service_name(name, option=action), action)
            for action in ("reload", "restart")
            for name in params[action]
        ),
    }


def check_path(path: str) -> str:
    """The path without superfluous slashes; raises SpecError for one that is asking for trouble."""

    def refuse(expected: str) -> SpecError:
        return SpecError(option="path", value=path, expected=expected)

    parts = [part for part in path.split("/") if part]
    clean = "/" + "/".join(parts)
    if not path.startswith("/"):
        raise refuse("an absolute path")
    if not parts or {".", ".."} & set(parts):
        raise refuse("the path of a file, without . and ..")
    _printable("path", path)
    if any(clean == folder or clean.startswith(f"{folder}/") for folder in _KERNEL):
        raise refuse(f"a path outside of {', '.join(_KERNEL)}, which the kernel fills")
    if clean == SIM_MEMORY or clean.startswith(f"{SIM_MEMORY}/"):
        raise refuse(f"a path outside of {SIM_MEMORY}, where the router remembers refused PINs")
    return clean


def _printable(option: str, text: str | None) -> str | None:
    if text is not None and not text.isprintable():
        raise SpecError(option=option, value=text, expected="text without control characters")
    return text


def _mode(mode: object) -> str | None:
    if mode is None:
        return None
    if not isinstance(mode, str) or not _MODE.fullmatch(mode):
        raise SpecError(
            option="mode",
            value=mode,
            expected="octal digits in quotes, such as '0644'",
            hint="Without quotes YAML makes another number of it.",
        )
    return mode.zfill(4)
