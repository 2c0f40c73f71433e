# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource may ask of the machine that Ansible runs on, before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Controller(Protocol):
    """Files on the controller, found as ansible.builtin.copy and ansible.builtin.template do."""

    def read(self, name: str, *, option: str) -> bytes:
        """A file's content, decrypted; raises SpecError, naming `option`, when there is none."""

    def render(self, name: str, *, option: str, variables: Mapping[str, object]) -> str:
        """A template's result, with these variables beside the task's; raises SpecError."""
