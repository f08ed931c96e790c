"""Apps that come up: started beside each other, and looked at from outside and inside."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import httpx
import pytest

from e2e.deploys import texts
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.resilience.parts import until
from infra.local.journey.client import Json


@pytest.fixture(scope="module")
def apps(
    platform: Json, server: Server, servers: tuple[Server, Server]
) -> Iterator[dict[str, App]]:
    """All of them by name, ordered at once, each by somebody else."""
    tenants = {name: Tenant(platform) for name in ("rows", "blog", "ports", "order", "one")}
    try:
        yield {
            "rows": texts.rows(tenants["rows"], server),
            "blog": texts.blog(tenants["blog"], server),
            "order": texts.order(tenants["order"], server),
            "ports": texts.ports(tenants["ports"], server),
            "one": texts.one(tenants["one"], server),
        }
    finally:
        for tenant in tenants.values():
            tenant.leave(servers)


def test_one_service_answers_through_the_proxy_and_directly_only_while_its_switch_is_on(
    apps: dict[str, App], server: Server
) -> None:
    app = apps["one"]
    running = app.running()
    at = (server.address, running["proxy_port"])

    assert "Hostname: " in app.ask().text
    assert running["direct_url"] is None
    assert not _opens(*at)
    app.turn(direct_access=True)
    until(lambda: app.attributes["direct_url"], "the watch opened its port", 400)
    direct = app.attributes["direct_url"]
    assert "Hostname: " in httpx.get(direct, trust_env=False).text
    app.turn(direct_access=False)
    app.act("restart")
    app.running()
    assert app.attributes["direct_url"] is None
    assert not _opens(*at)
    assert "Hostname: " in app.ask().text
    assert server.shell("ls /var/lib/hoster/direct").split() == [apps["ports"].id]


def _opens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except TimeoutError:
        return False


def test_web_finds_its_database_by_name_with_a_secret_that_was_made_for_it(
    apps: dict[str, App], server: Server
) -> None:
    app = apps["rows"]
    record = app.running()

    assert app.ask("/cgi-bin/rows").text == "first,second\n"
    secret = app.inside(server, "db", "printenv", "POSTGRES_PASSWORD")
    assert len(secret) >= 16
    assert app.inside(server, "web", "printenv", "PGPASSWORD") == secret
    assert record["variables"] == {"DB_PASSWORD": None}
    assert secret not in str(app.tenant.account.get("deployments", app.id))


def test_wordpress_asks_for_its_first_user_once_it_has_its_database(apps: dict[str, App]) -> None:
    apps["blog"].running()

    page = apps["blog"].ask("/wp-admin/install.php")

    assert page.status_code == 200
    assert "WordPress &rsaquo; Installation" in page.text
    assert 'id="setup"' in page.text


def test_config_file_is_in_the_container_with_its_content_and_mode(
    apps: dict[str, App], server: Server
) -> None:
    app = apps["ports"]
    app.running()

    assert app.inside(server, "web", "stat", "-c", "%a %U", texts.SETTINGS) == "640 root"
    assert app.inside(server, "web", "cat", texts.SETTINGS) == texts.SETTINGS_CONTENT.strip()


def test_every_published_port_has_a_host_port_of_its_own(
    apps: dict[str, App], server: Server
) -> None:
    app = apps["ports"]
    app.running()
    at = {inner: app.host_port(*inner) for inner in ((80, "tcp"), (8080, "tcp"), (53, "udp"))}

    assert len({*at.values()}) == 3
    for inner in ((80, "tcp"), (8080, "tcp")):
        url = f"http://{server.address}:{at[inner]}/"
        assert httpx.get(url, trust_env=False).text == f"port {inner[0]}\n"
    assert _udp(server.address, at[53, "udp"], b"hello") == b"echo hello"
    assert app.ask().text == "port 80\n"


def _udp(host: str, port: int, said: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(30)
        client.sendto(said, (host, port))
        return client.recv(512)


def test_service_starts_only_when_what_it_waits_for_is_healthy(
    apps: dict[str, App], server: Server
) -> None:
    app = apps["order"]
    app.running()
    asked = "date +%s.%N -d $(docker inspect -f '{{.State.StartedAt}}' "
    started = {
        one: float(server.shell(f"{asked}{app.container(one)})")) for one in ("next", "last")
    }
    ready, healthy = (
        float(app.inside(server, "slow", "stat", "-c", "%.9Y", path))
        for path in ("/ready", "/healthy")
    )

    assert ready < healthy < started["next"] < started["last"]
