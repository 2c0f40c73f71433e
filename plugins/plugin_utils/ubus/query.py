# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""JMESPath expressions over the answers of ubus, by the library jmespath of the controller."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from ..errors import FleetError, SpecError


class QueryError(FleetError):
    """The library is not there, or an expression does not suit what it is applied to."""


class Query:
    """An expression that has been checked; raises SpecError when it is none, QueryError."""

    def __init__(self, expression: str) -> None:
        self._library = _library()
        self._expression = expression
        try:
            self._compiled = self._library.compile(expression)
        except self._library.exceptions.JMESPathError as error:
            raise _wrong(expression, str(error).partition("\n")[0]) from error
        except RecursionError as error:
            raise _wrong("...", "it is nested too deeply") from error
        functions = self._library.functions.Functions.FUNCTION_TABLE
        # The library itself looks functions up only when it has something to apply them to.
        for name in _calls(self._compiled.parsed):
            if name not in functions:
                raise _wrong(expression, f"there is no function {name}()")

    def search(self, value: Any) -> Any:
        """What the expression finds; raises QueryError when it does not suit this value."""
        try:
            return self._compiled.search(value)
        except self._library.exceptions.JMESPathError as error:
            raise QueryError(
                f"query: {self._expression!r} does not suit the answer, which is in `response`: "
                f"{error}"
            ) from error
        except RecursionError as error:
            raise QueryError(
                "query: the expression or the answer, which is in `response`, is nested too deeply."
            ) from error


def _library() -> ModuleType:
    try:
        return importlib.import_module("jmespath")
    except ImportError as error:
        raise QueryError(
            "query needs the Python library jmespath on the controller, beside Ansible: "
            "pip install jmespath. Nothing was sent to the router."
        ) from error


def _calls(node: Any) -> list[str]:
    """The names of the functions that a parsed expression calls."""
    names = []
    nodes = [node]
    while nodes:
        each = nodes.pop()
        if isinstance(each, dict):
            nodes += each["children"]
            names += [each["value"]] if each["type"] == "function_expression" else []
    return names


def _wrong(expression: str, reason: str) -> SpecError:
    return SpecError(
        option="query",
        value=expression,
        expected=f"a JMESPath expression ({reason})",
        hint="See https://jmespath.org/specification.html.",
    )
