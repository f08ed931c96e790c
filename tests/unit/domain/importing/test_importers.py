"""Formats: which one some files are in, and what becomes of those that are in none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.importing.document import read, write
from chalicelib.domain.importing.imported import CannotImport, Failed, Imported
from chalicelib.domain.importing.importers import FORMATS, convert, converted, detect
from chalicelib.domain.importing.judging import judge

COMPOSE = "services: {a: {image: 'a:1', environment: {X: '${X:-1}'}, volumes: ['d:/d']}}\n"
COOLIFY = f"# slogan: Notes.\n{COMPOSE}"
CAPROVER = f"captainVersion: 4\n{COMPOSE}caproverOneClickApp: {{variables: []}}\n"
PLACES = (
    *("a.yaml", "templates.json", "app/docker-compose.yml", "app/template.toml", "app/config.json"),
    *("app/umbrel-app.yml", "app/docker-compose.json", "app/meta.json", "app/exports.sh"),
)
BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12)
)


@pytest.mark.parametrize(
    ("text", "name"), [(COMPOSE, "compose"), (COOLIFY, "coolify"), (CAPROVER, "caprover")]
)
def test_format_is_found(text: str, name: str) -> None:
    assert detect({"README.md": "# Hello", "app/app.yml": text}) == name


def test_plain_text_becomes_a_draft_named_for_its_folder() -> None:
    (draft,) = convert("auto", {"my-notes/compose.yaml": COMPOSE, "my-notes/x.yaml": "a: 1"})

    assert isinstance(draft, Imported)
    assert draft.name == "My Notes"
    assert [(one.name, one.default) for one in draft.variables] == [("X", "1")]
    assert "volumes:" in draft.compose_spec
    assert judge(draft).plan is not None


def test_text_that_is_no_template_stops_no_other() -> None:
    bad, good = convert("compose", {"a.yaml": "services: {a: [}", "b.yaml": COMPOSE})

    assert isinstance(bad, Failed)
    assert (bad.source, bad.rule, bad.line) == ("a.yaml", "not_this_format", 1)
    assert isinstance(good, Imported)


@pytest.mark.parametrize(
    ("name", "files", "said"),
    [
        ("auto", {"a.yaml": "x: 1"}, "known format"),
        ("compose", {"a.txt": ""}, "no compose template"),
        ("none", {"a.yaml": COMPOSE}, "no format none"),
    ],
)
def test_files_without_any_template_are_refused(
    name: str, files: dict[str, str], said: str
) -> None:
    with pytest.raises(CannotImport, match=said):
        convert(name, files)


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [*a]",
        "[" * 60,
        "a: 1\n---\nb: 2",
        "- a",
        "",
        "? [a]\n: b",
        "a: !!python/x y\n\t",
        BOMB,
    ],
)
def test_text_beyond_reason_ends_in_an_answer(text: str) -> None:
    files = {**dict.fromkeys(PLACES, text), "b.yaml": CAPROVER}

    for form in FORMATS.values():
        for path, unit in form.units(files):
            outcomes = converted(form, path, unit)
            assert all(isinstance(one, Failed | Imported) for one in outcomes)


@given(st.text(max_size=200))
def test_any_text_ends_in_an_answer(text: str) -> None:
    for name in ("coolify", "caprover", "compose"):
        (outcome,) = convert(name, {"a.yaml": text})
        if isinstance(outcome, Imported):
            judge(outcome)


@pytest.mark.parametrize(
    "text",
    [
        "a: 'yes'\nb: \"no\"\nc: 012\nd: |\n  x\n  y\ne: 1.0\nf: null\ng: ''\nh: on\n",
        "x: &x {a: 1}\ny: {<<: *x, b: [*x]}\n",
    ],
)
def test_what_is_written_reads_back_the_same(text: str) -> None:
    once = write(read(text, []))

    assert write(read(once, [])) == once
