"""A tenant's container is cut off from what is not its own, whatever happened to the server."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest

from chalicelib.domain.doors import DOOR_PORT
from e2e.deploys import knocking
from e2e.deploys.knocking import BESIDE, METADATA, Intrusion
from e2e.deploys.server import Server
from e2e.deploys.tenant import App, Tenant
from e2e.resilience.parts import until
from infra.local.journey.client import Json

HAPPENED: dict[str, Callable[[Server], None]] = {
    "nothing happened": lambda _: None,
    "Docker was restarted": Server.restart_docker,
    "the server was rebooted": Server.reboot,
}


@pytest.fixture(scope="module")
def intrusion(
    platform: Json, troubled: Server, servers: tuple[Server, Server]
) -> Iterator[Intrusion]:
    """Two tenants on one server; one of them is no friend."""
    tenants = Tenant(platform), Tenant(platform)
    try:
        made = knocking.orders(*tenants, troubled)
        for app in (made.intruder, made.victim):
            app.running()
        yield made
    finally:
        for tenant in tenants:
            tenant.leave(servers)


@pytest.mark.parametrize("happened", list(HAPPENED))
def test_container_reaches_nothing_that_is_not_its_own(
    intrusion: Intrusion, troubled: Server, happened: str
) -> None:
    HAPPENED[happened](troubled)
    until(lambda: troubled.attempt("docker version").returncode == 0, "Docker answers", 60)
    for app in (intrusion.intruder, intrusion.victim):
        until(partial(_answers, app), "the app answers", 60)
    troubled.shell(knocking.STAND_METADATA_UP)
    vault, _ = intrusion.addresses(intrusion.victim, "vault")
    doors = intrusion.inner_doors()
    foreign = [f"{vault} 80", "vault 80", f"{intrusion.victim.container('vault')} 80"]

    published = intrusion.victim.host_port(80)
    foreign += [f"{troubled.address} {port}" for port in (published, DOOR_PORT)]

    found = intrusion.knock(f"{METADATA} 80", *doors, *foreign)

    assert {door for door, state in found.items() if state == "open"} == set()
    assert found.keys() == {f"{METADATA} 80", *doors, *foreign}
    assert any(door.startswith("fe80:") for door in doors)
    # All of that is there, and the container may go out: what shut the doors is the cut-off.
    assert troubled.shell(f"curl -s http://{METADATA}/") == "secrets"
    assert "nginx" in troubled.shell(f"curl -s http://{vault}/")
    assert "nginx" in troubled.shell(f"curl -s http://127.0.0.1:{published}/")
    assert _opens(troubled.address, DOOR_PORT)
    assert not _opens(troubled.address, published)
    assert troubled.shell("curl -s http://127.0.0.1:8000/") == "secrets"
    # From outside nobody comes in but over SSH, and who has a certificate through the door.
    assert _opens(troubled.address, 22)
    assert not _opens(troubled.address, 8000)
    assert intrusion.knock(f"{BESIDE} 80", "intruder 80") == {
        f"{BESIDE} 80": "open",
        "intruder 80": "open",
    }


def _answers(app: App) -> bool:
    try:
        return bool(app.ask().status_code == 200)
    except httpx.HTTPError:
        return False


def _opens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=3):
            return True
    except TimeoutError:
        return False
