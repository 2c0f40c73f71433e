# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writing packages: exact text, and that everything written is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.generated import generated_name
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.model import Package, Section
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.names import (
    check_option_name,
    check_package_name,
    check_section_name,
    check_type,
    check_value,
)
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.parser import parse
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.quote import quote
from ansible_collections.fleet.openwrt.plugins.plugin_utils.uci.serialise import (
    export,
    file_text,
    labels,
    show,
)

PACKAGE = Package(
    "net-work",
    (
        Section("globals", None, (("ula", "fd00::/48"),)),
        Section("interface", "lan", (("desc", "it's\n#1"), ("dns", ("1.1.1.1", "", "9.9.9.9")))),
        Section("interface", None),
        Section("interface", None),
    ),
)


def test_file_text() -> None:
    assert file_text(PACKAGE) == (
        "\nconfig globals\n\toption ula 'fd00::/48'\n"
        "\nconfig interface 'lan'\n\toption desc 'it'\\''s\n#1'\n"
        "\tlist dns '1.1.1.1'\n\tlist dns ''\n\tlist dns '9.9.9.9'\n"
        "\nconfig interface\n"
        "\nconfig interface\n"
        "\n"
    )


def test_export_names_the_package() -> None:
    assert export(PACKAGE) == "package net-work\n" + file_text(PACKAGE)


def test_show() -> None:
    assert show(PACKAGE) == (
        "net-work.@globals[0]=globals\n"
        "net-work.@globals[0].ula='fd00::/48'\n"
        "net-work.lan=interface\n"
        "net-work.lan.desc='it'\\''s\n#1'\n"
        "net-work.lan.dns='1.1.1.1' '' '9.9.9.9'\n"
        "net-work.@interface[1]=interface\n"
        "net-work.@interface[2]=interface\n"
    )


def test_an_index_counts_the_named_sections_of_its_type_too() -> None:
    assert labels(PACKAGE) == ("@globals[0]", "lan", "@interface[1]", "@interface[2]")


def test_a_type_that_uci_would_write_unreadably_is_quoted() -> None:
    odd = Package("p", (Section("a#b;'c", None), Section('d"e\\f', "n")))
    assert parse(file_text(odd), package="p") == odd
    # What genuine uci prints: without quotes, and not readable by itself.
    assert export(odd) == "package p\n\nconfig a#b;'\\''c\n\nconfig d\"e\\f 'n'\n\n"


@pytest.mark.parametrize(
    ("value", "quoted"),
    [("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("'", r"''\'''"), ("\\\n", "'\\\n'")],
)
def test_quote(value: str, quoted: str) -> None:
    assert quote(value) == quoted


@pytest.mark.parametrize(
    ("section_type", "number", "name"),
    # As `uci -X show firewall` has them.
    [("defaults", 1, "cfg01e63d"), ("zone", 3, "cfg03dc81"), ("forwarding", 4, "cfg04ad58")],
)
def test_generated_name(section_type: str, number: int, name: str) -> None:
    assert generated_name(section_type, number) == name


def _as_read(text: str) -> str:
    """Text as it comes off a wire: escaped bytes that happen to spell a character become it."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")


NAMES = st.text("abcXYZ019_", min_size=1, max_size=6)
TYPES = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'\"\\#;"),
    min_size=1,
    max_size=8,
)
# Printable text of all scripts, what is special to UCI often, and bytes that are no UTF-8.
TEXTS = st.text(
    st.one_of(
        st.sampled_from(list("'\"\\#; \t\r\n-=@[]$`")),
        st.characters(exclude_categories=["Cs", "Cc"]),
        st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"]),
    )
).map(_as_read)
VALUES = st.one_of(TEXTS.filter(bool), st.lists(TEXTS, min_size=1, max_size=4).map(tuple))
OPTIONS = st.dictionaries(NAMES, VALUES, max_size=4).map(lambda options: tuple(options.items()))
SECTIONS = st.builds(Section, TYPES, st.none() | NAMES, OPTIONS)
PACKAGES = st.builds(
    Package,
    st.text("ab1_-", min_size=1, max_size=5),
    st.lists(SECTIONS, max_size=5, unique_by=lambda section: section.name or object()).map(tuple),
)


@given(PACKAGES)
def test_what_is_written_is_read_back(package: Package) -> None:
    assert parse(file_text(package), package=package.name) == package
    assert parse(export(package), package=package.name) == package


@given(PACKAGES)
def test_all_of_it_passes_the_checks_of_names_and_values(package: Package) -> None:
    assert check_package_name(package.name) == package.name
    for section in package.sections:
        assert check_type(section.type) == section.type
        assert section.name is None or check_section_name(section.name) == section.name
        for option, value in section.options:
            assert check_option_name(option) == option
            assert check_value(value) == value
