# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""jsonfilter [-q] -s JSON | -i FILE, -e PATH or -e VARIABLE=PATH with .name, ['name'] and [*]."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path


def found(node: object, path: str) -> list[object]:
    nodes = [node]
    for name, key, each in re.findall(r"\.([\w-]+)|\['([^']*)'\]|(\[\*\])", path):
        if each:
            nodes = [item for one in nodes if isinstance(one, list) for item in one]
        else:
            wanted = key or name
            nodes = [one[wanted] for one in nodes if isinstance(one, dict) and wanted in one]
    return nodes


def text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def main() -> int:
    words = [word for word in sys.argv[1:] if word != "-q"]
    options = list(zip(words[::2], words[1::2], strict=True))
    given = dict(options)
    try:
        text_given = given["-s"] if "-s" in given else Path(given["-i"]).read_text(encoding="utf-8")
        root = json.loads(text_given)
    except (OSError, ValueError):
        return 126
    status = 0
    for option, value in options:
        if option != "-e":
            continue
        variable, path = re.fullmatch(r"(?:(\w+)=)?(@.*)", value).groups()  # type: ignore[union-attr]
        values = [text(one) for one in found(root, path)]
        status = status if values else 1
        if variable and values:
            words = [{"true": "1", "false": "0"}.get(each, each) for each in values]
            quoted = ["'" + each.replace("'", "'\\''") + "'" for each in words]
            print(f"export {variable}=" + "\\ ".join(quoted) + "; ", end="")
        elif values:
            print(*values, sep="\n")
    return status


sys.exit(main())
