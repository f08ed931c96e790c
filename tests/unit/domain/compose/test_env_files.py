"""Env files: the template's config files as a service's environment."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.errors import InvalidPlan
from tests.unit.domain.compose.planning import plan, service, service_refused, web


def read(content: str, **variables: str) -> dict[str, str]:
    file = ConfigFile("e", "app.env", content)
    return dict(service("env_file: ./app.env", file, **variables).environment)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("A=1\nB = two words \n", {"A": "1", "B": "two words"}),
        ("# said\n\n  \nA=1 # not said\nB=2# said", {"A": "1", "B": "2# said"}),
        ("export A=1\r\nB=\nC=''\n", {"A": "1", "B": "", "C": ""}),
        ("A='$V ${V}'\nB=\"$V\"\nC=$V-${NO:-d}", {"A": "$V ${V}", "B": "given", "C": "given-d"}),
        ('A=\'it\\\'s\'\nB="say \\"x\\"\\n" # said', {"A": "it's", "B": 'say "x"\n'}),
        ('A="two\nlines"\nB=2', {"A": "two\nlines", "B": "2"}),
        ("A=1\nB=$A\nA=3", {"A": "3", "B": "1"}),
        ("V\nNOBODY\n", {"V": "given"}),
        ("A=b=c", {"A": "b=c"}),
        ("A=some\\tvalue\nB='some\\tvalue'", {"A": "some\\tvalue", "B": "some\\tvalue"}),
        ("\ufeffA=$$V $5", {"A": "$V $5"}),
        ("", {}),
    ],
)
def test_content_is_read(content: str, found: dict[str, str]) -> None:
    assert read(content, V="given") == found


@pytest.mark.parametrize(
    "content", ["A=1\n=2", "A=1\n'x'=2", 'A=1\nB="open', 'A=1\nB="a" b', "A=1\na b"]
)
def test_content_that_is_none_is_refused_with_its_line(content: str) -> None:
    error = service_refused("env_file: app.env", ConfigFile("e", "app.env", content))

    assert (error.rule, error.line) == ("bad_file", 4)
    assert "line 2 is not NAME=value" in error.detail


def test_later_files_and_the_environment_win() -> None:
    files = [ConfigFile("a", "a.env", "A=1\nB=1\nC=1"), ConfigFile("b", "conf/b.env", "B=2\nC=2")]

    found = service("env_file: [a.env, ./conf/b.env]\nenvironment: {C: 3, D: 4}", *files)

    assert dict(found.environment) == {"A": "1", "B": "2", "C": "3", "D": "4"}


def test_raw_values_stay_as_they_are() -> None:
    found = service(
        "env_file: [{path: a.env, format: raw}]", ConfigFile("a", "a.env", "# x\nA='$V' \n\nB")
    )

    assert dict(found.environment) == {"A": "'$V' "}


@pytest.mark.parametrize("name", [".env", "./.env", "stack.env"])
def test_file_of_the_variables_is_the_variables(name: str) -> None:
    found = service(f"env_file: {name}", A="1", B="2")

    assert dict(found.environment) == {"A": "1", "B": "2"}


def test_file_of_the_variables_that_the_template_has_is_that_file() -> None:
    found = service("env_file: .env", ConfigFile("e", ".env", "C=$A"), A="1")

    assert dict(found.environment) == {"C": "1"}


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("nowhere.env", "bad_file"),
        ("[{path: nowhere.env, required: true}]", "bad_file"),
        ("/etc/environment", "host_path"),
        ("~/x.env", "host_path"),
        ("[{path: [x]}]", "wrong_type"),
        ("[[x]]", "wrong_type"),
    ],
)
def test_file_that_is_not_there_is_refused(written: str, rule: str) -> None:
    error = service_refused(f"env_file: {written}")

    assert (error.rule, error.line) == (rule, 4)


@pytest.mark.parametrize(
    ("written", "lenient"), [("{path: no.env, required: false}", False), ("no.env", True)]
)
def test_file_that_need_not_be_there_is_told(written: str, lenient: bool) -> None:
    planned = plan(web(f"env_file: [{written}]"), lenient=lenient)

    assert planned.services[0].environment == ()
    assert planned.ignored == ("services.web.env_file.0",)


PIECES = [*"A='\"#\\ \n\t$", "A=", "${", "\r\n", "export ", "é"]


def outcome(content: str) -> str:
    """Plan a service with this env file; give the rule that is broken."""
    file = ConfigFile("e", "app.env", content)
    try:
        plan_compose(web("env_file: app.env"), variables={}, config_files=[file])
    except InvalidPlan as error:
        return error.rule
    return ""


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_any_content_is_read_or_refused(pieces: list[str]) -> None:
    assert outcome("".join(pieces)) in {"", "bad_file", "bad_interpolation"}


@pytest.mark.parametrize(
    "content", ["A=" + " " * 250_000 + "x", "A='" + "\\" * 250_000, " " * 250_000 + "="]
)
def test_long_content_takes_no_time(content: str) -> None:
    began = time.process_time()

    outcome(content)

    assert time.process_time() - began < 1
