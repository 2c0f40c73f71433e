# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to a running simulator over its unix socket: a JSON line each way."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .attach import AttachError
from .faults import UnknownFaultError
from .link import LinkError

Request = tuple[str, str]
Reply = dict[str, Any]
CLIENT_SECONDS = 2.0
REPLY_SECONDS = 30.0


class ControlError(Exception):
    """The simulator is not there, or refused; the text says why."""


def listen(path: Path) -> socket.socket:
    """The socket that requests come in on, for its owner only. Raises OSError."""
    path.unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(str(path))
    path.chmod(0o600)
    server.listen(8)
    return server


def serve_one(server: socket.socket, obey: Callable[[Request], Reply]) -> None:
    """Answer one client; one that says nothing in time, or leaves, gets no answer."""
    client, _ = server.accept()
    with client:
        client.settimeout(CLIENT_SECONDS)
        try:
            act, value = json.loads(client.makefile().readline())
            reply = _answer((act, value), obey)
            client.sendall(json.dumps(reply).encode() + b"\n")
        except (TimeoutError, BrokenPipeError, ConnectionResetError, ValueError):
            return


def _answer(request: Request, obey: Callable[[Request], Reply]) -> Reply:
    try:
        return obey(request)
    except (ControlError, UnknownFaultError, AttachError, LinkError) as refusal:
        return {"error": str(refusal)}


def ask(path: Path, act: str, value: str = "") -> Reply:
    """Send one request and return the state of the stick after it. Raises ControlError."""
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(REPLY_SECONDS)
    with client:
        try:
            client.connect(str(path))
            client.sendall(json.dumps([act, value]).encode() + b"\n")
            line = client.makefile().readline()
        except OSError as error:
            raise ControlError(f"no stick answers on {path}: {error}") from error
    if not line:
        raise ControlError(f"the stick behind {path} went away")
    reply: Reply = json.loads(line)
    if "error" in reply:
        raise ControlError(reply["error"])
    return reply
