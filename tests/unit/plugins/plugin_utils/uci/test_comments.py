# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comments of a UCI file travel with their lines, and are told of when they go."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.carry import lost, with_comments_of
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.serialise import (
    commented_text,
    export,
    file_text,
)

# As uci commit leaves it, but for the comments.
TEXT = """\
# Written by hand.

# More of it.

# the LAN
config zone # lan
	option name 'lan'
	# two networks
	list network 'a'
	list network 'b' # the second
#}

# the WAN
#	option key 'old'
config zone 'w' # wan
	option masq '1' # NAT

config rule

# config rule
#	option x '1'
"""


def read(text: str) -> Package:
    return parse(text, package="firewall")


def test_a_file_with_comments_is_written_as_it_is() -> None:
    assert commented_text(read(TEXT)) == TEXT


def test_without_comments_it_is_what_uci_writes() -> None:
    package = read("config a\n\toption b 'c'\n\nconfig d 'e'\n\tlist f 'g'\n")
    assert commented_text(package) == file_text(package)


def test_comments_are_no_part_of_what_is_compared() -> None:
    bare = read(file_text(read(TEXT)))
    assert read(TEXT) == bare
    assert set(read(TEXT).sections) == set(bare.sections)
    assert "#" not in export(read(TEXT))
    assert lost(bare, read(TEXT)) == 0


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("config a#b\n", "\nconfig a #b\n\n"),
        ("config 'a' 'b';# c\n", "\nconfig a 'b' # c\n\n"),
        ("config a\n  #b\n  option c d #e\n", "\nconfig a\n\t#b\n\toption c 'd' #e\n\n"),
        ("config a\n\n#b\n\n\n#c\n\noption c d\n", "\nconfig a\n#b\n\n#c\n\toption c 'd'\n\n"),
        ("config a\noption b c\n#}\nconfig d\n", "\nconfig a\n\toption b 'c'\n\n#}\nconfig d\n\n"),
        ("config a\n\t#}\n\nconfig d\n#}\n", "\nconfig a\n\t#}\n\nconfig d\n#}\n\n"),
        ("config a\noption b 'c\n#d' #e\n", "\nconfig a\n\toption b 'c\n#d' #e\n\n"),
        ("config a\noption b c\\\n#d\n", "\nconfig a\n\toption b 'c' #d\n\n"),
        ("package firewall # a\n# b\nconfig c\n", "\n# a\n# b\nconfig c\n\n"),
        ("# a\r\nconfig b\r\n", "\n# a\nconfig b\n\n"),
        ("# only\n", "\n# only\n"),
        ("#a\n\nconfig b 'c' #d\n\n#e\nconfig b 'c' #f\n", "#a\n\n#e\n#d\nconfig b 'c' #f\n\n"),
        ("config a\noption b c #1\noption b d #2\n", "\nconfig a\n#1\n\toption b 'd' #2\n\n"),
        ("config a\n\t#b\noption c ''\noption d e\n", "\nconfig a\n\t#b\n\toption d 'e'\n\n"),
        ("config a\n\toption b \"\" # c\n\n", "\nconfig a\n\t# c\n\n"),
        ("config a\noption b c;# d\n", "\nconfig a\n\toption b 'c' # d\n\n"),
        ("config a\nlist b c #1\nlist b d\noption b e\n", "\nconfig a\n\toption b 'e' #1\n\n"),
        ("config a # \udcff\n", "\nconfig a # \udcff\n\n"),
    ],
)  # fmt: skip
def test_comments_where_people_write_them(text: str, written: str) -> None:
    assert commented_text(read(text)) == written == commented_text(read(written))


def test_comments_travel_with_their_section() -> None:
    package = read(TEXT)
    moved = commented_text(package.moved(1, 0).without(2))
    assert moved.index("# the WAN\n") < moved.index("config zone 'w' # wan\n")
    assert moved.index("# the WAN\n") < moved.index("# the LAN\nconfig zone # lan\n")
    assert moved.startswith("# Written by hand.\n\n# More of it.\n\n")
    assert moved.endswith("\n# config rule\n#\toption x '1'\n")


def test_comments_stay_at_an_option_that_changes() -> None:
    lan = read(TEXT).sections[0]
    text = commented_text(Package("firewall", (lan.with_item("network", "c"),)))
    assert "\t# two networks\n\tlist network 'a'\n\tlist network 'b' # the second\n" in text
    single = commented_text(Package("firewall", (lan.with_option("network", "a b"),)))
    assert "\t# two networks\n\toption network 'a b' # the second\n" in single
    wan = read(TEXT).sections[1].with_option("masq", ("0", "1"))
    assert "list masq '0' # NAT\n\tlist masq '1'\n" in commented_text(Package("p", (wan,)))


@pytest.mark.parametrize(
    ("after", "number"),
    [
        (read(TEXT), 0),
        (read(TEXT).append(Section("rule", None)), 0),
        (read(TEXT).without(2), 0),
        (read(TEXT).without(1), 4),
        (read(TEXT).without(0), 5),
        (replace(read(TEXT), head=(), tail=()), 4),
    ],
)  # fmt: skip
def test_those_that_go_are_counted(after: Package, number: int) -> None:
    assert lost(read(TEXT), after) == number


def test_what_uci_has_exported_gets_them_back() -> None:
    exported = read(file_text(read(TEXT)).replace("'1'", "'0'"))
    package = with_comments_of(exported, read(TEXT))
    assert commented_text(package) == commented_text(read(TEXT)).replace("masq '1'", "masq '0'")


COMMENT = st.text("# a'\"\\;\t\r$=", max_size=8).map(lambda text: f"#{text}")
LINE = st.sampled_from(
    ["config a", "config a 'n'", "option o 'v'", "list l 'i'", "list l 'j'", "option o 'w x'",
     "option 'o' \"v\\\nw\"", "config b; option o 'v'", ""]
)  # fmt: skip


@given(st.lists(st.one_of(COMMENT, LINE, st.builds(lambda a, b: f"{a} {b}", LINE, COMMENT))))
def test_every_comment_stays(lines: list[str]) -> None:
    text = "config a\n" + "\n".join(lines)
    written = commented_text(read(text))
    assert read(written) == read(text)
    assert lost(read(text), replace(read(text))) == 0
    assert commented_text(read(written)) == written
