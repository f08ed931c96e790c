"""Templates that come with Hoster, on a droplet: their own texts unchanged, healthy and reached."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from e2e.deploys import images
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from infra.local.journey.client import Json
from infra.seed.folder import FOLDER, read

WORDPRESS = "wordpress"
DATABASES = ("postgresql-database", "redis-cache")
OTHERS = (*DATABASES, "nginx-web-server", "nodejs-application")


def seeded(tenant: Tenant, server: Server, slug: str, *, direct_access: bool = False) -> App:
    """Deploy a seed with what it makes and knows by itself; only its name is another one."""
    given = {**read(FOLDER / slug).attributes, "name": f"Seed {secrets.token_hex(5)}"}
    template = str(tenant.account.create("templates", given)["id"])
    tenant.templates.append(template)
    return tenant.app(template, server, direct_access=direct_access)


@pytest.fixture(scope="module")
def seeds(platform: Json, servers: tuple[Server, Server]) -> Iterator[dict[str, App]]:
    """Five of them by slug, ordered at once, each by somebody else: WordPress on a server alone."""
    images.ensure_node(platform)
    tenants = {slug: Tenant(platform) for slug in (*OTHERS, WORDPRESS)}
    try:
        yield {
            slug: seeded(tenant, servers[slug != WORDPRESS], slug, direct_access=slug in DATABASES)
            for slug, tenant in tenants.items()
        }
    finally:
        for tenant in tenants.values():
            tenant.leave(servers)


@pytest.fixture(scope="module")
def other(servers: tuple[Server, Server]) -> Server:
    """The server that all but WordPress are on."""
    return servers[1]


def healths(app: App, server: Server) -> dict[str, str]:
    """What Docker says of each container's health, by service."""
    asked = "docker inspect -f '{{.State.Health.Status}}' "
    services = (one["service_name"] for one in app.attributes["containers"])
    return {one: server.shell(f"{asked}{app.container(one)}") for one in services}


@contextmanager
def conversation(server: Server, app: App, port: int) -> Iterator[socket.socket]:
    """A connection to a published port, from outside the server."""
    at = (server.address, app.host_port(port))
    with socket.create_connection(at, timeout=60) as connection:
        yield connection


def test_wordpress_is_healthy_and_knows_its_address(seeds: dict[str, App], server: Server) -> None:
    app = seeds[WORDPRESS]
    record = app.running()

    page = app.ask("/wp-admin/install.php")
    assert (page.status_code, "WordPress &rsaquo; Installation" in page.text) == (200, True)
    assert healths(app, server) == {"db": "healthy", "wordpress": "healthy"}
    assert app.inside(server, "wordpress", "printenv", "SITE_URL") == record["url"]
    assert record["variables"] == {"DB_PASSWORD": None}


def test_nginx_serves_its_volume(seeds: dict[str, App], other: Server) -> None:
    app = seeds["nginx-web-server"]
    app.running()

    app.inside(other, "nginx", "sh", "-c", "echo mine >/usr/share/nginx/html/index.html")
    assert app.ask().text == "mine\n"
    app.act("restart")
    app.running()
    assert app.ask().text == "mine\n"
    assert healths(app, other) == {"nginx": "healthy"}


def test_nodejs_says_what_it_waits_for(seeds: dict[str, App], other: Server) -> None:
    app = seeds["nodejs-application"]
    record = app.running()

    assert "Set APP_ARCHIVE_URL" in app.ask().text
    assert app.inside(other, "nodejs", "printenv", "APP_URL") == record["url"]
    assert healths(app, other) == {"nodejs": "healthy"}


def test_postgresql_answers_at_its_port_and_takes_its_password_alone(
    seeds: dict[str, App], other: Server
) -> None:
    app = seeds["postgresql-database"]
    record = app.running()

    assert (record["domains"], record["url"], record["direct_url"]) == ([], None, None)
    asks_for_tls = (8).to_bytes(4, "big") + (80_877_103).to_bytes(4, "big")
    with conversation(other, app, 5432) as connection:
        connection.sendall(asks_for_tls)
        assert connection.recv(1) == b"N"  # the protocol's word for: not here, go on without
    ask = 'psql -tA "postgresql://$POSTGRES_USER:{}@127.0.0.1/$POSTGRES_DB" -c "select 42" 2>&1'
    right, wrong = ask.format("$POSTGRES_PASSWORD"), ask.format("wrong")
    network = "$(hostname -i)"
    assert app.inside(other, "postgres", "sh", "-c", right) == "42"
    refused = app.inside(
        other, "postgres", "sh", "-c", f"{wrong.replace('127.0.0.1', network)} || true"
    )
    assert "password authentication failed" in refused
    assert healths(app, other) == {"postgres": "healthy"}


def test_redis_answers_at_its_port_to_who_has_its_password(
    seeds: dict[str, App], other: Server
) -> None:
    app = seeds["redis-cache"]
    app.running()
    password = app.inside(other, "redis", "printenv", "REDIS_PASSWORD")

    assert len(password) == 32
    with conversation(other, app, 6379) as connection, connection.makefile("rb") as said:
        connection.sendall(b"PING\r\n")
        assert said.readline().startswith(b"-NOAUTH")
        connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
        assert [said.readline(), said.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    assert healths(app, other) == {"redis": "healthy"}
