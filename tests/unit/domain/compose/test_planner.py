"""Whole texts: what is refused as a whole, what is ignored, and what a plan says."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose.notes import MAX_NOTES
from chalicelib.domain.compose.planner import MAX_SERVICES
from chalicelib.domain.compose.rules import MAX_DETAIL, RULES, Mistaken, Refused, fault
from chalicelib.domain.plan import Route
from tests.unit.domain.compose.planning import plan, refused, web


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a: b", "no_services"),
        ("services:", "no_services"),
        ("services: {}", "no_services"),
        ("services: web", "wrong_type"),
        ("services: [web]", "wrong_type"),
        ("version: '3'\nweb: {image: nginx}", "no_services"),
    ],
)
def test_text_without_services_is_refused(text: str, rule: str) -> None:
    error = refused(text)

    assert error.rule == rule
    assert error.line == 1


def test_services_have_a_bound() -> None:
    many = "".join(f"  s{number}: {{image: x}}\n" for number in range(MAX_SERVICES))

    assert len(plan("services:\n" + many).services) == MAX_SERVICES
    error = refused("services:\n" + many + "  more: {image: x}\n")
    assert error.rule == "too_complex"
    assert str(MAX_SERVICES) in error.detail


def test_refusals_come_before_mistakes() -> None:
    error = refused(web("ports: [nonsense]\nprivileged: true"))

    assert error.rule == "privileged"


def test_a_whole_app_is_planned() -> None:
    planned = plan(
        """
        name: blog
        services:
          web:
            image: wordpress:6-apache
            ports: ["80"]
            environment: {WORDPRESS_DB_HOST: db, WORDPRESS_DB_PASSWORD: $PASSWORD}
            depends_on: {db: {condition: service_healthy}}
            volumes: ["content:/var/www/html"]
          db:
            image: mariadb:11
            mem_limit: 512m
            environment: {MARIADB_PASSWORD: $PASSWORD}
            healthcheck: {test: [CMD, healthcheck.sh]}
            volumes: ["db:/var/lib/mysql"]
        volumes: {content: , db: }
        networks: {default: }
        """,
        PASSWORD="p",
    )

    assert [service.name for service in planned.services] == ["db", "web"]
    assert planned.images == ("mariadb:11", "wordpress:6-apache")
    assert (planned.cpus, planned.memory_mb) == (1.0, 768)
    assert planned.route == Route("web", 80)
    assert planned.volumes == ("content", "db")
    assert [str(note) for note in planned.notes] == ["name (line 2): Hoster names what it makes."]


def test_anchors_and_extension_keys_are_inert() -> None:
    planned = plan("""
        x-env: &env {A: "1"}
        services:
          web: {image: nginx, environment: *env}
        """)

    assert planned.services[0].environment == (("A", "1"),)
    assert planned.ignored == ()


def test_what_is_told_as_ignored_fits_a_record() -> None:
    keys = "\n".join(f"k{number}: 1" for number in range(MAX_NOTES + 10))

    planned = plan(web(f"{keys}\n"))
    long = plan(web(f"? {'k' * 10_000}\n: 1"))

    assert len(planned.ignored) == MAX_NOTES + 1
    assert planned.ignored[-1] == "… and 10 more"
    assert len(long.ignored[0]) == 200


def test_explanations_have_a_bound() -> None:
    error = refused(web(f"? {'k' * 50_000}\n: 1\n? {'k' * 50_000}\n: 2"))

    assert error.rule == "duplicate_key"
    assert len(error.detail) < MAX_DETAIL + 20


def test_every_rule_has_its_own_code_and_a_sentence() -> None:
    assert len(RULES) == len(Refused) + len(Mistaken)
    assert all(code == code.lower() and text.endswith(".") for code, text in RULES.items())


def test_fault_names_line_rule_and_reason() -> None:
    error = fault(Refused.BUILD, "why", 7)
    bare = fault(Mistaken.TOO_LARGE, "why")

    assert (error.rule, error.line, error.detail) == ("build", 7, "line 7: why")
    assert (bare.rule, bare.line, bare.detail) == ("too_large", None, "why")
    assert error.status == 422
