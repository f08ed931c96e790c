"""YAML texts become small trees; hostile ones are stopped before they grow."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose.tree import (
    MAX_BYTES,
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    load,
    scalars,
)
from chalicelib.domain.errors import InvalidPlan


def refused(text: str) -> InvalidPlan:
    with pytest.raises(InvalidPlan) as caught:
        load(text)
    return caught.value


def plain(node: Node) -> object:
    """Write a tree as lists, dicts and texts; null is None."""
    if isinstance(node, Scalar):
        return None if node.is_null else node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.entries.items()}


@pytest.mark.parametrize(
    ("text", "rule", "line", "words"),
    [
        ("", "no_services", None, "empty"),
        ("   \n\n", "no_services", None, "empty"),
        ("# only a comment\n", "no_services", None, "empty"),
        ("~", "no_services", None, "empty"),
        ("--- null\n", "no_services", None, "empty"),
        ("hello", "wrong_type", 1, "map"),
        ("'~'", "wrong_type", 1, "map"),
        ("\n- a\n- b\n", "wrong_type", 2, "map"),
        ("a: b\n c: d\n", "invalid_yaml", 2, "not YAML"),
        ("a:\n\tb: c\n", "invalid_yaml", 2, "not YAML"),
        ("a: [1, 2\n", "invalid_yaml", 2, "not YAML"),
        ("a: 'b\n", "invalid_yaml", 2, "not YAML"),
        ("a: @b\n", "invalid_yaml", 1, "not YAML"),
        ("%YAML 3.0\n--- {a: b}\n", "invalid_yaml", 1, "not YAML"),
        ("a: !foo!bar b\n", "invalid_yaml", 1, "not YAML"),
        ("a: b\n---\nc: d\n", "invalid_yaml", 2, "second YAML document"),
        ("a: *nowhere\n", "invalid_yaml", 1, "*nowhere"),
        ("a: &a\n  b: *a\n", "invalid_yaml", 2, "*a"),
        ("a: !python/object/apply:os.system [ls]\n", "invalid_yaml", 1, "tag"),
        ("a: !!binary aGk=\n", "invalid_yaml", 1, "tag"),
        ("a: !vault null\n", "invalid_yaml", 1, "tag"),
        ("a: b\nc: d\na: e\n", "duplicate_key", 3, "first in line 1"),
        ("a: b\n'a': c\n", "duplicate_key", 2, "The key a stands twice"),
        ("a: b\n!!str a: c\n", "duplicate_key", 2, "The key a stands twice"),
        ("a: {b: 1,\n b: 2}\n", "duplicate_key", 2, "The key b stands twice"),
        ("x: &x {}\na:\n  <<: *x\n  <<: *x\n", "duplicate_key", 4, "<<"),
        ("? [a]\n: b\n", "wrong_type", 1, "plain word"),
        ("? {a: b}\n: b\n", "wrong_type", 1, "plain word"),
        ("a:\n  <<: b\n", "wrong_type", 2, "merge key"),
        ("a:\n  <<: [{}, b]\n", "wrong_type", 2, "merge key"),
        ("a: b\0c", "not_text", 1, "NUL"),
        ("a: b\nc: \0", "not_text", 2, "NUL"),
        ('a: "\\0"', "not_text", 1, "NUL"),
        ('a: b\n"\\x00": c', "not_text", 2, "NUL"),
        ("a: \x07", "not_text", 1, "control character"),
        ("é: é\né1: é\nb: \x1b[31m", "not_text", 3, "control character"),
        ("a: \ud800", "not_text", None, "UTF-8"),
        ("[" * 10_000, "invalid_yaml", 1, "depth"),
        ("a: " + "[" * 100 + "]" * 100, "too_complex", 1, "levels deep"),
        ("{a: " * 10_000, "too_complex", 1, "levels deep"),
        ("- " * 10_000, "too_complex", 1, "levels deep"),
        ("? " * 10_000, "too_complex", 1, "levels deep"),
    ],
)
def test_what_is_no_compose_text_is_refused(
    text: str, rule: str, line: int | None, words: str
) -> None:
    error = refused(text)

    assert (error.rule, error.line) == (rule, line)
    assert words in error.detail


def test_text_of_just_the_limit_is_read_and_one_byte_more_is_not() -> None:
    head = "a: '"
    whole = head + "é" * ((MAX_BYTES - len(head) - 1) // 2) + "'"
    whole += " " * (MAX_BYTES - len(whole.encode()))

    assert plain(load(whole))["a"].startswith("éé")  # type: ignore[index]  # a map is loaded
    error = refused(whole + " ")
    assert (error.rule, error.line) == ("too_large", None)
    assert "131073 bytes" in error.detail


def test_nesting_ends_at_the_limit() -> None:
    inner = MAX_DEPTH - 1

    assert load("a: " + "[" * (inner - 1) + "]" * (inner - 1))
    assert refused("a: " + "[" * (inner + 1) + "]" * (inner + 1)).rule == "too_complex"


@pytest.mark.parametrize(
    "line",
    ["b{0}: &b{0} [{1}]\n", "b{0}: &b{0} {{a: {2}, b: {2}, c: {2}, d: {2}}}\n"],
    ids=["lists", "maps"],
)
def test_billion_laughs_are_stopped(line: str) -> None:
    text = "b0: &b0 haha\n"
    for level in range(1, 30):
        text += line.format(level, ",".join([f"*b{level - 1}"] * 10), f"*b{level - 1}")
    start = time.perf_counter()

    error = refused(text)

    assert error.rule == "too_complex"
    assert "aliases" in error.detail
    assert time.perf_counter() - start < 5


def test_merge_bomb_is_stopped() -> None:
    text = "b0: &b0 {" + ", ".join(f"k{i}: v" for i in range(200)) + "}\n"
    for level in range(1, 30):
        text += f"b{level}: &b{level} {{<<: [{', '.join([f'*b{level - 1}'] * 3)}]}}\n"

    assert refused(text).rule == "too_complex"


def test_values_stay_as_they_are_written() -> None:
    text = "a: 0123\nb: 1:30\nc: 0x10\nd: 1e3\ne: yes\nf: 2001-01-01\ng: .inf\nh: 1_000\n"

    assert plain(load(text)) == {
        "a": "0123",
        "b": "1:30",
        "c": "0x10",
        "d": "1e3",
        "e": "yes",
        "f": "2001-01-01",
        "g": ".inf",
        "h": "1_000",
    }


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("", None),
        ("!!null x", None),
        ("'~'", "~"),
        ('""', ""),
        ("!!str null", "null"),
        ("! ~", "~"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">-\n  a\n  b\n", "a b"),
    ],
)
def test_null_is_only_what_is_plainly_null(written: str, value: str | None) -> None:
    assert plain(load(f"a: {written}")) == {"a": value}


def test_lines_of_keys_and_values_are_known_across_merges_and_aliases() -> None:
    tree = load("x: &x\n  one: 1\n  two: 2\ny:\n  <<: *x\n  two: 3\nz: *x\n")

    merged = tree.entries["y"]
    assert isinstance(merged, Mapping)
    assert plain(merged) == {"one": "1", "two": "3"}
    assert (merged.lines["one"], merged.lines["two"]) == (2, 6)
    assert tree.lines == {"x": 1, "y": 4, "z": 7}
    assert tree.entries["z"] is tree.entries["x"]


def test_earlier_merge_sources_win() -> None:
    tree = load("a: {<<: [{k: first}, {k: second, l: second}], m: own}")

    assert plain(tree) == {"a": {"k": "first", "l": "second", "m": "own"}}


def test_anchor_may_be_given_anew() -> None:
    assert plain(load("a: &x 1\nb: *x\nc: &x 2\nd: *x")) == {"a": "1", "b": "1", "c": "2", "d": "2"}


def test_each_value_is_listed_once_in_order() -> None:
    tree = load("a: &a [1, {b: 2}]\nc: *a\nd: 3\ne: &e 4\nf: *e\n")

    assert [scalar.text for scalar in scalars(tree)] == ["1", "2", "3", "4"]


@given(
    st.dictionaries(
        st.text(min_size=1).filter(lambda key: key != "<<"),
        st.recursive(
            st.text(),
            lambda inner: (
                st.lists(inner) | st.dictionaries(st.text().filter(lambda key: key != "<<"), inner)
            ),
            max_leaves=10,
        ),
        min_size=1,
    )
)
def test_what_a_yaml_writer_writes_is_read_back(tree: dict[str, object]) -> None:
    text = yaml.safe_dump(tree, default_style='"', sort_keys=False)
    if "\\0" in text or "\\x00" in text:
        assert refused(text).rule == "not_text"
        return

    assert plain(load(text)) == tree
