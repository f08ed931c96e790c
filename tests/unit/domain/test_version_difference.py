"""What another version of a template changes."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.version_difference import difference

TEXT = """
services:
  db:
    image: postgres:16.3
    environment: {POSTGRES_PASSWORD: "${PASSWORD}"}
    volumes: ["data:/var/lib/postgresql/data"]
  web:
    image: nginx:1.27
    ports: ["80"]
    depends_on: [db]
volumes: {data: }
"""
PASSWORD = {"name": "PASSWORD", "type": "secret", "default": "a-default-to-hide"}


def version(text: str = TEXT, **other: Any) -> dict[str, Any]:
    parts = {"compose_spec": text, "variables": [PASSWORD], "config_files": []}
    return {**parts, **other}


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    return [(c.kind, c.name, c.before, c.after) for c in difference(before, after).changes]


def test_the_same_version_changes_nothing() -> None:
    found = difference(version(), version())

    assert (found.changes, found.asked, found.risks, found.is_planned) == ((), (), (), True)


def test_images_services_ports_and_route_are_told() -> None:
    text = TEXT.replace("nginx:1.27", "nginx:1.28").replace('ports: ["80"]', 'ports: ["8080"]')
    after = text.replace("volumes: {data: }", "  cache: {image: 'redis:7.2'}\nvolumes: {data: }")

    assert told(version(), version(after)) == [
        ("image", "web", "nginx:1.27", "nginx:1.28"),
        ("port", "web", "80/tcp", "8080/tcp"),
        ("service", "cache", None, "redis:7.2"),
        ("route", "", "web:80", "web:8080"),
    ]


def test_what_comes_and_goes_of_services_and_volumes() -> None:
    after = "services: {web: {image: 'nginx:1.27', ports: ['80']}}"

    found = difference(version(), version(after))

    assert [(c.kind, c.name, c.after) for c in found.changes] == [
        ("service", "db", None),
        ("volume", "data", None),
    ]
    assert [risk.code for risk in found.risks] == ["volume_dropped"]


def test_values_of_the_environment_are_never_told() -> None:
    after = TEXT.replace("${PASSWORD}", "a-secret-that-stands-in-the-text")

    changes = told(version(), version(after))

    assert changes == [("environment", "db: POSTGRES_PASSWORD", "set", "set to something else")]


def test_variables_are_told_in_words_and_no_secret_default_is() -> None:
    new = {"name": "SIZE", "type": "enum", "options": ["small", "large"], "required": True}
    other = {**PASSWORD, "default": "another-default-to-hide", "required": True}
    before, after = version(), version(variables=[other, new])

    found = difference(before, after)

    assert [(c.name, c.before, c.after) for c in found.changes if c.kind == "variable"] == [
        ("PASSWORD", "secret, 'set'", "secret, required, 'set'"),
        ("SIZE", None, "enum of small, large, required"),
    ]
    assert found.asked == ("SIZE",)


def test_what_makes_itself_is_not_asked_for() -> None:
    new = {"name": "KEY", "type": "secret", "required": True, "generator": "hex"}

    assert difference(version(), version(variables=[PASSWORD, new])).asked == ()


def test_files_are_told_by_path() -> None:
    file = {"name": "a", "path": "/etc/a.conf", "content": "one\ntwo\n", "mode": "0644"}
    before, after = version(config_files=[file]), version(config_files=[{**file, "content": "x"}])

    assert told(version(), before) == [("file", "/etc/a.conf", None, "2 lines, mode 0644")]
    assert told(before, after) == [
        ("file", "/etc/a.conf", "2 lines, mode 0644", "1 line, mode 0644")
    ]


def test_version_that_todays_rules_refuse_is_compared_without_its_services() -> None:
    before = version("services: {web: {image: nginx, privileged: true}}")

    found = difference(before, version(variables=[]))

    assert not found.is_planned
    assert [(c.kind, c.name) for c in found.changes] == [("variable", "PASSWORD")]


def test_commands_that_dump_and_load_are_told() -> None:
    dumps = "x-hoster: {dumps: {db: {dump: pg_dump app, load: psql app, volumes: [data]}}}"

    assert told(version(), version(f"{TEXT}{dumps}")) == [
        ("dump", "db", None, "pg_dump app; psql app; data")
    ]
