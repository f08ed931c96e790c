"""Keeps SSH connections open between the uses of one process: `chalicelib.ports.nodes.Connect`.

A connection is lent to one user at a time and kept for the next. Before it is lent again it must
answer, so that one that died meanwhile (a frozen Lambda does not notice) is replaced before
anything is asked of it, and no call is ever made twice.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.adapters.nodes.ssh import open_node
from chalicelib.ports.nodes import Login, Node

IDLE_SECONDS = 60.0
"""How long a connection may wait for its next use; a state machine asks again within 15 s."""
AGE_SECONDS = 300.0
"""How long a connection may serve, so that a login that was taken back ends soon."""
KEPT = 8
"""How many connections may wait at once."""

_Key = tuple[str | int | None, ...]


class Connection(Node, Protocol):
    """An open connection that can be kept."""

    def answers(self) -> bool:
        """Tell whether the server still answers; one round trip, within two seconds."""

    def close(self) -> None:
        """End the connection. It may be closed already."""


@dataclass(eq=False)
class _Kept:
    key: _Key
    connection: Connection
    opened: float
    used: float


class WarmConnections:
    """The open connections of a process. Threads may share it; `now` is in seconds since 1970.

    The clock is the wall's: others stand still while a Lambda is frozen.
    """

    def __init__(
        self,
        opening: Callable[[Login], Connection] = open_node,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._open = opening
        self._now = now
        self._lock = threading.Lock()
        self._waiting: list[_Kept] = []
        """The one that waits longest first."""

    @contextlib.contextmanager
    def connect(self, login: Login) -> Iterator[Node]:
        """Lend a connection for the time of a `with` block; one that ends in an error is not kept.

        Raises what a new connection raises. Without a pinned host key nothing is kept: whoever
        pins one wants the key that the server has now.
        """
        kept = self._take(login) or self._opened(login)
        try:
            yield kept.connection
        except BaseException:
            kept.connection.close()
            raise
        self._keep(kept, reusable=login.host_key is not None)

    def close(self) -> None:
        """End every connection that waits."""
        with self._lock:
            ended, self._waiting = self._waiting, []
        _close(ended)

    def _take(self, login: Login) -> _Kept | None:
        """Take a waiting connection that answers; when one does not, none of its kind is tried."""
        key = _key(login)
        with self._lock:
            fresh = [kept for kept in self._waiting if self._is_fresh(kept)]
            ended = [kept for kept in self._waiting if kept not in fresh]
            found = next((kept for kept in reversed(fresh) if kept.key == key), None)
            self._waiting = [kept for kept in fresh if kept is not found]
        _close(ended)
        if found is None or found.connection.answers():
            return found
        with self._lock:
            broken = [kept for kept in self._waiting if kept.key == key]
            self._waiting = [kept for kept in self._waiting if kept.key != key]
        _close([found, *broken])
        return None

    def _is_fresh(self, kept: _Kept) -> bool:
        now = self._now()
        return now - kept.used < IDLE_SECONDS and now - kept.opened < AGE_SECONDS

    def _opened(self, login: Login) -> _Kept:
        connection, now = self._open(login), self._now()
        return _Kept(_key(login), connection, opened=now, used=now)

    def _keep(self, kept: _Kept, *, reusable: bool) -> None:
        if not reusable:
            kept.connection.close()
            return
        kept.used = self._now()
        with self._lock:
            self._waiting.append(kept)
            ended, self._waiting = self._waiting[:-KEPT], self._waiting[-KEPT:]
        _close(ended)


def _key(login: Login) -> _Key:
    """Tell logins apart, without their private keys."""
    digest = hashlib.sha256(login.private_key.encode()).hexdigest()
    return (login.host, login.port, login.user, login.host_key, login.docker_socket, digest)


def _close(connections: list[_Kept]) -> None:
    for kept in connections:
        kept.connection.close()
