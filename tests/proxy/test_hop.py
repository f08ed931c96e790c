"""The hop to a node's door: TLS both ways, to the very node that was meant."""

from __future__ import annotations

import random
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from chalicelib.domain import doors
from infra.proxy.config import haproxy
from infra.proxy.settings import Files
from tests.ports import free_port
from tests.proxy.apps import App, app
from tests.proxy.authority import Authority
from tests.proxy.front import Front, deployment_of, front
from tests.proxy.rig import until

NODE = "node_00AA"
OURS, FOREIGN = "127.0.0.1", "127.0.0.2"


@contextmanager
def app_on_a_node(name: str) -> Iterator[App]:
    """An app on a port as nodes give to apps."""
    with ExitStack() as running:
        for port in random.sample(range(30_000, 40_000), 50):
            with suppress(OSError):
                found = running.enter_context(app(name, port))
                break
        else:
            raise AssertionError("no port is free")
        yield found


@contextmanager
def door(folder: Path, address: str, port: int, authority: Authority) -> Iterator[None]:
    """A node's door as the product runs it, with a node's certificate."""
    folder.mkdir()
    text = doors.config(NODE).replace("/door/", f"{folder}/")
    # A node allows more open files than who runs tests.
    text = re.sub(r"maxconn \d+", "maxconn 1000", text)
    assert f"bind :{doors.DOOR_PORT} " in text
    (folder / "door.cfg").write_text(
        text.replace(f"bind :{doors.DOOR_PORT} ", f"bind {address}:{port} ")
    )
    (folder / "door.pem").write_text(authority.pair(doors.names_of(NODE)))
    (folder / "authority.pem").write_text(authority.certificate)
    process = subprocess.Popen([haproxy(), "-db", "-f", str(folder / "door.cfg")])
    try:
        until(lambda: listens(address, port))
        yield
    finally:
        process.kill()
        process.wait()


def listens(address: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False


@dataclass
class Hop:
    """A front, a door of our authority, and one of another at another address."""

    fore: Front
    folder: Path
    port: int
    ours: Authority

    def lead(self, port: int, *, address: str = OURS, node: str = "node-00aa") -> str:
        host = self.fore.app(port)
        self.fore.lead(host, f"running/{address}/{port}/{deployment_of(host)}/t/{node}")
        return host


@pytest.fixture(scope="module")
def hop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hop]:
    folder, port, ours = tmp_path_factory.mktemp("hop"), free_port(), Authority()
    place(Files(folder / "state"), ours.certificate, ours.pair("proxy.hoster"))
    with (
        front(folder / "state", door_port=port) as fore,
        door(folder / "ours", OURS, port, ours),
        door(folder / "foreign", FOREIGN, port, Authority("another")),
    ):
        yield Hop(fore, folder, port, ours)


def place(files: Files, authority: str, client: str) -> None:
    """Put certificates where the agent puts them."""
    files.door_client.parent.mkdir(parents=True, exist_ok=True)
    files.door_authority.write_text(authority)
    files.door_client.write_text(client)


@pytest.fixture
def on_node() -> Iterator[App]:
    with app_on_a_node("on the node") as running:
        yield running


def test_an_app_is_reached_through_its_nodes_door(hop: Hop, on_node: App) -> None:
    host = hop.lead(on_node.port)

    answer = hop.fore.get(host)

    assert answer.json()["app"] == "on the node"
    headers = dict(answer.json()["headers"])
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["host"] == host
    assert hop.fore.counted(host, lambda traffic: traffic.requests == 1).classes[1] == 1


def test_two_apps_behind_one_door_are_never_mistaken(hop: Hop, on_node: App) -> None:
    with app_on_a_node("the other") as other:
        hosts = {"on the node": hop.lead(on_node.port), "the other": hop.lead(other.port)}

        for name in ["on the node", "the other"] * 10:
            assert hop.fore.get(hosts[name]).json()["app"] == name


@pytest.mark.parametrize(
    "wrong", [{"address": FOREIGN}, {"node": "node-00ab"}, {"node": "aa"}, {"node": "-"}]
)
def test_a_door_of_another_authority_or_node_is_502(
    hop: Hop, on_node: App, wrong: dict[str, str]
) -> None:
    # A connection to the right one is open by now, and must not be taken for this.
    assert hop.fore.get(hop.lead(on_node.port)).status_code == 200

    answer = hop.fore.get(hop.lead(on_node.port, **wrong))

    assert answer.status_code == 502
    assert "The app cannot be reached" in answer.text


def test_a_door_where_the_app_is_gone_is_502(hop: Hop) -> None:
    with app_on_a_node("gone") as gone:
        port = gone.port

    assert hop.fore.get(hop.lead(port)).status_code == 502


@pytest.mark.parametrize("knows_authority", [False, True])
def test_a_proxy_without_the_clients_certificate_is_not_let_in(
    hop: Hop, on_node: App, tmp_path: Path, knows_authority: bool
) -> None:
    state = tmp_path / "s"
    with front(state, door_port=hop.port) as makeshift:
        if knows_authority:
            makeshift.stop()
            place(
                makeshift.settings.files,
                hop.ours.certificate,
                Authority("mine").pair("proxy.hoster"),
            )
            makeshift.start()
        entry = hop.fore.routes[hop.lead(on_node.port)]
        makeshift.lead("a.test", entry)

        assert makeshift.get("a.test").status_code == 502


def test_a_stream_passes_the_door(hop: Hop, on_node: App) -> None:
    host = hop.lead(on_node.port)
    with socket.create_connection(("127.0.0.1", hop.fore.settings.port), 5) as client:
        client.sendall(f"GET /events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        said = b""
        while b"data: first\n\n" not in said:
            said += client.recv(1000)
        on_node.go_on.set()
        while b"data: second\n\n" not in said:
            said += client.recv(1000)
