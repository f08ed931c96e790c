"""Environment and labels, as maps and as lists."""

from __future__ import annotations

import pytest

from tests.unit.domain.compose.planning import plan, service, service_refused, web


@pytest.mark.parametrize(
    ("written", "pairs"),
    [
        ("", ()),
        ("{}", ()),
        ("[]", ()),
        ("{A: 1, B: text, C: true}", (("A", "1"), ("B", "text"), ("C", "true"))),
        ("{A: ''}", (("A", ""),)),
        ("{A: 0123}", (("A", "0123"),)),
        ("[A=1, 'B=x=y', 'C=']", (("A", "1"), ("B", "x=y"), ("C", ""))),
        ("A=1", (("A", "1"),)),
        ("['A = 1']", (("A", " 1"),)),
        ("[A=1, A=2]", (("A", "2"),)),
        ("[{A: 1}, {B: 2}]", (("A", "1"), ("B", "2"))),
        ("{GIVEN: , A: 1}", (("GIVEN", "from outside"), ("A", "1"))),
        ("[GIVEN, A=1]", (("GIVEN", "from outside"), ("A", "1"))),
        ("{GIVEN: own}", (("GIVEN", "own"),)),
        ("{MISSING: }", ()),
        ("[MISSING]", ()),
        ("{'a.b-c': 1}", (("a.b-c", "1"),)),
    ],
)
def test_environment_is_read(written: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert service(f"environment: {written}", GIVEN="from outside").environment == pairs


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("['=x']", "bad_environment"),
        ("['']", "bad_environment"),
        ("['A B=x']", "bad_environment"),
        ("{A B: x}", "bad_environment"),
        ("{A=B: x}", "bad_environment"),
        ("{'': x}", "bad_environment"),
        ("{A: [x]}", "wrong_type"),
        ("{A: {B: c}}", "wrong_type"),
        ("[[A=1]]", "wrong_type"),
        ("[{A: [x]}]", "wrong_type"),
    ],
)
@pytest.mark.parametrize("key", ["environment", "labels"])
def test_pair_that_is_none_is_refused(key: str, written: str, rule: str) -> None:
    error = service_refused(f"{key}: {written}")

    assert (error.rule, error.line) == (rule, 4)
    assert f"services.web.{key}" in error.detail


def test_names_that_get_no_value_are_told_as_ignored() -> None:
    planned = plan(web("environment: [A, '$X', B=1]"), X="hunter22")

    assert planned.ignored == ("services.web.environment.A", "services.web.environment")


def test_labels_are_read_without_those_of_hoster() -> None:
    planned = plan(
        web("labels: {team: blue, none: , com.hoster.managed: x, hoster.other: y, hosterly: z}")
    )

    assert planned.services[0].labels == (("team", "blue"), ("none", ""), ("hosterly", "z"))
    assert planned.ignored == (
        *("services.web.labels.com.hoster.managed", "services.web.labels.hoster.other"),
    )


@pytest.mark.parametrize("key", ["environment", "labels"])
def test_more_than_linux_takes_is_refused(key: str) -> None:
    error = service_refused(f"{key}: {{A: $X, B: $X, C: $X}}", X="x" * 50_000)

    assert (error.rule, error.line) == ("bad_environment", 4)
    assert f"services.web.{key} holds more than 131072" in error.detail
