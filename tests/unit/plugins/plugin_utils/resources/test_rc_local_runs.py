# SPDX-FileCopyrightText: 2026 The fleet.openwrt authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""/etc/rc.local as BusyBox ash runs it: a block runs wherever the file ends, all else stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import busybox
from support.fake_router import file, params, plan

from ansible_collections.fleet.openwrt.plugins.modules.rc_local import ARGUMENT_SPEC
from ansible_collections.fleet.openwrt.plugins.plugin_utils.errors import PlanError, SpecError
from ansible_collections.fleet.openwrt.plugins.plugin_utils.resources.rc_local import (
    PATH,
    RcLocalBlock,
)

OURS = "# BEGIN fleet.openwrt ours\necho the block ran\n# END fleet.openwrt ours\n"

ENDINGS = {
    "stock": "# Put your custom commands here\n\nexit 0\n",
    "two of them": "echo early\n\nexit 0\n# added by an installer\necho late\nexit 0\n",
    "no status": "echo one\nexit\n",
    "last status": "echo one\nexit $?\n",
    "failure": "echo one\nexit 1\n",
    "wrong number": "echo one\nexit 0\r\necho two\r\n",
    "shared line": "echo one; exit 0\n",
    "shared line, no line end": "echo one; exit 0",
    "shared line behind background": "echo one >/dev/null & exit 0\n",
    "shared line with a here-document": "cat <<E; exit 0\nexit 1\nE\n",
    "its own here-document": "echo one; exit 0 <<E\nE\n",
    "joined lines": "echo one; \\\nexit 0\n",
    "joined before it": "echo one\n\\\n  \\\nexit 0\n",
    "a joined word": "echo one\nex\\\nit 0\n",
    "quoted": "echo one\n\"exit\" '0'\n",
    "escaped": "echo one\n\\exit 0\n",
    "with an assignment": "echo one\nA=1 exit 0\n",
    "with a redirection": "echo one\n>/dev/null exit 0\n",
    "in braces": "{\n\techo one\n\texit 0\n}\necho two\n",
    "behind &&": "true && exit 0\necho two\n",
    "behind echo &&": "echo one && exit 0\necho two\n",
    "behind ||": "false || exit 0\necho two\n",
    "one way or the other": '[ -n "$UNSET" ] && exit 1 || exit 0\necho two\n',
    "both branches": 'if [ -n "$UNSET" ]; then\n\texit 1\nelse\n\texit 0\nfi\necho two\n',
    "all patterns": "case $UNSET in\na) exit 1;;\n*) exit 0;;\nesac\necho two\n",
    "if true": "if true; then exit 0; fi\necho two\n",
    "endless, with a way out": "while true; do\n\techo one\n\texit 0\ndone\necho two\n",
    "a first round": "for i in 1 2; do echo $i; exit 0; done\necho two\n",
    "negated": "! exit 0\necho two\n",
    "a function that is called": "die() {\n\techo bye\n\texit 0\n}\necho one\ndie\necho two\n",
    "a function in a function": "a() { exit 0; }\nb() { a; }\nb || echo x\necho two\n",
    "function, the keyword": "function die {\nexit 0\n}\ndie\n",
    "exec": "echo one\nexec echo two\necho three\n",
    "exec of nothing there": "exec /nonexistent/program 2>/dev/null\necho two\n",
    "eval": "eval exit 0\necho two\n",
    "a local in no function": "echo one\nlocal x=1\necho two\n",
    "command": "command exit 0\necho two\n",
    "command exec": "command -p exec echo one\necho two\n",
    "a test of what is always so": '[ -n "x" ] && exit 0\necho two\n',
    "a comparison": "[ 2 -gt 1 ] && exit 0\necho two\n",
    "an idiom": "return 0 2>/dev/null || exit 0\necho two\n",
    "a failure with set -e": "set -e\necho one\nfalse\necho two\n",
    "a failure with set -o errexit": "set -o errexit\nfalse\n",
    "nothing runs": "echo one\nset -n\necho two\n",
    "return": "echo one\nreturn 0\necho two\n",
    "trap": "trap 'echo bye' EXIT\necho one\nexit 0\n",
    "text behind it": "echo one\nexit 0\nDon't forget: (call me\nif\n",
}

GOING_ON = {
    "nothing": "",
    "an empty line": "\n",
    "a comment": "# exit 0",
    "no line end": "echo one",
    "joined with the end": "echo one \\\n",
    "if": "if [ -f /nonexistent/first-boot ]; then\n\techo first\n\texit 0\nfi\necho normal\n",
    "a function": "die() {\n\techo bye\n\texit 0\n}\necho normal\n",
    "||": "true || exit 0\necho normal\n",
    "&&": "[ -f /nonexistent ] && exit 0\necho normal\n",
    "a here-document": "cat >x.sh <<'EOF'\n#!/bin/sh\necho hi\nexit 0\nEOF\necho done\n",
    "a here-document with expansions": "cat <<EOF\n$(echo '\nEOF\n')\nexit 0 \\\nEOF\nEOF\n",
    "two here-documents": "cat <<A - <<-'B C'\nexit 0\nA\n\texit 0\n\tB C\necho done\n",
    "a here-document in a substitution": "x=$(cat <<E\nexit 0 )\nE\n)\necho $x\n",
    "a here-document without line end": "cat <<E\nexit 0\nE",
    "case": "case $UNSET in\na)\n\texit 0\n\t;;\nesac\necho normal\n",
    "case in a substitution": 'echo "$(case a in a) echo in;; esac)"\n',
    "a loop": "for i in $UNSET; do\n\texit 0\ndone\nwhile false; do exit 0; done\n",
    "a loop that is left": "while true; do\n\tbreak\n\texit 0\ndone\necho normal\n",
    "nested loops": "for i in 1; do for j in 1; do continue 2; exit 0; done; exit; done\n",
    "a subshell": "(\n\techo sub\n\texit 0\n)\necho normal\n",
    "background": "{\nexit 0\n} &\nwait\nexit 0 & wait\necho normal\n",
    "a pipeline": "exit 0 | cat\necho 1 | while read x; do exit 0; done\necho normal\n",
    "a substitution": "x=$(exit 0)`exit 0`\necho $x\n",
    "quotes": "echo '\nexit 0\n' \"\nexit 0\n\"\n",
    "an argument": "echo exit 0\nsh -c 'exit 0'\n",
    "exec of redirections": "exec 3>&1 >&2 2>&1\necho normal\nexec >&3\n",
    "return from a function": "f() {\nreturn 0\nexit 0\n}\nf\necho normal\n",
    "a name that begins so": "exit_0() { echo x; }\nexit_0\n",
    "a line end of Windows": "exit\r\necho normal\n",
    "a failure that counts for nothing": "set -e\nfalse || true\n! true\nset +e\nfalse\n",
    "a comparison": "[ 1 -gt 2 ] && exit 0\n[ a != a ] && exit\n[ -z x ] && exit\necho two\n",
    "a comment of its own kind": ": <<'END'\nexit 0\nEND\necho normal\n",
    "a stop by trap": "trap 'exit 0' TERM\necho normal\n",
    "braces in an expansion": "echo ${x:-'}'} \"${x:-'}\" \"${x#'}'}\"\necho normal\n",
    "arithmetic": "echo $((1 + (2 * 3) )) $((\n1))\n",
    "a test of bash": "[[ a == a && b == b ]] && echo yes\n",
    "braces close without a semicolon": "while :; do { { break; } } done\nif (:) then :; fi\n",
    "all on one line": "f() { case a in a) :;; esac }\nif :; then if :; then f; fi fi\n",
    "output of a process": "while read x; do echo $x; done < <(echo a; (echo b))\ncat <(:)\n",
    "input of a process": "echo a | tee >(cat >/dev/null) >/dev/null\necho normal\n",
    "a local in a function": "f() {\nlocal x=1\necho $x\n}\nf\n",
    "a file that it looked for": "[ -f /nonexistent ] && . /nonexistent\necho normal\n",
    "output in a file": "exec 3>/dev/null 2>&1\n. /dev/null\nset -u\necho ${UNSET:-x}\n",
}  # fmt: skip


def planned(before: str | None, **args: object) -> str:
    resource = RcLocalBlock.from_params(params(ARGUMENT_SPEC, **{"name": "ours", **args}))
    (result,) = plan(resource, file(PATH, before)).outcomes
    return result.after


def added(before: str | None) -> str:
    return planned(before, block="echo the block ran")


def proof(before: str) -> str:
    """The text with the block, which ran, once, and changed nothing else."""
    after = added(before)
    ran = busybox.run(after)
    assert ran.stdout.count("the block ran\n") == 1, after
    plain = busybox.run(before)
    rest = ran.stdout.replace("the block ran\n", "")
    assert rest.rstrip("\n") == plain.stdout.rstrip("\n")
    assert added(after) == after
    return after


@pytest.mark.parametrize("before", [*ENDINGS.values(), *GOING_ON.values()],
                         ids=[*ENDINGS, *GOING_ON])  # fmt: skip
def test_the_block_runs_and_goes_without_a_trace(before: str) -> None:
    after = proof(before)
    left = planned(after, state="absent")
    assert left == before or left.strip("\n") == (before or "exit 0").strip("\n")


@pytest.mark.parametrize("before", GOING_ON.values(), ids=list(GOING_ON))
def test_at_the_end_of_what_goes_on(before: str) -> None:
    assert added(before).endswith(OURS if before else f"{OURS}\nexit 0\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"cat >x <<'E'\n{OURS}exit 0\nE\necho a\n", f"cat >x <<'E'\nexit 0\nE\necho a\n{OURS}"),
        (f"if false; then\n{OURS}exit 0\nfi\n", f"if false; then\nexit 0\nfi\n{OURS}"),
        (f"die() {{\n{OURS}exit 0\n}}\n", f"die() {{\nexit 0\n}}\n{OURS}"),
        (f"a\nexit 0\nb\n{OURS}exit 0\n", f"a\n{OURS}exit 0\nb\nexit 0\n"),
        (f"echo one\nexit 1\n{OURS}", f"echo one\n{OURS}exit 1\n"),
        (f"echo '\n{OURS}'\n", f"echo '\n'\n{OURS}"),
        (f"echo one && \\\n{OURS}echo two\n", f"echo one && \\\necho two\n{OURS}"),
    ],
)  # fmt: skip
def test_a_block_that_is_not_reached_moves_once(before: str, after: str) -> None:
    assert added(before) == after == added(after)
    assert busybox.run(after).stdout.count("the block ran\n") == 1


@pytest.mark.parametrize("before", ["echo one\\", "echo one \\\n", "# one \\\n"])
def test_a_backslash_at_the_end_joins_no_line_of_ours(before: str) -> None:
    after = added(before)
    assert after.endswith(f"\\\n\n{OURS}")
    assert added(after) == after


def test_a_block_that_runs_stays_where_somebody_has_put_it() -> None:
    assert added(f"echo a\n{OURS}echo b\nexit 0\n") == f"echo a\n{OURS}echo b\nexit 0\n"


def test_a_line_is_split_once_for_all_blocks_and_joined_with_the_last() -> None:
    one = proof("echo one; exit 0 # bye\n")
    both = planned(one, name="other", block="echo another")
    assert busybox.run(both).stdout == "one\nthe block ran\nanother\n"
    for first, second in (("ours", "other"), ("other", "ours")):
        left = planned(both, name=first, state="absent")
        assert busybox.run(left).stdout.startswith("one\n")
        assert planned(left, name=second, state="absent") == "echo one; exit 0 # bye\n"


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a\nb\nif true; then\nc\n", 5, "'fi'"),
        ("a\nfi\n", 2, "'fi'"),
        ("a\n\necho 'b\nc\n", 3, "never closed"),
        ('a\necho "${b"\n', 2, "never closed"),
        ("a\ncat <<EOF\nb\n", 2, "'EOF'"),
        ("if true; then\r\na\r\nfi\r\n", 4, "line ends of Windows"),
        ("a\necho $(b\n", 3, "expected ')'"),
        ("a=(1 2)\n", 1, "'('"),
        ("(" * 500 + "a" + ")" * 500, 1, "nested too deep"),
        ("echo " + "$(" * 5000, 1, "nested too deep"),
        ("a() " * 5000 + "b", 1, "nested too deep"),
        ("a\nrestart-wifi() {\n:\n}\n", 2, "name 'restart-wifi'"),
        ("function exit { :; }\n", 1, "name 'exit'"),
        ("{ a; } }\n", 1, "unexpected '}'"),
        ("cat <(a\n", 2, "expected ')'"),
    ],
)
def test_a_file_that_the_shell_cannot_read_is_not_touched(
    text: str, line: int, problem: str
) -> None:
    with pytest.raises(PlanError, match=rf"/etc/rc\.local, line {line}: .*{re.escape(problem)}"):
        added(text)
    assert planned(f"{OURS}{text}", state="absent") == text


def test_behind_the_end_the_routers_shell_is_not_asked() -> None:
    texts = {"exit 0\nif (\n": 0, "exit 0\necho a\n": 1, "echo a\n": 1}
    resource = RcLocalBlock.from_params(params(ARGUMENT_SPEC, name="ours", block="true"))
    for text, checks in texts.items():
        (step,) = plan(resource, file(PATH, text)).steps
        assert step.prepare.count("sh -n") == checks


@pytest.mark.parametrize("block", ["if true; then", "echo 'a", "cat <<E\na", "a\nfi", "$(b"])
def test_a_block_must_be_complete(block: str) -> None:
    with pytest.raises(SpecError, match="Syntax error in line"):
        planned("", block=block)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('echo a\n[ -x "$UNSET" ] || exit 0\n', 2),
        ('if [ -x "$UNSET" ]; then\nexit 0\nfi\n', 1),
        ("set -e\nls\n", 2),
        ("exit 0\n[ -x a ] || exit 1\n", 0),
        ("die() { exit 0; }\nexit 0 &\n(exit 1)\n", 0),
        ("set -e\nls || true\n", 0),
        ("set -x -e\nls\n", 2),
        ("set -uo pipefail -e\nls\n", 2),
        ("set -e\nset -x +e\nls\n", 0),
        (". /etc/network.local\n", 1),
        ("[ -f /a ] && . /b\n", 1),
        ("[ -f /etc/a ] && . /etc/a\n. /lib/functions.sh\n", 0),
        ('for i in /etc/rc.d/*; do [ -r "$i" ] && . $i; done\n', 0),
        ("a\n: > /sys/class/leds/wan/trigger\n", 2),
        ("echo none > /sys/class/leds/wan/trigger\n", 0),
        ("exec 3< /etc/a\n", 1),
        ("exec > /tmp/log 2>&1\n", 0),
        ("set -u\necho $A\n", 2),
        ("set -eu\n: ${A-} ${A:-b} ${A:+c} $? $# $@\n", 0),
        ("a=${A:?not set}\n", 1),
        ("echo ${A[0]}\n", 1),
        ('echo "${A^^}"\n', 1),
        ("echo '${A[0]}' ${A:0:1} ${A/a/b} ${#A} ${A%%[a-z]*}\n", 0),
    ],
)
def test_a_condition_under_which_it_does_not_run_is_told_of(text: str, line: int) -> None:
    resource = RcLocalBlock.from_params(params(ARGUMENT_SPEC, name="ours", block="true"))
    (found,) = plan(resource, file(PATH, text)).outcomes
    assert [f"in line {line} " in each for each in found.warnings] == [True] * bool(line)
    assert not plan(resource, file(PATH, found.after)).warnings


def test_functions_that_call_each_other_are_not_followed_for_ever() -> None:
    tangle = "f() {\n" + 'f "$1" || f\n' * 20 + "}\nf\n"
    assert added(tangle).endswith(OURS)
    assert f"{OURS}exit 0\n" in added("die() {\nexit 0\n}\n" + tangle + "exit 0\n")


def test_a_block_that_ends_the_script_is_told_of() -> None:
    resource = RcLocalBlock.from_params(params(ARGUMENT_SPEC, name="ours", block="a\nexit 0"))
    (warning,) = plan(resource, file(PATH, "")).warnings
    assert "ends the script" in warning


SIMPLE = st.sampled_from(
    [
        "echo a", "echo 'exit 0'", "# exit 0", "x=$(exit 3)", "x=`exit 3`", "echo \"$(a # )\n)\"",
        "false", ":", "(exit 0)", "exit 0 | cat", "sh -c 'exit 0'", "cat <<E\nexit 0\nE",
        "cat <<'E F' | cat\nexit 0 $(\nE F", "cat <<-E\n\texit ${x:-0}\n\tE", "echo $((1+(2)))",
        "[ -n \"$UNSET\" ] && exit 0", "[ -z \"$UNSET\" ] || exit 0", "f() { exit 0; }",
        "false && exit 0", "true || exit 0", "echo a \\\n  b", "eval 'echo e'", "exit 0 & wait",
        "trap 'exit 0' TERM", "echo \"\nexit 0\n\"", "echo a; echo b", "for i in; do exit; done",
    ]
)  # fmt: skip
ENDS = st.sampled_from(
    [
        "exit", "exit 0", "exit 1", "exit $?", "return", "exec true", "{ exit 0; }", "\\exit 0",
        "true && exit 0", "false || exit 0", "eval 'exit 0'", "g() { exit 0; }; g",
        "while :; do exit 0; done", "if true; then exit 0; else echo a; fi", "echo a && exit 0",
        "case x in y) exit 1;; *) exit 0;; esac", "for i in 1; do exit 0; done", "ex\\\nit 0",
    ]
)  # fmt: skip


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(lambda each: "\n".join([*each, ":"]))
    shapes = st.sampled_from(
        [
            "if [ -z \"$UNSET\" ]; then\n{}\nelse\nexit 1\nfi", "if false; then\nexit\nfi\n{}",
            "{{\n{}\n}}", "(\n{}\nexit 0\n)", "h() {{\n{}\nexit 0\n}}",
            "for i in 1 2; do\n{}\ndone", "case $UNSET in\nx) exit 0;;\n*)\n{}\n;;\nesac",
            "{{\n{}\n}} | cat", "x=$(\n{}\nexit\n)",
            "while true; do\n{}\nbreak\nexit 0\ndone", "until true; do\n{}\nexit 0\ndone",
            "f() {{\n{}\nreturn\nexit 0\n}}\nf",
        ]
    )  # fmt: skip
    return st.builds(lambda shape, text: shape.format(text), shapes, body)


GENERATED = st.lists(st.recursive(SIMPLE, compound, max_leaves=6), max_size=5)


@settings(max_examples=150, deadline=None)
@given(GENERATED, st.none() | ENDS, GENERATED, st.sampled_from(["\n", "; "]), st.booleans())
def test_generated_files(
    head: list[str], end: str | None, tail: list[str], before_end: str, last_line_ends: bool
) -> None:
    ending = [end] if end else []
    if before_end == "; " and ending:
        ending = [f"echo shared; {end}"]
    text = "\n".join([*head, *ending, *tail]) + "\n" * last_line_ends
    after = proof(text)
    left = planned(after, state="absent")
    assert left.strip("\n") == (text.strip("\n") or left.strip("\n"))


PIECES = st.lists(
    st.sampled_from(
        ["if", "then", "fi", "else", "while", "do", "done", "case", "in", "esac", "for", "{", "}",
         "(", ")", ";", ";;", "&", "&&", "||", "|", "\n", "a", "b c", "'", '"', "$(", "`", "${x}",
         "$((1))", "\\", "#", "<<E", "<<'E'", "E", "\nE\n", ">f", "2>&1", "!", "exit", "f()", "=",
         " ", "$", "*)", "x", "${", "[[", "]]", "function", "&>"]
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(PIECES, st.sampled_from([" ", ""]))
def test_what_the_shell_can_read_is_not_refused(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    if "<<" in text or not busybox.accepts(text):
        return
    assert added(text)
