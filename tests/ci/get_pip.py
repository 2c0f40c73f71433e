# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts pip into one of the empty virtual environments that ansible-test makes for its tests.

ansible-test looks for such a script in its cache before it downloads one from its own site, calls
it with pip's options and wanted version as arguments, and then uses pip alone. This one needs the
package index only, which the tests need anyhow.
"""

from __future__ import annotations

import ensurepip
import subprocess
import sys

ensurepip.bootstrap()
wanted = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "--quiet", *wanted]))
