"""Tells where another version of an app could lose its data: volumes that go, databases that jump.

A guess from names and versions of images, told before anything is done; it holds nothing up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from chalicelib.domain.plan import Plan, Service

RiskCode = Literal[
    "volume_renamed", "volume_moved", "volume_dropped", "database_jump", "database_back",
    "database_other", "database_sorting",
]  # fmt: skip


@dataclass(frozen=True)
class Risk:
    """What may happen to data of a service, and what to do before."""

    code: RiskCode
    service: str
    message: str


@dataclass(frozen=True)
class Database:
    """How releases of a database server count, and how one gets from one to the next."""

    product: str
    parts: int
    """How many numbers of a version stand for one format of its files."""
    advice: str
    is_strict: bool = True
    """Whether a newer format refuses the files of an older one until something is done."""


_DUMP = "Dump the data with the old version and load it into the new one."
_POSTGRES = Database("PostgreSQL", 1, f"{_DUMP} The new one does not start on the old files.")
_MYSQL = Database("MySQL", 2, "Take a copy first: it converts its files, and there is no way back.")
_MARIADB = Database(
    "MariaDB", 1, "Take a copy first, and let it convert its files (MARIADB_AUTO_UPGRADE=1)."
)
_MONGO = Database("MongoDB", 1, "Go through each release between the two, one after the other.")
_INFLUX = Database("InfluxDB", 1, _DUMP)
_ELASTIC = Database("Elasticsearch", 1, "Take a snapshot first, and skip no major release.")
_OPENSEARCH = Database("OpenSearch", 1, "Take a snapshot first, and skip no major release.")
_NEO4J = Database("Neo4j", 1, _DUMP)
_COUCH = Database("CouchDB", 1, "Take a copy first: it converts its files.")
_CLICKHOUSE = Database("ClickHouse", 1, "Take a copy first.", is_strict=False)
_REDIS = Database("Redis", 1, "Take a copy first.", is_strict=False)
_VALKEY = Database("Valkey", 1, "Take a copy first.", is_strict=False)

DATABASES = {
    **dict.fromkeys(("postgres", "postgresql", "postgis", "pgvector", "timescaledb"), _POSTGRES),
    **dict.fromkeys(("mysql", "mysql-server", "percona"), _MYSQL),
    **dict.fromkeys(("mongo", "mongodb", "mongodb-community-server"), _MONGO),
    **dict.fromkeys(("redis", "redis-stack", "redis-stack-server"), _REDIS),
    **dict.fromkeys(("clickhouse", "clickhouse-server"), _CLICKHOUSE),
    "mariadb": _MARIADB,
    "influxdb": _INFLUX,
    "elasticsearch": _ELASTIC,
    "opensearch": _OPENSEARCH,
    "neo4j": _NEO4J,
    "couchdb": _COUCH,
    "valkey": _VALKEY,
}
"""Databases by the last part of an image's name."""

_OF_POSTGRES = re.compile(r"(?:^|[-_])(?:pg|postgres)[-_]?([0-9]+)")
"""Where images of PostgreSQL's extensions tell its release beside their own."""
_NUMBERS = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)")


@dataclass(frozen=True)
class Image:
    """An image's name without registry, its last part, and its tag (empty when it has none)."""

    name: str
    last: str
    tag: str


def image_of(reference: str) -> Image:
    """Take a reference apart; a digest says nothing of a version and is left out."""
    name, _, _digest = reference.partition("@")
    head, colon, tag = name.rpartition(":")
    if not colon or "/" in tag:
        head, tag = name, ""
    first, slash, rest = head.partition("/")
    named = rest if slash and ("." in first or ":" in first) else head
    return Image(named.removeprefix("library/"), named.rsplit("/", 1)[-1], tag)


def risks_of(before: Plan, after: Plan) -> tuple[Risk, ...]:
    """Tell what of an app's data another version may not find, or not understand."""
    old = {service.name: service for service in before.services}
    new = {service.name: service for service in after.services}
    both = [(old[name], new[name]) for name in old if name in new]
    return (*_volumes(old, new, after), *(risk for pair in both for risk in _database(*pair)))


def _volumes(old: dict[str, Service], new: dict[str, Service], after: Plan) -> Iterator[Risk]:
    for name, service in old.items():
        for volume, target in _mounts(service).items():
            now = _mounts(new[name]) if name in new else {}
            if volume in now and now[volume] == target:
                continue
            if volume in now:
                detail = f"{volume} is mounted at {now[volume]} and no longer at {target}."
                yield Risk("volume_moved", name, f"{detail} The app looks elsewhere for its data.")
            elif (other := next((v for v, at in now.items() if at == target), None)) is not None:
                detail = f"At {target} {name} finds {other} instead of {volume}."
                yield Risk("volume_renamed", name, f"{detail} {_whether_new(other, old)}")
            elif volume not in after.volumes:
                yield Risk("volume_dropped", name, f"Nothing uses {volume} any longer. {_STAYS}")


_STAYS = "What it holds stays on the server until the app is deleted, and no version sees it."


def _whether_new(volume: str, old: dict[str, Service]) -> str:
    was = any(volume in _mounts(service) for service in old.values())
    return (
        "It holds other data." if was else "It begins empty: the app seems to have lost its data."
    )


def _mounts(service: Service) -> dict[str, str]:
    """Where a service has each of its named volumes."""
    return {one.source: one.target for one in service.mounts if one.kind == "volume" and one.source}


def _database(before: Service, after: Service) -> Iterator[Risk]:
    old, new = image_of(before.image), image_of(after.image)
    was, becomes = DATABASES.get(old.last), DATABASES.get(new.last)
    if was is None or not _mounts(before):
        return
    if becomes is None or becomes.product != was.product:
        detail = f"{before.image} becomes {after.image}, which does not read {was.product}'s files."
        yield Risk("database_other", after.name, f"{detail} {_DUMP}")
        return
    yield from _jump(after.name, was, _release(was, old), _release(was, new))
    if was is _POSTGRES and ("alpine" in old.tag) != ("alpine" in new.tag):
        detail = f"{old.tag or 'latest'} and {new.tag or 'latest'} sort texts differently."
        advice = "Indexes over texts may be wrong afterwards: run REINDEX DATABASE."
        yield Risk("database_sorting", after.name, f"{detail} {advice}")


def _jump(
    service: str, database: Database, old: tuple[int, ...], new: tuple[int, ...]
) -> Iterator[Risk]:
    known = min(len(old), len(new), database.parts)
    was, becomes = old[:known], new[:known]
    if not known or was == becomes:
        return
    words = " to ".join(".".join(map(str, release)) for release in (was, becomes))
    if becomes < was:
        detail = (
            f"{database.product} goes back: {words}. It does not read files of a newer release."
        )
        yield Risk("database_back", service, f"{detail} {_DUMP}")
    elif database.is_strict:
        yield Risk(
            "database_jump", service, f"{database.product} goes from {words}. {database.advice}"
        )


def _release(database: Database, image: Image) -> tuple[int, ...]:
    """The release that a tag names; empty when it names none, as `latest` does."""
    told = _OF_POSTGRES.search(image.tag) if database is _POSTGRES else None
    found = told or _NUMBERS.match(image.tag)
    if found is None or (database is _POSTGRES and told is None and image.last in _EXTENSIONS):
        return _first_of_postgis(image) if image.last == "postgis" else ()
    return tuple(int(number) for number in found[1].split("."))


_EXTENSIONS = frozenset(("pgvector", "timescaledb", "postgis"))


def _first_of_postgis(image: Image) -> tuple[int, ...]:
    """PostGIS' tags begin with PostgreSQL's release: `16-3.4`."""
    found = re.match(r"([0-9]+)-", image.tag)
    return (int(found[1]),) if found else ()
