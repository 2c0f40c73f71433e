# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The host's kernel settings that a genuine router's init writes, kept and put back.

/etc/sysctl.d/10-default.conf of OpenWrt's base-files sets them, and these know no namespaces.
"""

from __future__ import annotations

from pathlib import Path

SETTINGS = (
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/core_pattern",
    "kernel/printk",
    "fs/suid_dumpable",
    "fs/protected_fifos",
    "fs/protected_hardlinks",
    "fs/protected_regular",
    "fs/protected_symlinks",
    "net/core/bpf_jit_enable",
    "net/core/bpf_jit_kallsyms",
    "vm/min_free_kbytes",
)


def read(root: Path = Path("/proc/sys")) -> dict[str, str]:
    """The present settings, those that this kernel has. Raises OSError."""
    return {name: (root / name).read_text() for name in SETTINGS if (root / name).exists()}


def restore(wanted: dict[str, str], root: Path = Path("/proc/sys")) -> list[str]:
    """Write back what differs from `wanted`; return the names of those. Raises OSError."""
    now = read(root)
    differing = [name for name, value in wanted.items() if now.get(name, value) != value]
    for name in differing:
        (root / name).write_text(wanted[name])
    return differing
