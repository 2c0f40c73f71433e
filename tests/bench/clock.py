# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A router whose clock is wrong, or jumps.

A container has the clock of its host (Linux has no namespace for it), so it is `date` that lies;
what stamps files or log lines does not. /proc/uptime is the host's as well: it is never set and
never jumps, but a power cut does not bring it back to nought.
"""

from __future__ import annotations

from .engine import Engine

LIAR = r"""
set -e
mkdir -p /usr/lib/lying-clock
[ -e /usr/lib/lying-clock/date ] || ln -s "$(readlink -f /bin/date)" /usr/lib/lying-clock/date
cat > /usr/lib/lying-clock/liar <<'EOF'
#!/bin/sh
real=/usr/lib/lying-clock/date
for word in "$@"; do
	# A time that the caller names is no matter of the clock.
	case $word in -[drs]*) exec "$real" "$@" ;; esac
done
exec "$real" -d "@$(($("$real" +%s) + OFFSET))" "$@"
EOF
sed -i 's/OFFSET/(@seconds@)/' /usr/lib/lying-clock/liar
chmod 755 /usr/lib/lying-clock/liar
ln -sf /usr/lib/lying-clock/liar /bin/date
"""


def lie(engine: Engine, name: str, seconds: int) -> None:
    """Let `date` of a running router be wrong by so much from now on. Raises BenchError."""
    engine("exec", name, "sh", "-c", LIAR.replace("@seconds@", str(seconds)))
