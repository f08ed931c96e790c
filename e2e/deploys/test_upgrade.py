"""PostgreSQL upgraded and rolled back while somebody writes: what was acknowledged is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.deploys import images
from e2e.deploys.holders import Holders, watched
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.deploys.texts import PASSWORD
from e2e.resilience.parts import until
from infra.local.journey.client import Json

IS_READY = "pg_isready, -h, 127.0.0.1, -U, app"
PATIENT, IMPATIENT = 120, 6
"""Tries of the health check: a first start takes its time, and a broken release is broken."""

TEXT = """\
services:
  db:
    image: {image}
    environment: {{POSTGRES_USER: app, POSTGRES_PASSWORD: "${{DB_PASSWORD}}"}}
    volumes: ["data:/var/lib/postgresql/data"]
    healthcheck:
      test: [CMD, {check}]
      interval: 500ms
      retries: {retries}
  writer:
    image: postgres:16-alpine
    entrypoint: [sh, /app/write]
    environment: {{PGHOST: db, PGUSER: app, PGPASSWORD: "${{DB_PASSWORD}}", PGCONNECT_TIMEOUT: "2"}}
    stop_grace_period: 1s
    depends_on: {{db: {{condition: service_healthy}}}}
volumes: {{data: }}
"""
FILES = {
    "/docker-entrypoint-initdb.d/rows.sql": (
        "0644",
        "create table rows (id bigserial primary key, at timestamptz default now());\n",
    ),
    "/app/write": (
        "0644",
        "while true; do\n"
        "  id=$(psql -qtAc 'insert into rows default values returning id' 2>/dev/null) &&\n"
        "    echo $id >>/run/acknowledged\n"
        "done\n",
    ),
}


class Database:
    """The app, its server, and who has held its data."""

    def __init__(self, app: App, server: Server, holders: Holders) -> None:
        self.app = app
        self.server = server
        self.holders = holders
        self.volume = f"hoster_{app.id}_data"

    def acknowledged(self) -> set[str]:
        """The rows of which the writer was told that they are kept."""
        return {*self.app.inside(self.server, "writer", "cat", "/run/acknowledged").split()}

    def rows(self) -> set[str]:
        """The rows that are in the database."""
        ask = ("psql", "-U", "app", "-tAc", "select id from rows")
        return {*self.app.inside(self.server, "db", *ask).split()}

    def has_more_than(self, count: int) -> bool:
        """Whether the writer has more rows by now."""
        return len(self.acknowledged()) > count

    def release(self) -> str:
        """What the database's container is made of."""
        ask = "docker inspect -f '{{.Config.Image}}' "
        return self.server.shell(ask + self.app.container("db"))

    def redeployed(
        self, image: str, *, check: str = IS_READY, retries: int = PATIENT, more: str = ""
    ) -> Json:
        """Have a version with this image while the writer writes; return the record after it.

        `more` is a further service.
        """
        until(self.acknowledged, "rows are written")
        text = TEXT.format(image=image, check=check, retries=retries)
        self.app.redeploy(text.replace("volumes: {data", f"{more}volumes: {{data"))
        return self.app.ended()

    def keeps_all(self) -> None:
        """See that every acknowledged row is there, and that more come."""
        acknowledged = self.acknowledged()
        assert acknowledged <= self.rows()
        until(lambda: len(self.acknowledged()) > len(acknowledged), "more rows are written")
        assert self.acknowledged() <= self.rows()


@pytest.fixture(scope="module")
def database(platform: Json, server: Server, servers: tuple[Server, Server]) -> Iterator[Database]:
    """A database of the first release, and a writer that never stops."""
    images.ensure(platform)
    tenant = Tenant(platform)
    with watched(server) as holders:
        try:
            template = tenant.published(
                TEXT.format(image=images.FIRST, check=IS_READY, retries=PATIENT),
                variables=[PASSWORD],
                files=FILES,
            )
            app = tenant.app(template, server)
            app.running()
            yield Database(app, server, holders)
        finally:
            tenant.leave(servers)


def test_upgrade_under_writes_loses_no_row(database: Database) -> None:
    before = database.holders.of(database.volume)

    record = database.redeployed(images.NEXT)

    assert (record["status"], record["error_message"]) == ("running", None)
    assert database.release() == images.NEXT
    database.keeps_all()
    assert database.holders.of(database.volume) > before
    assert database.holders.most_at_once(database.volume) == 1


def test_upgrade_that_spoils_the_data_is_rolled_back_and_loses_no_row(
    database: Database,
) -> None:
    before, release = database.holders.of(database.volume), database.release()

    record = database.redeployed(images.BROKEN, retries=IMPATIENT)

    assert (record["status"], record["error_code"]) == ("running", "unhealthy")
    assert "spoiling the data" in record["error_message"]
    assert database.release() == release
    database.keeps_all()
    assert len(database.holders.of(database.volume) - before) == 2, "the new one, the old again"
    assert database.holders.most_at_once(database.volume) == 1


def test_upgrade_beside_a_service_that_fails_is_rolled_back_and_loses_no_row(
    database: Database,
) -> None:
    release = database.release()
    job = "  job: {image: 'postgres:16-alpine', entrypoint: [sh, -c, 'echo no way; exit 3']}\n"

    record = database.redeployed(images.FIRST, more=job)

    assert (record["status"], record["error_code"]) == ("running", "container_exited")
    assert "no way" in record["error_message"]
    assert database.release() == release
    database.keeps_all()
    assert database.holders.most_at_once(database.volume) == 1


def test_release_that_takes_writes_and_is_never_healthy_is_rolled_back_and_loses_no_row(
    database: Database,
) -> None:
    record = database.redeployed(images.NEXT, check='"false"', retries=IMPATIENT)

    assert (record["status"], record["error_code"]) == ("running", "unhealthy")
    database.keeps_all()
    assert database.holders.most_at_once(database.volume) == 1
