"""Variables in every form that compose knows, and what is no variable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose.interpolation import (
    MAX_NESTING,
    MAX_RESULT,
    Filler,
    Malformed,
    Reference,
    parse,
)
from chalicelib.domain.errors import InvalidPlan
from tests.unit.domain.compose.planning import plan, refused, service, service_refused, web

VALUES = {"SET": "value", "EMPTY": "", "OTHER": "other", "DOLLAR": "$SET ${SET}"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("plain", "plain"),
        ("", ""),
        ("$SET", "value"),
        ("${SET}", "value"),
        ("<$SET>", "<value>"),
        ("$SET$OTHER", "valueother"),
        ("${SET}${OTHER}", "valueother"),
        ("$SET-x", "value-x"),
        ("$UNSET", ""),
        ("${UNSET}", ""),
        ("$EMPTY", ""),
        ("$$", "$"),
        ("$$SET", "$SET"),
        ("$${SET}", "${SET}"),
        ("$$$SET", "$value"),
        ("a}b", "a}b"),
        ("{a}", "{a}"),
        ("${SET}}", "value}"),
        ("${SET:-d}", "value"),
        ("${EMPTY:-d}", "d"),
        ("${UNSET:-d}", "d"),
        ("${SET-d}", "value"),
        ("${EMPTY-d}", ""),
        ("${UNSET-d}", "d"),
        ("${UNSET:-}", ""),
        ("${UNSET-}", ""),
        ("${SET:?no}", "value"),
        ("${SET?no}", "value"),
        ("${EMPTY?no}", ""),
        ("${SET:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${UNSET:+x}", ""),
        ("${SET+x}", "x"),
        ("${EMPTY+x}", "x"),
        ("${UNSET+x}", ""),
        ("${UNSET:-a b:c-d?e+f}", "a b:c-d?e+f"),
        ("${UNSET:-http://x:80/y}", "http://x:80/y"),
        ("${UNSET:-$SET}", "value"),
        ("${UNSET:-${OTHER}}", "other"),
        ("${UNSET:-${EMPTY:-${SET}}}", "value"),
        ("${UNSET:-a${EMPTY:-b}c}d", "abcd"),
        ("${SET:+<${OTHER}>}", "<other>"),
        ("${UNSET:-$$x}", "$x"),
        ("${SET:-${MUST:?needed}}", "value"),
        ("$DOLLAR", "$SET ${SET}"),
        ("${UNSET:-é}", "é"),
    ],
)
def test_references_are_filled_as_compose_does(text: str, filled: str) -> None:
    assert Filler(VALUES).fill(text) == filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("${UNSET:?give one}", "UNSET needs a value: give one"),
        ("${UNSET?give one}", "UNSET needs a value: give one"),
        ("${EMPTY:?}", "EMPTY needs a value."),
        ("${UNSET:-${DEEP:?dig}}", "DEEP needs a value: dig"),
        ("${UNSET:?see $OTHER and ${SET:-x}}", "UNSET needs a value: see ${OTHER} and ${SET}"),
    ],
)
def test_required_variable_without_value_is_named_with_the_creators_words(
    text: str, told: str
) -> None:
    with pytest.raises(InvalidPlan) as caught:
        Filler(VALUES).fill(text, 7)

    assert (caught.value.rule, caught.value.line) == ("missing_variable", 7)
    assert told in caught.value.detail
    assert "value}" not in caught.value.detail


def test_explanation_never_holds_another_variables_value() -> None:
    error = service_refused("command: ${MISSING:?ask for ${PASSWORD}}", PASSWORD="hunter22")

    assert "hunter22" not in error.detail
    assert "ask for ${PASSWORD}" in error.detail


@pytest.mark.parametrize(
    ("text", "lenient"),
    [
        ("$", "$"),
        ("a$", "a$"),
        ("$ x", "$ x"),
        ("$1", "$1"),
        ("${}", "${}"),
        ("${1}", "${1}"),
        ("${SET!}", "${SET!}"),
        ("${SET /a/b}", "${SET /a/b}"),
        ("${SET:x}", "${SET:x}"),
        ("${É}", "${É}"),
        ("$(cmd)", "$(cmd)"),
    ],
)
def test_dollar_that_begins_no_reference_is_refused_or_when_lenient_itself(
    text: str, lenient: str
) -> None:
    with pytest.raises(InvalidPlan) as caught:
        Filler(VALUES).fill(text, 3)

    assert (caught.value.rule, caught.value.line) == ("bad_interpolation", 3)
    assert "$$" in caught.value.detail
    assert Filler(VALUES, lenient=True).fill(text) == lenient


@pytest.mark.parametrize("text", ["${SET:-", "${SET:-${OTHER}", "${SET?", "${SET:-a$$"])
def test_reference_without_end_is_refused_even_when_lenient(text: str) -> None:
    for lenient in (False, True):
        with pytest.raises(Malformed, match="closing brace"):
            parse(text, lenient=lenient)


@pytest.mark.parametrize("text", ["${SET", "${SET:"])
def test_brace_without_operator_or_end_is_no_reference(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)

    assert parse(text, lenient=True) == ("$", text[1:])


def test_nesting_is_bounded() -> None:
    inner = "x"
    for _ in range(MAX_NESTING):
        inner = f"${{A:-{inner}}}"

    assert Filler({}).fill(inner) == "x"
    with pytest.raises(Malformed, match="levels deep"):
        parse(f"${{A:-{inner}}}")


def test_endless_opening_braces_are_refused_at_once() -> None:
    with pytest.raises(Malformed):
        parse("${A:-" * 20_000)


def test_all_variables_together_have_one_allowance() -> None:
    half = "x" * (MAX_RESULT // 2)
    filler = Filler({"HALF": half})

    assert filler.fill("$HALF") == half
    assert filler.fill("${HALF:-d}") == half
    with pytest.raises(InvalidPlan) as caught:
        filler.fill("$HALF", 9)
    assert (caught.value.rule, caught.value.line) == ("too_complex", 9)


def test_variables_in_repeated_nodes_count_each_time() -> None:
    aliases = ", ".join(["*a"] * 200)
    text = web(f"command: [&a '$BIG', {aliases}]")

    error = refused(text, BIG="x" * 16_384)

    assert (error.rule, error.line) == ("too_complex", 4)


def test_repeated_list_counts_each_time_and_a_small_one_is_fine() -> None:
    text = "x: &x ['$V', '$V']\nservices: {web: {image: nginx, command: *x, entrypoint: *x}}\n"
    many = f"x: &x ['$V', '$V']\ny: [{', '.join(['*x'] * 100)}]\nservices: {{web: {{image: a}}}}"

    assert plan(text, V="run").services[0].command == ("run", "run")
    error = refused(many, V="x" * 16_384)
    assert (error.rule, error.line) == ("too_complex", 2)


def test_values_are_filled_and_keys_are_not() -> None:
    planned = service(
        """\
        command: [run, "$A"]
        environment: {$A: "${A}b", C: '$$A'}
        labels: ["x=$A"]
        """,
        A="1",
    )

    assert planned.command == ("run", "1")
    assert planned.environment == (("$A", "1b"), ("C", "$A"))
    assert planned.labels == (("x", "1"),)


def test_filled_values_are_one_value_whatever_they_hold() -> None:
    planned = service(
        "environment: {A: '$A'}\ncommand: ['$A']", A="x\nprivileged: true\n- b: {c: d} # e"
    )

    assert planned.environment == (("A", "x\nprivileged: true\n- b: {c: d} # e"),)
    assert planned.command == ("x\nprivileged: true\n- b: {c: d} # e",)


def test_what_a_parsed_text_refers_to_is_kept_in_order() -> None:
    assert parse("a${B:-c$D}$$e") == ("a", Reference("B", ":-", ("c", Reference("D"))), "$", "e")


@given(st.text())
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    assert Filler({}).fill(text.replace("$", "$$")) == text


@given(st.text())
def test_any_text_is_filled_or_refused_and_lenience_only_ever_takes_more(text: str) -> None:
    def outcome(*, lenient: bool) -> tuple[str, str]:
        try:
            return "filled", Filler(VALUES, lenient=lenient).fill(text)
        except InvalidPlan as error:
            return "refused", error.rule

    strict = outcome(lenient=False)

    assert strict[0] == "filled" or strict[1] in {"bad_interpolation", "missing_variable"}
    assert strict[1] == "bad_interpolation" or outcome(lenient=True) == strict


@given(st.text(alphabet=st.characters(exclude_characters="$")), st.text(), st.text())
def test_a_value_stands_where_its_name_stood(before: str, value: str, after: str) -> None:
    rest = after.replace("$", "$$")

    assert Filler({"V": value}).fill(f"{before}${{V}}{rest}") == before + value + after
