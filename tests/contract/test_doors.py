"""The door of a node, on a droplet of the local cloud: who comes in, and where to."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any
from unittest import mock

import docker
import pytest

from chalicelib.adapters.nodes import door as calls
from chalicelib.domain import doors as rules
from chalicelib.domain.clock import text_of
from chalicelib.ports.doors import Card, Door
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.services.deployments import direct_access
from chalicelib.services.doors import authority, doors
from chalicelib.services.doors.authority import Authority
from chalicelib.services.provisions import securing, verifying
from infra.faults.simulated.ports import OpenSeal
from infra.local import engine
from infra.local.engine.debian import BASE
from infra.local.registry.images import FOLDER, IMAGES
from tests.contract.droplet import Droplet, connect, until
from tests.fakes.records import FakeRecords

pytestmark = [pytest.mark.local, pytest.mark.timeout(300)]

NODE = "node_0A1b2c3d4e5f6071"
OWN, OTHER = 30500, 32000
APPS = (
    f"docker run -d --name own -p {OWN}:80 {BASE} busybox httpd -f -p 80 -h /etc;"
    f" docker run -d --name other -p {OTHER}:80 {BASE} busybox httpd -f -p 80 -h /etc"
)


@dataclass
class Rig:
    """What services are given here: a store in memory, and the way to one droplet."""

    store: FakeRecords = field(default_factory=lambda: FakeRecords(wiring.now))

    def records(self) -> FakeRecords:
        return self.store

    def seal(self) -> OpenSeal:
        return OpenSeal()

    def settings(self) -> Any:
        return SimpleNamespace(
            installation="test", registry_mirror="", refused_networks=(), plain_registries=()
        )

    def connect(self) -> Any:
        return connect

    now = staticmethod(wiring.now)
    admits = staticmethod(wiring.admits)


def card_of(by: Authority, rig: Rig) -> Card:
    made = authority.for_caller(rig, by, "proxy", 90)  # type: ignore[arg-type]
    return Card(by.pem, made.chain, made.key)


@dataclass
class Guarded:
    """A droplet with a firewall and a door, and two apps."""

    server: Droplet
    rig: Rig
    card: Card

    def asks(self, port: int, *, card: Card | None = None, name: str = "") -> int | None:
        """Ask an app through the door; its status, or None where nobody answers."""
        door = Door(name or rules.name_for(port, NODE), card or self.card)
        connection = http.client.HTTPConnection(self.server.login.host, rules.DOOR_PORT, timeout=3)
        try:
            connection.sock = calls.connection_through(self.server.login.host, door)
            connection.request("GET", "/hostname")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def is_open(self, port: int) -> bool:
        try:
            with socket.create_connection((self.server.login.host, port), timeout=1):
                return True
        except OSError:
            return False

    def open_ports(self) -> list[int]:
        return [port for port in (22, 80, 9443, OWN, OTHER) if self.is_open(port)]

    def turn(self, *, on: bool) -> None:
        """Turn the switch of the first app."""
        ports = [{"host_port": OWN, "protocol": "tcp"}]
        app = Record("app-1", "deployments", "user-a", "running", "", "")
        app.attributes.update(direct_access=on, ports=ports)
        with connect(self.server.login) as node:
            direct_access.open_ports(node, app)

    def hand_over(self, name: str) -> str:
        return self.server.shell(f"cat {rules.FOLDER}/{name}")


def provision() -> Record:
    record = Record(
        NODE.replace("node_", "prov_"), "cloud_provisions", "user-a", "configuring", "", ""
    )
    record.attributes["public_ip"] = ""
    return record


def load_image(server: Droplet) -> None:
    """Put the door's image into the droplet as a pull would."""
    [wanted] = [one for one in IMAGES if one.folder == "haproxy"]
    client = engine.connect()
    engine.ensure_image(client, FOLDER / wanted.folder, wanted.name)
    image = client.images.get(wanted.name)
    image.tag("haproxy", "2.6")
    sent = client.images.get(rules.IMAGE).save(named=rules.IMAGE)
    container = docker.from_env().containers.get(f"hoster-droplet-{server.id}")
    run = client.api.exec_create(container.id, ["docker", "load"], stdin=True)
    stream = client.api.exec_start(run["Id"], socket=True)
    for chunk in sent:
        stream._sock.sendall(chunk)
    stream._sock.shutdown(1)
    assert b"Loaded" in stream.read()
    with suppress(docker.errors.ImageNotFound):  # whoever else runs these tests took it away
        client.images.remove(rules.IMAGE)


@pytest.fixture(scope="module")
def guarded(shut_server: Droplet) -> Iterator[Guarded]:
    rig, server = Rig(), shut_server
    load_image(server)
    with (
        mock.patch.object(securing, "login", return_value=server.login),
        mock.patch.object(verifying, "login", return_value=server.login),
        mock.patch.object(doors, "login", return_value=server.login),
        mock.patch.object(doors, "changed"),
    ):
        securing.secure(rig, provision())  # type: ignore[arg-type]
        server.shell(APPS)
        try:
            until(lambda: doors.open_door_of_server(rig, provision(), anew=True) == "")  # type: ignore[arg-type]
            by = authority.authority(rig)  # type: ignore[arg-type]
            made = Guarded(server, rig, card_of(by, rig))
            until(lambda: made.asks(OWN) == 200)
            yield made
        finally:
            server.shell("docker rm -f own other hoster-door; rm -rf /var/lib/hoster")


def test_app_is_reached_through_the_door_with_a_certificate_alone(guarded: Guarded) -> None:
    stranger = authority.authority(Rig())  # type: ignore[arg-type]
    foreign = replace(card_of(stranger, guarded.rig), authority=guarded.card.authority)

    assert guarded.asks(OWN) == 200
    assert guarded.asks(OTHER) == 200
    assert guarded.asks(OWN, card=Card(guarded.card.authority)) is None
    assert guarded.asks(OWN, card=foreign) is None


def test_certificate_of_a_door_opens_no_door(guarded: Guarded) -> None:
    pem = guarded.hand_over("door.pem")
    chain, key = pem.split("-----BEGIN PRIVATE")
    stolen = Card(guarded.card.authority, chain, f"-----BEGIN PRIVATE{key}")

    assert guarded.asks(OWN, card=stolen) is None


def test_door_shows_its_own_node_and_leads_to_ports_of_apps_alone(guarded: Guarded) -> None:
    by = authority.authority(guarded.rig)  # type: ignore[arg-type]
    elsewhere = rules.name_for(OWN, "node_ffffffffffffffff")

    # Whoever asks for another node is told by the certificate that it is not there.
    with pytest.raises(ssl.SSLCertVerificationError):
        calls.connection_through(guarded.server.login.host, Door(elsewhere, guarded.card))
    assert guarded.asks(22) is None
    assert guarded.asks(9443) is None
    assert guarded.asks(40000) is None
    assert guarded.asks(OWN, name=rules.name_of(NODE)) is None
    assert doors.door_faults(guarded.rig, guarded.server.login.host, NODE) == []  # type: ignore[arg-type]
    assert by.record.id == rules.AUTHORITY


def test_ports_of_apps_are_opened_and_closed_by_a_switch_and_after_a_reboot(
    guarded: Guarded,
) -> None:
    container = docker.from_env().containers.get(f"hoster-droplet-{guarded.server.id}")

    def reboot() -> None:
        container.kill()
        container.start()
        until(lambda: guarded.server.shell("docker info >/dev/null 2>&1 && echo yes || true"))
        guarded.server.shell("docker start own other")
        until(lambda: guarded.asks(OWN) == 200, seconds=60)

    assert guarded.open_ports() == [22, 9443]
    guarded.turn(on=True)
    assert guarded.open_ports() == [22, 9443, OWN]
    reboot()
    assert guarded.open_ports() == [22, 9443, OWN]
    guarded.turn(on=False)
    assert guarded.open_ports() == [22, 9443]
    reboot()
    assert guarded.open_ports() == [22, 9443]


def test_container_reaches_others_through_the_server_only_where_everybody_does(
    guarded: Guarded,
) -> None:
    own = "docker network inspect bridge -f '{{(index .IPAM.Config 0).Gateway}}'"
    gateway = guarded.server.shell(own)

    def reaches(address: str, port: int) -> bool:
        knock = f"busybox nc -w 1 {address} {port} </dev/null"
        return guarded.server.shell(f"docker exec other {knock} && echo yes || true") == "yes"

    for address in (gateway, guarded.server.login.host):
        assert not reaches(address, OWN)
        assert not reaches(address, OTHER)
        assert not reaches(address, rules.DOOR_PORT)
    guarded.turn(on=True)
    assert reaches(guarded.server.login.host, OWN)
    guarded.turn(on=False)


def test_certificate_is_replaced_in_flight_and_the_key_is_nobody_elses(guarded: Guarded) -> None:
    before = guarded.hand_over("door.pem")
    started = guarded.server.shell("docker inspect -f '{{.State.StartedAt}}' hoster-door")
    later = text_of(
        rules.clock.moment_of(wiring.now()) + rules.timedelta(days=rules.NODE_DAYS - 59)
    )

    doors.open_door_of_server(guarded.rig, provision(), anew=True)  # type: ignore[arg-type]
    assert guarded.hand_over("door.pem") == before
    with mock.patch.object(Rig, "now", staticmethod(lambda: later)):
        doors.open_door_of_server(guarded.rig, provision(), anew=True)  # type: ignore[arg-type]

    assert guarded.hand_over("door.pem") != before
    assert guarded.server.shell("docker inspect -f '{{.State.StartedAt}}' hoster-door") == started
    assert guarded.server.shell(f"stat -c '%a %u' {rules.FOLDER}/door.pem") == "600 99"
    assert guarded.server.shell(f"stat -c '%a %u' {rules.FOLDER}") == "700 99"
    told = guarded.server.shell("docker inspect hoster-door; docker logs hoster-door 2>&1")
    assert "PRIVATE" not in told
