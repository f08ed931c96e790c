"""What the platform needs from its machine, and the sentence when it is not there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.platform import layout
from infra.local.platform.layout import Ports, choose_ports
from infra.local.platform.processes import Family
from infra.local.platform.progress import Progress
from infra.local.platform.up import Platform, require_tools
from tests.ports import free_port

TOOLS = ("docker", "haproxy", "docker-registry", "debootstrap", "knotd", "pebble")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The only folder in which commands are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def put(folder: Path, *tools: str) -> None:
    for tool in tools:
        (folder / tool).write_text("#!/bin/sh\n")
        (folder / tool).chmod(0o755)


def test_gateway_proxy_and_names_have_ports_of_their_own() -> None:
    ports = Ports(aws=1, cloud=2, console=3)

    assert (ports.gateway, ports.proxy, ports.proxy_tls, ports.dns) == (8082, 9091, 9443, 53)


@pytest.mark.parametrize(
    ("name", "owner"),
    [("gateway", "the gateway"), ("proxy", "the app proxy"), ("proxy_tls", "the app proxy")],
)
def test_taken_port_is_named_and_nothing_is_started(
    state: Path, taken: int, name: str, owner: str
) -> None:
    fixed = {other: free_port() for other in ("gateway", "proxy", "proxy_tls")} | {name: taken}
    progress, family = Progress(), Family(print)
    platform = Platform(progress, family, Ports(aws=1, cloud=2, console=3, **fixed))

    with pytest.raises(RuntimeError, match=rf"^Port {taken} is taken; {owner} needs it\. Stop "):
        platform.bring_up()

    assert (family.children, progress.stages) == ([], [])
    assert not layout.SECRETS_FILE.exists()


@pytest.mark.parametrize(
    ("port", "name"),
    [(4566, "aws"), (8085, "cloud"), (8083, "console"), (8086, "stripe"), (14000, "acme")],
)
def test_usual_port_that_is_taken_is_left_to_who_has_it(port: int, name: str) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            pass  # somebody has it already, which is what is asked for

        chosen = getattr(choose_ports(), name)

    assert chosen != port
    assert layout.is_free(chosen)


def test_port_is_free_when_nobody_listens(taken: int) -> None:
    assert layout.is_free(free_port())
    assert not layout.is_free(taken)


def test_missing_tools_are_all_named_with_how_to_get_them(path: Path) -> None:
    with pytest.raises(RuntimeError) as told:
        require_tools()

    assert str(told.value) == (
        "Missing: docker.io, haproxy, docker-registry, debootstrap, knot, pebble."
        " Install with: make setup"
    )


@pytest.mark.parametrize("missing", TOOLS)
def test_one_missing_tool_is_named_by_its_package(path: Path, missing: str) -> None:
    put(path, *(tool for tool in TOOLS if tool != missing))
    package = {"docker": "docker.io", "knotd": "knot"}.get(missing, missing)

    with pytest.raises(RuntimeError, match=rf"^Missing: {package}\. Install with: make setup$"):
        require_tools()


def test_tools_that_are_there_are_enough(path: Path) -> None:
    put(path, *TOOLS)

    require_tools()
