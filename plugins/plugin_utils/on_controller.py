# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files and templates of the controller, through Ansible's own search paths."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase
from ansible.template import trust_as_template

from .errors import SpecError

_LIKE_TEMPLATE = {"trim_blocks": True, "lstrip_blocks": False}
"""What ansible.builtin.template does unless it is told otherwise."""


class OnController:
    """The Controller that an action plugin is."""

    def __init__(self, action: ActionBase, task_vars: Mapping[str, Any]) -> None:
        self._action = action
        self._task_vars = task_vars

    def read(self, name: str, *, option: str) -> bytes:
        path = self._found("files", name, option)
        try:
            return Path(self._action._loader.get_real_file(path)).read_bytes()  # noqa: SLF001
        except (AnsibleError, OSError) as error:
            raise _unusable(option, name, error) from error

    def render(self, name: str, *, option: str, variables: Mapping[str, object]) -> str:
        path = self._found("templates", name, option)
        templar = self._action._templar  # noqa: SLF001
        try:
            text = trust_as_template(
                self._action._loader.get_text_file_contents(path)  # noqa: SLF001
            )
            own = {
                "ansible_managed": "Ansible managed",
                **self._task_vars,
                "template_path": name,
                "template_fullpath": path,
                **variables,
            }
            rendered = templar.copy_with_new_env(
                searchpath=self._searchpath(path), available_variables=own
            ).template(text, escape_backslashes=False, overrides=dict(_LIKE_TEMPLATE))
        except AnsibleError as error:
            raise _unusable(option, name, error) from error
        return "" if rendered is None else str(rendered)

    def texts(self, variable: str) -> list[str]:
        """A variable that is a list of texts, or one; nothing where it is not set."""
        if variable not in self._task_vars:
            return []
        value = self._action._templar.template(self._task_vars[variable])  # noqa: SLF001
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
            raise SpecError(option=variable, value=value, expected="a list of texts")
        return texts

    def _found(self, folder: str, name: str, option: str) -> str:
        try:
            path: str = self._action._find_needle(folder, name)  # noqa: SLF001
        except AnsibleError as error:
            raise SpecError(
                option=option,
                value=name,
                expected=f"a file on the controller, such as one in {folder}/ of the role or play",
            ) from error
        if Path(path).is_dir():
            raise SpecError(option=option, value=name, expected="a file; this is a folder")
        return path

    def _searchpath(self, path: str) -> list[str]:
        """Where the template finds what it includes."""
        basedir = self._action._loader.get_basedir()  # noqa: SLF001
        roots = [*self._task_vars.get("ansible_search_path", ()), basedir, str(Path(path).parent)]
        return [each for root in roots for each in (str(Path(root, "templates")), root)]


def _unusable(option: str, name: str, error: Exception) -> SpecError:
    return SpecError(
        option=option, value=name, expected=f"a file that can be used ({str(error).rstrip('.')})"
    )
