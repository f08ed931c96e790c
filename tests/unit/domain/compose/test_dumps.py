"""How services save and load their own data."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Dump
from tests.unit.domain.compose.planning import plan, refused

TEXT = """
services:
  web: {image: nginx, depends_on: [db], volumes: ["data:/from:ro", "uploads:/uploads"]}
  db: {image: postgres, volumes: ["data:/var/lib/postgresql/data"]}
volumes: {data: , uploads: }
x-hoster:
  dumps:
    db:
      dump: pg_dump -U "$$POSTGRES_USER" -Fc app
      load: pg_restore --clean -d app
      volumes: [data]
"""
HEAD = TEXT.partition("x-hoster")[0]


def dumps(lines: str) -> str:
    return f"{HEAD}x-hoster:\n  dumps:\n    db: {lines}\n"


def test_commands_are_planned_as_the_containers_shell_reads_them() -> None:
    planned = plan(TEXT)

    dump = 'pg_dump -U "$POSTGRES_USER" -Fc app'
    assert planned.dumps == (Dump("db", dump, "pg_restore --clean -d app", ("data",)),)
    assert planned.stopped_for == ("uploads",)
    assert planned.ignored == ()


def test_without_dumps_every_volume_that_is_written_stops_the_app() -> None:
    planned = plan(HEAD)

    assert planned.dumps == ()
    assert planned.stopped_for == ("data", "uploads")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("{load: cat, volumes: [data]}", "x-hoster.dumps.db.dump is missing"),
        ("{dump: cat, volumes: [data]}", "x-hoster.dumps.db.load is missing"),
        ("{dump: ' ', load: cat, volumes: [data]}", "x-hoster.dumps.db.dump is missing"),
        ("{dump: cat, load: cat}", "x-hoster.dumps.db.volumes is missing"),
        ("{dump: cat, load: cat, volumes: []}", "x-hoster.dumps.db.volumes is missing"),
        (
            "{dump: cat, load: cat, volumes: [data, other]}",
            "x-hoster.dumps.db.volumes.1 names no volume that db writes",
        ),
        (
            "{dump: cat, load: cat, volumes: [uploads]}",
            "x-hoster.dumps.db.volumes.0 names no volume that db writes",
        ),
        (
            "{dump: cat, load: cat, volumes: [data, data]}",
            "x-hoster.dumps.db.volumes.1 names a volume twice",
        ),
        ('{dump: "a\\nb", load: cat, volumes: [data]}', "x-hoster.dumps.db.dump must be one line"),
        (f"{{dump: {'a' * 4097}, load: cat, volumes: [data]}}", "dump is longer than 4096"),
        (
            "{dump: 'pg_dump -U ${USER}', load: cat, volumes: [data]}",
            "x-hoster.dumps.db.dump has a variable filled in; write $$NAME",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_line(lines: str, told: str) -> None:
    error = refused(dumps(lines), USER="a-secret")

    assert (error.rule, error.line) == ("bad_dump", 8)
    assert told in error.detail
    assert "a-secret" not in error.detail


def test_service_that_is_not_there_is_told() -> None:
    error = refused(TEXT.replace("    db:\n", "    mysql:\n"))

    assert (error.rule, error.line) == ("bad_dump", 8)
    assert "x-hoster.dumps.mysql names no service of this text" in error.detail


def test_volume_that_another_service_writes_has_no_dump() -> None:
    error = refused(TEXT.replace("data:/from:ro", "data:/from"))

    assert "web writes this volume too" in error.detail


def test_service_that_others_wait_for_to_end_has_no_dump() -> None:
    waits = "depends_on: {db: {condition: service_completed_successfully}}"
    error = refused(TEXT.replace("depends_on: [db]", waits))

    assert "others wait for this service to end" in error.detail


def test_dump_of_a_service_that_does_not_run_is_told_as_ignored() -> None:
    text = TEXT.replace("depends_on: [db], ", "").replace(
        "{image: postgres,", "{image: postgres, profiles: [with-db],"
    )
    planned = plan(text)

    assert planned.dumps == ()
    assert "x-hoster.dumps.db" in planned.ignored


def test_what_is_said_besides_is_told_as_ignored_also_beside_no_route() -> None:
    planned = plan(TEXT.replace("  dumps:\n", "  route: false\n  other: 1\n  dumps:\n"))

    assert planned.ignored == ("x-hoster.other",)
    assert [one.service for one in planned.dumps] == ["db"]
