"""What a service waits for."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.plan import Attachment, Dependency
from tests.unit.domain.compose.planning import plan, refused, service_refused

PAIR = "services:\n  web:\n    image: nginx\n    {}\n  db: {{image: redis}}\n"


@pytest.mark.parametrize(
    ("lines", "dependencies"),
    [
        ("depends_on: [db]", (Dependency("db"),)),
        ("depends_on: db", (Dependency("db"),)),
        ("depends_on: [db, db]", (Dependency("db"),)),
        ("depends_on: {db: }", (Dependency("db"),)),
        ("depends_on: {db: {}}", (Dependency("db"),)),
        ("depends_on: {db: {condition: service_started}}", (Dependency("db"),)),
        (
            "depends_on: {db: {condition: service_healthy}}",
            (Dependency("db", "service_healthy"),),
        ),
        (
            "depends_on: {db: {condition: service_completed_successfully, required: true}}",
            (Dependency("db", "service_completed_successfully"),),
        ),
        ("depends_on: {db: {required: false}}", (Dependency("db"),)),
        ("depends_on: {db: {required: }}", (Dependency("db"),)),
        ("depends_on: {other: {required: false}}", ()),
        ("links: [db]", (Dependency("db"),)),
        ("links: ['db:database', 'db:db']", (Dependency("db"),)),
        ("{depends_on: {db: {condition: service_healthy}}, links: [db]}", None),
        ("depends_on: ", ()),
        ("depends_on: []", ()),
    ],
)
def test_dependencies_are_read(lines: str, dependencies: tuple[Dependency, ...] | None) -> None:
    if dependencies is None:
        lines, dependencies = "<<: " + lines, (Dependency("db", "service_healthy"),)

    by_name = {service.name: service for service in plan(PAIR.format(lines)).services}

    assert by_name["web"].depends_on == dependencies


@pytest.mark.parametrize(
    ("lines", "rule", "words"),
    [
        ("depends_on: [nobody]", "unknown_dependency", "“nobody”"),
        ("depends_on: {nobody: {}}", "unknown_dependency", "“nobody”"),
        ("depends_on: {nobody: {required: true}}", "unknown_dependency", "“nobody”"),
        ("depends_on: ['']", "unknown_dependency", "“”"),
        ("depends_on: [[db]]", "wrong_type", "services.web.depends_on"),
        ("depends_on: {db: {condition: running}}", "wrong_type", "service_healthy"),
        ("depends_on: {db: [x]}", "wrong_type", "services.web.depends_on.db"),
        ("depends_on: {db: {required: maybe}}", "wrong_type", "true or false"),
        ("depends_on: [web]", "dependency_cycle", "web → web"),
    ],
)
def test_dependencies_that_cannot_be_are_refused(lines: str, rule: str, words: str) -> None:
    error = refused(PAIR.format(lines))

    assert (error.rule, error.line) == (rule, 4)
    assert words in error.detail


def test_circle_is_told_with_the_line_where_it_first_shows() -> None:
    error = refused("""
        services:
          a: {image: x}
          b: {image: x, depends_on: [c]}
          c: {image: x, links: [d]}
          d: {image: x, depends_on: {b: {}}}
        """)

    assert error.rule == "dependency_cycle"
    assert error.line == 4
    assert "b → c → d → b" in error.detail


def test_missing_service_named_by_a_variable_is_told_by_the_variable() -> None:
    error = service_refused("depends_on: ['$SECRET']", SECRET="hunter22")

    assert error.rule == "unknown_dependency"
    assert "“$SECRET”" in error.detail
    assert "hunter22" not in error.detail


def test_missing_optional_services_are_told_as_ignored() -> None:
    planned = plan(
        PAIR.format("{}").replace(
            "{}", "depends_on: {no: {required: false}, db: {restart: true, required: false}}"
        )
    )

    assert planned.ignored == ("services.web.depends_on.no", "services.web.depends_on.db.restart")


def test_link_gives_its_service_a_second_name() -> None:
    planned = plan(
        PAIR.format("{}").replace("{}", "links: ['db:database', '${X}:other', 'db:web', db]"),
        X="db",
    )

    db, web = planned.services
    assert db.networks == (Attachment("default", ("database", "other")),)
    assert web.depends_on == (Dependency("db"),)
    assert planned.ignored == ()


@pytest.mark.parametrize(
    ("stated", "restart"), [("", "no"), ("restart: always", "always"), ("restart: 'no'", "no")]
)
def test_what_others_wait_on_to_complete_runs_once(stated: str, restart: str) -> None:
    text = f"""
services:
  web:
    image: web
    depends_on: {{setup: {{condition: service_completed_successfully}}}}
  setup: {{image: setup, {stated}}}
"""
    planned = {s.name: s.restart for s in plan_compose(text, variables={}).services}

    assert planned == {"setup": restart, "web": "unless-stopped"}
