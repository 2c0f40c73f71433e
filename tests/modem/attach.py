# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting device nodes, mounts and a USB table into a running container, from outside.

Everything inside the container's mount namespace is done by a short-lived child that enters
it, with plain system calls: nothing of the router's image is run or needed.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import termios
import tty
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from .usb import Composition, table, usbmode_listing

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
MS_BIND = 0x1000
MNT_DETACH = 2
TIOCGPTN = 0x80045430
TIOCSPTLCK = 0x40045431
TIOCGPTPEER = 0x5441

DEBUGFS = "/sys/kernel/debug"
USB_TABLE = f"{DEBUGFS}/usb/devices"
SHIM_DIR = f"{DEBUGFS}/usbmode"
USBMODE = "/sbin/usbmode"
SHIM_TEXT = Path(__file__).with_name("usbmode.sh")

_libc = ctypes.CDLL(None, use_errno=True)


class AttachError(Exception):
    """The container does not let itself be given a device; the text says which and why."""


def unshare_network() -> None:
    """Give this process a network namespace of its own, which ends with it. Raises OSError."""
    _check(_libc.unshare(CLONE_NEWNET), "network namespace")


def inside(pid: int, work: Callable[[], None]) -> None:
    """Run `work` in the mount namespace of process `pid`, in a child.

    Raises AttachError with the text of the OSError that `work` raised.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _child(pid, work, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answers:
        complaint = answers.read().decode(errors="replace")
    os.waitpid(child, 0)
    if complaint:
        raise AttachError(complaint)


def _child(pid: int, work: Callable[[], None], writer: int) -> None:
    status = 1
    try:
        namespace = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
        _check(_libc.setns(namespace, CLONE_NEWNS), f"mount namespace of process {pid}")
        work()
        status = 0
    except OSError as error:
        os.write(writer, str(error).encode())
    finally:
        os._exit(status)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None) -> None:
    arguments = (source, target, kind, flags, options)
    encoded = [each.encode() if isinstance(each, str) else each for each in arguments]
    _check(_libc.mount(*encoded), target)


def _unmount_all(target: str) -> None:
    """Take off whatever is mounted on `target`, layer by layer."""
    while _libc.umount2(target.encode(), MNT_DETACH) == 0:
        continue


@dataclass(frozen=True)
class Terminal:
    """A pty of the container's own devpts: the modem holds `master`, the router opens `path`."""

    master: int
    number: int


def open_terminal(pid: int) -> Terminal:
    """Make a pty in the container's devpts, in raw mode, with no one on the router's side.

    Raises AttachError when the container has no devpts.
    """
    flags = os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC
    try:
        master = os.open(f"/proc/{pid}/root/dev/pts/ptmx", flags)
        fcntl.ioctl(master, TIOCSPTLCK, struct.pack("i", 0))
        number = struct.unpack("i", fcntl.ioctl(master, TIOCGPTN, struct.pack("i", 0)))[0]
        peer = _router_side(master)
    except OSError as error:
        raise AttachError(f"no pty in the container: {error}") from error
    # Opening and closing the router's side once makes its absence visible as a hang-up.
    tty.setraw(peer, termios.TCSANOW)
    os.close(peer)
    os.set_blocking(master, False)
    return Terminal(master, number)


def discard_unread(master: int) -> None:
    """Forget what was written to the router's side and not read there. Raises OSError."""
    # Flushing the master's output would leave what has already crossed over.
    peer = _router_side(master)
    termios.tcflush(peer, termios.TCIFLUSH)
    os.close(peer)


def _router_side(master: int) -> int:
    peer: int = fcntl.ioctl(master, TIOCGPTPEER, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
    return peer


def expose(pid: int, number: int, path: str) -> None:
    """Show pty `number` as the character device `path`. Raises AttachError."""

    def work() -> None:
        _unmount_all(path)
        Path(path).touch()
        _mount(f"/dev/pts/{number}", path, None, MS_BIND, None)

    inside(pid, work)


def conceal(pid: int, path: str) -> None:
    """Take the device `path` away again; fine when it is not there. Raises AttachError."""

    def work() -> None:
        _unmount_all(path)
        target = Path(path)
        # Only the empty file that `expose` made: never a device of the router's own.
        if target.exists() and S_ISREG(target.stat().st_mode) and target.stat().st_size == 0:
            target.unlink()

    inside(pid, work)


def mount_usb(pid: int) -> None:
    """Lay a RAM file system with the USB table and the usbmode stand-in over debugfs.

    Raises AttachError, for instance where the kernel has no such directory, or where another
    stick is plugged in: a router has room for one.
    """
    shim = SHIM_TEXT.read_text()
    owner = os.getpid()
    other = _owner(pid)
    if other is not None and other != owner and Path(f"/proc/{other}").exists():
        raise AttachError(f"another stick is plugged in, run by process {other}")

    def work() -> None:
        _unmount_all(DEBUGFS)
        _mount("fleet-modem", DEBUGFS, "tmpfs", 0, "mode=0755,size=1m")
        Path(USB_TABLE).parent.mkdir()
        Path(SHIM_DIR).mkdir()
        program = Path(SHIM_DIR, "program")
        program.write_text(shim)
        program.chmod(0o755)
        os.mkfifo(Path(SHIM_DIR, "switch"), 0o600)
        Path(SHIM_DIR, "owner").write_text(str(owner))

    inside(pid, work)


def _owner(pid: int) -> int | None:
    """The simulator that mounted the USB table, None where none is mounted."""
    try:
        return int(Path(f"/proc/{pid}/root{SHIM_DIR}", "owner").read_text())
    except FileNotFoundError:
        return None


def unmount_usb(pid: int) -> None:
    """Undo `mount_usb` and `cover_usbmode`. Raises AttachError."""

    def work() -> None:
        _unmount_all(USBMODE)
        _unmount_all(DEBUGFS)

    inside(pid, work)


def write_usb(pid: int, composition: Composition) -> None:
    """Let the router's USB table, and what `usbmode -l` lists, say `composition`."""
    root = f"/proc/{pid}/root"
    Path(root + USB_TABLE).write_text(table(composition))
    Path(root + SHIM_DIR, "listing").write_text(usbmode_listing(composition))


def open_switch(pid: int) -> int:
    """The fifo that the usbmode stand-in writes to, opened so that reading never blocks."""
    flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC
    return os.open(f"/proc/{pid}/root{SHIM_DIR}/switch", flags)


def cover_usbmode(pid: int) -> None:
    """Put the stand-in over the router's /sbin/usbmode, if that is there and still bare."""
    program = Path(f"/proc/{pid}/root{USBMODE}")
    ours = Path(f"/proc/{pid}/root{SHIM_DIR}/program")
    if program.is_file() and not program.samefile(ours):
        inside(pid, lambda: _mount(f"{SHIM_DIR}/program", USBMODE, None, MS_BIND, None))
