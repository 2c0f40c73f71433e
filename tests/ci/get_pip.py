# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts pip into one of the empty virtual environments that ansible-test makes for its tests.

ansible-test looks for such a script in its cache before it downloads one from its own site, calls
it with pip's options and wanted version as arguments, and then uses pip alone. This one needs the
package index only, which the tests need anyhow.
"""

from __future__ import annotations

import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
# In a process of its own, for ensurepip makes the one that it runs in forget pip's settings.
for command in (["ensurepip"], ["pip", "install", "--quiet", *wanted]):
    subprocess.run([sys.executable, "-m", *command], check=True)
