# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Grammar that the recorded answers of uci do not reach, after its source, file.c."""

from __future__ import annotations

import pytest

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.generated import generated_name
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Value
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import UciParseError, parse


def _value(written: str, keyword: str = "option") -> Value | None:
    return parse(f"config s 'n'\n\t{keyword} o {written}\n", package="p").sections[0].get("o")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("bare", "bare"),
        (r"'it'\''s'", "it's"),
        (r"'a\nb\\'", r"a\nb\\"),
        (r'"a\nb\\\""', r"anb\""),
        ("'a'b\"c\"\\ d", "abc d"),
        ("'two\n\nlines'", "two\n\nlines"),
        ('"two\n\nlines"', "two\n\nlines"),
        ('"joi\\\nned"', "joined"),
        ("joi\\\r\nned", "joined"),
        ("'kept\\\napart'", "kept\\\napart"),
        ("'a;b#c'", "a;b#c"),
        (r"a\;b\#c", "a;b#c"),
        ("a#b", "a"),
        ("'' # nothing", None),
        ("'\r\n'", "\r\n"),
        ("'\t'", "\t"),
        ("-x", "-x"),
        ("Zürich☃", "Zürich☃"),
        ("a\udcffb", "a\udcffb"),
    ],
)
def test_values(written: str, value: str | None) -> None:
    assert _value(written) == value


@pytest.mark.parametrize("written", ["", "''", "# comment"])
def test_an_item_may_be_empty_an_option_may_not(written: str) -> None:
    assert _value(written) is None
    assert _value(written, "list") == ("",)


def test_an_empty_option_does_not_remove_what_stands_before_it() -> None:
    text = "config s\n\toption o 1\n\toption o ''\n"
    assert parse(text, package="p").sections[0].get("o") == "1"


def test_one_letter_keywords() -> None:
    text = "p x\nc s n\no a 1\nl b 2\n"
    (section,) = parse(text, package="p").sections
    assert (section.type, section.name) == ("s", "n")
    assert section.options == (("a", "1"), ("b", ("2",)))


@pytest.mark.parametrize(
    ("line", "options"),
    [
        # The semicolon that touches a bare word ends the line for uci, any other the statement.
        ("config s n; option a 1", ()),
        ("config s n ; option a 1", (("a", "1"),)),
        ("config s 'n'; option a 1", (("a", "1"),)),
        ("config s 'n'; option a '1'; list b 2 # c", (("a", "1"), ("b", ("2",)))),
    ],
)
def test_semicolons(line: str, options: tuple[tuple[str, Value], ...]) -> None:
    (section,) = parse(line, package="p").sections
    assert section.name == "n"
    assert section.options == options


def test_an_empty_name_is_no_name() -> None:
    assert parse("config s ''\n", package="p").sections[0].name is None


def test_the_package_line_does_not_rename() -> None:
    assert parse("package other\nconfig s\n", package="p").name == "p"


def test_options_follow_their_section_when_it_is_continued() -> None:
    text = "config s a\noption x 1\nconfig s b\noption x 2\nconfig s a\noption x 3\noption y 4\n"
    first, second = parse(text, package="p").sections
    assert first.options == (("x", "3"), ("y", "4"))
    assert second.options == (("x", "2"),)


def test_a_section_may_be_continued_by_the_name_that_uci_generates() -> None:
    text = f"config zone\n\toption a 1\nconfig zone '{generated_name('zone', 1)}'\n\toption b 2\n"
    (section,) = parse(text, package="p").sections
    assert section.name is None
    assert section.as_dict() == {"a": "1", "b": "2"}


def test_blocks_of_nul_after_a_power_cut_read_as_nothing() -> None:
    assert parse("\0" * 4096, package="p").sections == ()


def test_a_nul_hides_the_rest_of_its_line_and_the_line_end() -> None:
    text = "config s\noption x a\0hidden\n\noption y b\n"
    assert parse(text, package="p").sections[0].as_dict() == {"x": "a", "y": "b"}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        # uci's buffer has 32 bytes at first: what comes after it is read on behind the NUL.
        ("option x a\0" + "h" * 60 + "\noption y b\n", {"x": "a" + "h" * 40, "y": "b"}),
        ("option x " + "a" * 40 + "\0hidden\noption y b\n", None),
        ("\0option x a\noption y b\n", {"y": "b"}),
        ("option x 'a\0hidden\nb'\n", {"x": "ab"}),
    ],
)
def test_a_nul_hides_what_uci_has_in_its_buffer(text: str, options: dict[str, str] | None) -> None:
    """Seen with genuine uci of 24.10, and with 2,000 random files of the kind."""
    if options is None:
        with pytest.raises(UciParseError, match="too many arguments"):
            parse(f"config s\n{text}", package="p")
        return
    assert parse(f"config s\n{text}", package="p").sections[0].as_dict() == options


@pytest.mark.parametrize(
    ("text", "line", "byte", "problem"),
    [
        ("nonsense", 0, 0, "invalid command"),
        ("\n\n  nonsense x\n", 3, 2, "invalid command"),
        ("config\n", 1, 0, "invalid command"),
        ("config", 0, 0, "config without name"),
        ("config s n ; option", 0, 12, "option without name"),
        ("package", 0, 0, "package without name"),
        ("config ''\n", 1, 10, "insufficient arguments"),
        ("package 'a b'\n", 1, 14, "invalid character in name field"),
        ("config 'a b'\n", 1, 13, "invalid character in type field"),
        ("config s\noption a-b 1\n", 2, 11, "invalid character in name field"),
        ("config s\noption a 'x\ny' z\n", 3, 17, "too many arguments"),
        ('config s\noption a "x', 1, 11, 'EOF with unterminated "'),
        ("config s\noption a joi\\\n\tned\n", 3, 18, "too many arguments"),
        ("config s \xfc\n", 1, 12, "invalid character in name field"),
    ],
)
def test_refused_text(text: str, line: int, byte: int, problem: str) -> None:
    with pytest.raises(UciParseError) as caught:
        parse(text, package="network")
    assert caught.value.facts() == {
        "package": "network",
        "line": line,
        "byte": byte,
        "problem": problem,
    }
    assert str(caught.value) == f"network: Parse error ({problem}) at line {line}, byte {byte}"
