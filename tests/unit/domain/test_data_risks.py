"""What of an app's data another version may not find, or not understand."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.data_risks import image_of, risks_of

TEXT = """
services:
  db:
    image: {image}
    volumes: ["{mount}"]
  web:
    image: nginx:1.27
    ports: ["80"]
volumes: {{data: , more: }}
"""


def codes(before: str, after: str) -> list[str]:
    old, new = (plan_compose(text, variables={}) for text in (before, after))
    return [risk.code for risk in risks_of(old, new)]


def text(image: str = "postgres:16.3", mount: str = "data:/var/lib/postgresql/data") -> str:
    return TEXT.format(image=image, mount=mount)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("postgres:16.3", "postgres:16.4", []),
        ("postgres:16.3", "postgres:17.0", ["database_jump"]),
        ("postgres:17", "postgres:16.9", ["database_back"]),
        ("postgres:16-alpine", "postgres:16", ["database_sorting"]),
        ("postgres:15-alpine", "postgres:16-bookworm", ["database_jump", "database_sorting"]),
        ("pgvector/pgvector:pg16", "pgvector/pgvector:pg17", ["database_jump"]),
        ("pgvector/pgvector:0.7.0-pg16", "pgvector/pgvector:0.8.0-pg16", []),
        ("postgis/postgis:16-3.4", "postgis/postgis:17-3.5", ["database_jump"]),
        ("timescale/timescaledb:2.14.2-pg15", "timescale/timescaledb:2.17.0-pg15", []),
        ("postgres:16.3", "pgvector/pgvector:pg16", []),
        ("mysql:8.0", "mysql:8.0.40", []),
        ("mysql:8.0.40", "mysql:8.4.3", ["database_jump"]),
        ("mysql:8.0.40", "mariadb:11.4", ["database_other"]),
        ("mariadb:10.11", "mariadb:11.4", ["database_jump"]),
        ("mongo:6.0", "mongo:7.0.5", ["database_jump"]),
        ("redis:7.2", "redis:8.0", []),
        ("redis:8.0", "redis:7.2", ["database_back"]),
        ("postgres:latest", "postgres:17", []),
        ("docker.io/library/postgres:16", "ghcr.io/someone/postgres:17", ["database_jump"]),
        ("localhost:5000/postgres:16", "localhost:5000/postgres:17", ["database_jump"]),
        ("nginx:1.27", "nginx:1.28", []),
        ("gitea/gitea:1.21", "gitea/gitea:1.22", []),
    ],
)
def test_databases_that_do_not_read_each_others_files(
    before: str, after: str, told: list[str]
) -> None:
    assert codes(text(before), text(after)) == told


def test_database_without_a_volume_has_nothing_to_lose() -> None:
    before = "services: {db: {image: 'postgres:16', ports: ['5432']}}"

    assert codes(before, before.replace("16", "17")) == []


def test_volume_under_another_name_begins_empty() -> None:
    before, after = text(), text(mount="fresh:/var/lib/postgresql/data")
    plans = [plan_compose(t.replace("more: ", "fresh: "), variables={}) for t in (before, after)]

    (risk,) = risks_of(*plans)

    assert (risk.code, risk.service) == ("volume_renamed", "db")
    assert "fresh instead of data" in risk.message
    assert "begins empty" in risk.message


def test_volume_at_another_place_is_told() -> None:
    assert codes(text(), text(mount="data:/data")) == ["volume_moved"]


def test_service_that_goes_leaves_its_volume_behind() -> None:
    before = text()
    after = "services: {web: {image: 'nginx:1.27', ports: ['80']}}"

    assert codes(before, after) == ["volume_dropped"]


def test_volume_that_another_service_takes_over_is_not_dropped() -> None:
    after = text().replace("  db:", "  store:")

    assert codes(text(), after) == []


@pytest.mark.parametrize(
    ("reference", "name", "tag"),
    [
        ("postgres", "postgres", ""),
        ("library/postgres:16", "postgres", "16"),
        ("registry.example.com:5000/a/b:1.2", "a/b", "1.2"),
        ("registry.example.com:5000/a/b", "a/b", ""),
        ("ghcr.io/a/b:1@sha256:0123", "a/b", "1"),
    ],
)
def test_references_are_taken_apart(reference: str, name: str, tag: str) -> None:
    image = image_of(reference)

    assert (image.name, image.last, image.tag) == (name, name.rsplit("/", 1)[-1], tag)
