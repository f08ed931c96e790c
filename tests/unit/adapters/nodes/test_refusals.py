"""The Docker Engine's words become the product's errors."""

from __future__ import annotations

import pytest

from chalicelib.adapters.nodes.refusals import refusal
from chalicelib.domain import errors


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Bind for 0.0.0.0:30001 failed: port is already allocated", errors.PortInUse),
        ("listen tcp4 0.0.0.0:30001: bind: address already in use", errors.PortInUse),
        ("mkdir /var/lib/docker/x: no space left on device", errors.DiskFull),
        ("No such image: nginx:alpine", errors.ImageUnavailable),
        ('OCI runtime create failed: exec: "x": not found', errors.ContainerExited),
        ("failed to create shim task: OCI runtime create failed", errors.ContainerExited),
        ("could not find an available, non-overlapping IPv4 address pool", errors.CommandFailed),
        ("something else", errors.CommandFailed),
    ],
)
def test_words_are_understood(said: str, kind: type[errors.ProductError]) -> None:
    error = refusal("203.0.113.9", said)

    assert type(error) is kind
    assert said in error.detail
    assert "203.0.113.9" in error.detail


@pytest.mark.parametrize(
    ("said", "port"),
    [
        ("Bind for 0.0.0.0:30001 failed: port is already allocated", 30001),
        ("listen tcp4 0.0.0.0:30001: bind: address already in use", 30001),
        ("host port for 0.0.0.0:30001:172.18.0.2:80/tcp: address already in use", 30001),
        ("failed to bind host port 0.0.0.0:30002/udp: address already in use", 30002),
        ("address already in use", None),
    ],
)
def test_port_that_is_in_use_is_named(said: str, port: int | None) -> None:
    error = refusal("203.0.113.9", said)

    assert isinstance(error, errors.PortInUse)
    assert error.port == port
