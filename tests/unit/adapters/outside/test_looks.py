"""Looking host names up: what is told, and that nobody waits for ever."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from chalicelib.adapters.outside import looks


def answering(*addresses: str):
    def told(*_given: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 0)) for one in addresses]

    return told


def test_every_address_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = answering("203.0.113.1", "203.0.113.2", "203.0.113.1")
    monkeypatch.setattr(socket, "getaddrinfo", found)

    assert looks.addresses("server.example.com") == ("203.0.113.1", "203.0.113.2")


@pytest.mark.parametrize("error", [socket.gaierror("unknown"), UnicodeError("label too long")])
def test_name_that_cannot_be_looked_up_has_no_address(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_given: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fails)

    assert looks.addresses("nowhere.example.com") == ()


def test_silent_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def silent(*_given: object) -> list[object]:
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    monkeypatch.setattr(looks, "LOOK_UP_SECONDS", 0.05)
    begun = time.monotonic()

    assert looks.addresses("slow.example.com") == ()

    assert time.monotonic() - begun < 10
    released.set()
