"""What a version of a template holds: checked quickly, whatever it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose import ConfigFile
from chalicelib.domain.errors import Invalid
from chalicelib.domain.plan import Plan
from chalicelib.domain.template_check import check_version, faults_of

RUNS = "services: {web: {image: nginx, ports: ['80'], environment: {A: '${A:?}'}}}\n"
MOST = 131_072
WITHIN = 2.0
"""Seconds of processor time in which everything is refused."""


def pointers(refused: Invalid) -> list[str]:
    return [fault.pointer for fault in refused.faults]


def test_version_that_can_run_gives_its_plan() -> None:
    plan = check_version(RUNS, [{"name": "A"}], [])

    assert [service.image for service in plan.services] == ["nginx"]


def test_faults_of_variables_and_text_come_together() -> None:
    with pytest.raises(Invalid) as refused:
        check_version("services: {web: {}}", [{"name": "1"}, {"name": "B", "type": "x"}], [])

    assert pointers(refused.value) == [
        "/data/attributes/variables/0/name",
        "/data/attributes/variables/1/type",
        "/data/attributes/compose_spec",
    ]


def test_text_is_not_blamed_for_faulty_variables() -> None:
    assert [f.pointer for f in faults_of(RUNS, [{"name": "A", "type": "x"}], [])] == [
        "/data/attributes/variables/0/type"
    ]
    assert faults_of(RUNS, [{"name": "A"}], []) == ()


def bomb(levels: int = 9) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines) + "\nservices: {web: {image: nginx}}\n"


NASTY = {
    "aliases that multiply": bomb(),
    "deep lists": "services: " + "[" * 60_000,
    "deep mappings": "{a: " * 30_000,
    "deep blocks": "".join(" " * n + "a:\n" for n in range(500)),
    "NUL": "services: {web: {image: 'ng\0inx'}}",
    "a control character": "services: {web: {image: ng\x07inx}}",
    "half of a character": "services: {web: {image: 'a\ud800'}}",
    "a byte order mark within": "services:\ufeff {}",
    "many services": "services:\n" + "".join(f"  s{n}: {{image: a}}\n" for n in range(6_000)),
    "one long line": "x" * MOST,
    "only dashes": "-" * MOST,
    "only colons": ":" * MOST,
    "only quotes": "'" * MOST,
    "only tabs": "\t" * MOST,
    "only anchors": "&a " * (MOST // 3),
    "only tags": "!!python/object/apply:os.system [x]\n" * 3_000,
    "a merge of itself": "services: &s {web: {<<: *s}}",
    "many documents": "---\n" * 30_000,
    "a number without end": "services: {web: {image: a, ports: [" + "9" * 60_000 + "]}}",
    "dollars": "services: {web: {image: '" + "$" * 100_000 + "'}}",
    "nested dollars": "services: {web: {image: '" + "${A:-" * 20_000 + "'}}",
    "values that grow": "services: {web: {image: a, command: ['" + "${A}" * 25_000 + "']}}",
    "a range of ports": "services: {web: {image: a, ports: ['1-65535:1-65535']}}",
}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_text_that_means_harm_is_refused_quickly(text: str) -> None:
    began = time.process_time()

    faults = faults_of(text[:MOST], [{"name": "A", "default": "x" * 16_000}], [])

    took = time.process_time() - began
    assert [fault.pointer for fault in faults] == ["/data/attributes/compose_spec"]
    assert took < WITHIN


PATTERNS = [
    "(a+)+$",
    "(a|a)*$",
    "(a|aa)+$",
    "(.*a){25}$",
    "((a?){30}){30}",
    "(a*)*b",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(" * 240 + ")" * 240,
    "a{1,9999}{1,9999}",
    r"(a)\1+",
    "[",
    "(?P<x>a)(?P=x)",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_pattern_that_backtracks_is_refused_quickly(pattern: str) -> None:
    given = [
        {"name": f"A{n}", "validation": pattern, "default": "a" * 255 + "!"} for n in range(100)
    ]
    began = time.process_time()

    faults = faults_of(None, given, [])

    assert time.process_time() - began < WITHIN
    assert {fault.pointer.split("/")[-1] for fault in faults} <= {"validation", "default"}
    assert len({fault.pointer.split("/")[4] for fault in faults}) == 100


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=20,
)
KEYS = st.sampled_from(
    ["name", "type", "default", "required", "options", "validation", "generator", "label", "x"]
)
DEFINITIONS = st.lists(
    st.dictionaries(KEYS, JSON | st.sampled_from(["A", "enum", "integer", "secret"])), max_size=6
)
YAML_PARTS = st.sampled_from(
    [
        *("services", ":", " ", "\n", "  ", "{", "}", "[", "]", "&a", "*a", "<<", "- ", "web"),
        *("image", "nginx", "ports", "'80'", "${A", "!!", "|", ">", "#", '"', "\t", "/:/x"),
    ]
)


@given(st.text(max_size=300) | st.lists(YAML_PARTS, max_size=60).map("".join), DEFINITIONS)
def test_whatever_comes_is_a_plan_or_is_refused(
    text: str, definitions: list[Mapping[str, Any]]
) -> None:
    files = [ConfigFile("f", "/f", "x")]

    faults = faults_of(text, definitions, files)

    assert all(fault.pointer.startswith("/data/attributes/") for fault in faults)
    assert all(fault.detail for fault in faults)
    if not faults:
        assert isinstance(check_version(text, definitions, files), Plan)


def test_text_that_publishes_too_many_ports_is_told_before_anybody_deploys_it() -> None:
    [fault] = faults_of('services: {web: {image: nginx, ports: ["8000-8020"]}}', [], [])

    assert (fault.pointer, fault.code) == ("/data/attributes/compose_spec", "too_many_ports")
