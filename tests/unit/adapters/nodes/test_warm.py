"""Connections are kept for the next use, and never lent when they should not be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from chalicelib.adapters.nodes import warm
from chalicelib.adapters.nodes.warm import AGE_SECONDS, IDLE_SECONDS, KEPT, WarmConnections
from chalicelib.domain.errors import HostKeyChanged, HostUnreachable
from chalicelib.ports.nodes import Login

LOGIN = Login("203.0.113.9", 22, "root", "a private key", "ssh-ed25519 AAAA")


@dataclass(eq=False)
class Connection:
    alive: bool = True
    closed: bool = False
    asked: int = 0

    def answers(self) -> bool:
        self.asked += 1
        return self.alive and not self.closed

    def close(self) -> None:
        self.closed = True


@dataclass
class Servers:
    """Opens connections; `fails` is what the next opening raises."""

    opened: list[Connection] = field(default_factory=list)
    time: float = 1_000.0
    fails: Exception | None = None

    def open(self, login: Login) -> Connection:
        if self.fails:
            raise self.fails
        self.opened.append(Connection())
        return self.opened[-1]

    def now(self) -> float:
        return self.time


@pytest.fixture
def servers() -> Servers:
    return Servers()


@pytest.fixture
def connections(servers: Servers) -> WarmConnections:
    return WarmConnections(servers.open, servers.now)  # type: ignore[arg-type]


def use(connections: WarmConnections, login: Login = LOGIN) -> Connection:
    with connections.connect(login) as node:
        return node  # type: ignore[return-value]


def test_next_use_gets_the_same_connection(connections: WarmConnections, servers: Servers) -> None:
    first = use(connections)

    assert use(connections) is first
    assert len(servers.opened) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"host": "203.0.113.10"},
        {"port": 2222},
        {"user": "admin"},
        {"private_key": "another private key"},
        {"host_key": "ssh-ed25519 BBBB"},
        {"docker_socket": "/run/podman.sock"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_login_never_gets_it(
    connections: WarmConnections, servers: Servers, other: dict[str, str]
) -> None:
    first = use(connections)

    assert use(connections, replace(LOGIN, **other)) is not first  # type: ignore[arg-type]
    assert len(servers.opened) == 2


def test_changed_pin_meets_the_server_anew(connections: WarmConnections, servers: Servers) -> None:
    use(connections)
    servers.fails = HostKeyChanged("another key")

    with pytest.raises(HostKeyChanged):
        use(connections, replace(LOGIN, host_key="ssh-ed25519 BBBB"))


def test_without_a_pin_every_use_meets_the_server(connections: WarmConnections) -> None:
    login = replace(LOGIN, host_key=None)
    first, second = use(connections, login), use(connections, login)

    assert first is not second
    assert (first.closed, second.closed) == (True, True)


def test_broken_one_is_replaced_before_it_is_used(
    connections: WarmConnections, servers: Servers
) -> None:
    first = use(connections)
    first.alive = False

    second = use(connections)

    assert second is not first
    assert (first.closed, second.closed) == (True, False)


def test_when_one_is_broken_none_beside_it_is_tried(
    connections: WarmConnections, servers: Servers
) -> None:
    with connections.connect(LOGIN), connections.connect(LOGIN):
        pass
    for opened in servers.opened:
        opened.alive = False

    use(connections)

    assert sum(one.asked for one in servers.opened) == 1
    assert [one.closed for one in servers.opened] == [True, True, False]


def test_server_that_is_away_by_now_is_told(connections: WarmConnections, servers: Servers) -> None:
    use(connections).alive = False
    servers.fails = HostUnreachable("away")

    with pytest.raises(HostUnreachable):
        use(connections)


@pytest.mark.parametrize("steps", [[IDLE_SECONDS], [IDLE_SECONDS - 1] * int(AGE_SECONDS // 50)])
def test_idle_or_old_one_is_closed(
    connections: WarmConnections, servers: Servers, steps: list[float]
) -> None:
    first = use(connections)
    for seconds in steps:
        servers.time += seconds
        last = use(connections)

    assert last is not first
    assert first.closed


def test_one_whose_use_failed_is_closed(connections: WarmConnections) -> None:
    with pytest.raises(HostUnreachable), connections.connect(LOGIN) as node:
        raise HostUnreachable("it broke")

    assert node.closed  # type: ignore[attr-defined]
    assert use(connections) is not node


def test_two_at_once_never_share_one(connections: WarmConnections, servers: Servers) -> None:
    meet = threading.Barrier(4, timeout=10)
    lent: set[Connection] = set()
    lock = threading.Lock()

    def step(_number: int) -> None:
        for _ in range(50):
            with connections.connect(LOGIN) as node:
                with lock:
                    assert node not in lent
                    lent.add(node)  # type: ignore[arg-type]
                meet.wait()
                with lock:
                    lent.discard(node)  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(step, range(4)))

    assert len(servers.opened) == 4


def test_no_more_wait_than_are_kept(connections: WarmConnections, servers: Servers) -> None:
    for number in range(KEPT + 3):
        use(connections, replace(LOGIN, host=f"203.0.113.{number}"))

    assert [one.closed for one in servers.opened] == [True] * 3 + [False] * KEPT


def test_closing_ends_all_that_wait(connections: WarmConnections, servers: Servers) -> None:
    use(connections)
    connections.close()

    assert servers.opened[0].closed


def test_private_key_is_in_no_text_of_what_is_kept(connections: WarmConnections) -> None:
    use(connections)

    assert "a private key" not in repr(vars(connections))
    assert "a private key" not in repr(warm._key(LOGIN))
