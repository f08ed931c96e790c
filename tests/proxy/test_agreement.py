"""Whatever happens to the table and to HAProxy, in the end HAProxy's maps are the table's."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES, shard_of
from infra.proxy.agent import Agent
from infra.proxy.balancer import MANY, Balancer, Silent
from infra.proxy.keeper import Keeper
from infra.proxy.routes import Networks, Routes
from infra.proxy.served import Served
from infra.proxy.settings import Source
from infra.proxy.shelf import Shelf
from infra.proxy.table import COUNTED, SHARD_NAMES, Count, Item, RouteTable
from tests.proxy.front import Front, front

HOSTS = tuple(f"h{number}.test" for number in range(4))
PLACES = 3
"""How many changes a counter tells; the product's are more, with 3 more is written over."""
SHARDS = sorted({shard_of(host) for host in HOSTS})


@dataclass
class Memory(RouteTable):
    """A table in memory, of which parts may not answer."""

    held: dict[str, Item] = field(default_factory=dict)
    answers: dict[str, Item] = field(default_factory=dict)
    raised: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    told: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    """What each counter tells, by place; there are few, so that much is written over."""
    read: int = 0
    """How many shards were read in whole."""
    silent: frozenset[str] = frozenset()
    late: dict[str, Count] | None = None
    """Counters as they were a while ago, which a read may still find."""

    def put(self, host: str, item: Item | None) -> None:
        """Change a route as a transaction does."""
        self.held.pop(host, None)
        if item is not None:
            self.held[host] = {"host": host, **item}
        shard = shard_of(host)
        self.raised[shard] += 1
        number = self.raised[shard]
        self.told[shard][number * 7 % PLACES] = f"{host} {number:x}"

    def put_untold(self, host: str, item: Item | None) -> None:
        """Change a route with others at once, or as an earlier version of the product does."""
        told = dict(self.told[shard_of(host)])
        self.put(host, item)
        self.told[shard_of(host)] = told

    def challenge(self, token: str, answer: str | None) -> None:
        self.answers.pop(token, None)
        if answer is not None:
            self.answers[token] = {"host": token, "answer": answer, "expires_at": 4_000_000_000}
        self.raised[CHALLENGES] += 1

    def counters(self) -> dict[str, Count]:
        if "all" in self.silent:
            raise EndpointConnectionError(endpoint_url="http://table.test")
        if self.late is not None:
            return self.late
        return {
            shard: Count(count, frozenset(self.told[shard].values()))
            for shard, count in self.raised.items()
            if shard not in self.silent
        }

    def some(self, shard: str, hosts: list[str]) -> list[Item] | None:
        if "some" in self.silent:
            return None
        return [item for item in self._items(shard) if item["host"] in hosts]

    def items(self, shard: str) -> list[Item]:
        self.read += 1
        return self._items(shard)

    def _items(self, shard: str) -> list[Item]:
        if shard in self.silent or "items" in self.silent:
            raise EndpointConnectionError(endpoint_url="http://table.test")
        if shard == CHALLENGES:
            return list(self.answers.values())
        return [dict(item) for item in self.held.values() if shard_of(item["host"]) == shard]

    def certificates(self, hosts: list[str]) -> Iterator[Item]:
        yield from ()


class Brittle(Balancer):
    """HAProxy's socket, on which an agent may end after so many commands."""

    left: int | None = None

    def say(self, line: str) -> str:
        if self.left is not None:
            if self.left == 0:
                raise Silent("the agent was killed here")
            self.left -= 1
        return super().say(line)


@dataclass
class World:
    """A HAProxy, a table, and the agent between them."""

    running: Front
    table: Memory = field(default_factory=Memory)

    def __post_init__(self) -> None:
        self.start_agent()

    def start_agent(self) -> None:
        """Have another agent, which knows nothing but what lies on disk."""
        files = self.running.settings.files
        self.balancer = Brittle(files.socket)
        keeper = Keeper(self.table, Served(self.balancer, files), Shelf(files), None)
        given = Source("t", Networks(admitted=("10.0.0.0/8",)))
        self.agent = Agent(self.table, self.balancer, files, given, keeper)

    def restart_haproxy(self) -> None:
        """Have HAProxy start from its files, as after a crash."""
        self.running.stop()
        self.running.start()

    def map(self, name: str) -> Routes:
        return Balancer(self.running.settings.files.socket).read(Path(name))

    def wanted(self) -> Routes:
        return {host: entry_of(item) for host, item in self.table.held.items()}


def entry_of(item: Item) -> str:
    """The entry of an item, said in a second way."""
    place = {
        "running": f"{item.get('address')}/{item.get('port')}",
        "alias": f"{item.get('alias')}/0",
    }.get(item["state"], "-/0")
    node = "node-1" if item["state"] == "running" and item.get("node") else "-"
    flags = ("t" if node != "-" else "") + ("h" if item.get("hsts") else "")
    state = "open" if item["state"] == "running" and not flags else item["state"]
    return f"{state}/{place}/{item['deployment_id']}/{flags or '-'}/{node}"


def put(chance: Random) -> tuple[Any, ...]:
    """A route that changes, or goes."""
    states = ("running", "starting", "stopped", "failed", "unverified", "alias", "")
    item = {
        "state": chance.choice(states),
        "deployment_id": chance.choice(("d1", "d2")),
        "address": "10.0.0.1",
        "port": chance.randint(1, 3),
        "alias": chance.choice(HOSTS),
        "node": chance.choice(("", "Node_1")),
        "hsts": chance.choice((True, False)),
    }
    return ("put", chance.choice(HOSTS), item if item["state"] else None)


def untold(chance: Random) -> tuple[Any, ...]:
    return ("untold", *put(chance)[1:])


def challenge(chance: Random) -> tuple[Any, ...]:
    return ("challenge", chance.choice("tu"), chance.choice(("a.b", "c.d", None)))


def outage(chance: Random) -> tuple[Any, ...]:
    part = chance.choice(("all", "items", "some", CHALLENGES, *SHARDS))
    return ("outage", part, [chance.choice((put, challenge))(chance) for _ in range(3)])


KINDS: dict[Callable[[Random], tuple[Any, ...]], float] = {
    put: 6,
    untold: 2,
    challenge: 3,
    lambda chance: ("late", [put(chance) for _ in range(chance.randint(1, 3))]): 2,
    outage: 5,
    lambda _: ("look",): 4,
    lambda chance: ("look", chance.choice((SHARD_NAMES[0], CHALLENGES, CERTIFICATES))): 2,
    lambda chance: ("many", chance.randint(0, 2 * MANY)): 1,
    lambda chance: ("kill", chance.randint(0, 8)): 3,
    lambda chance: ("meddle", chance.choice(HOSTS)): 1,
    lambda _: ("restart",): 0.3,
}


def many(world: World, count: int) -> None:
    for number in range(count):
        item = {"state": "stopped", "deployment_id": f"d{count}"}
        world.table.put(f"many{number}.test", item)


def be_away(world: World, part: str, changes: list[tuple[Any, ...]]) -> None:
    """Have a part of the table away while it changes, and another look meanwhile."""
    world.table.silent = frozenset({part})
    for change in changes:
        apply(world, change)
    world.agent.look()
    world.table.silent = frozenset()


def be_late(world: World, changes: list[tuple[Any, ...]]) -> None:
    """Have a look find the new counters, and the next one find those before once more."""
    before = world.table.counters()
    for change in changes:
        apply(world, change)
    world.agent.look()
    world.table.late = before
    world.agent.look()
    world.table.late = None


def kill(world: World, left: int) -> None:
    """Have the agent end in the middle of what it says to HAProxy."""
    world.balancer.left = left
    world.agent.look()
    world.start_agent()


def meddle(world: World, host: str) -> None:
    Balancer(world.running.settings.files.socket).say(f"del map routes.map {host}")


def apply(world: World, change: tuple[Any, ...]) -> None:
    kind, *given = change
    APPLY[kind](world, *given)


APPLY: dict[str, Callable[..., None]] = {
    "put": lambda world, *given: world.table.put(*given),
    "untold": lambda world, *given: world.table.put_untold(*given),
    "late": be_late,
    "challenge": lambda world, *given: world.table.challenge(*given),
    "look": lambda world, *given: world.agent.look(*given),
    "restart": lambda world: world.restart_haproxy(),
    "many": many,
    "outage": be_away,
    "kill": kill,
    "meddle": meddle,
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    # A socket's path may have 107 letters.
    with tempfile.TemporaryDirectory() as folder, front(Path(folder)) as made:
        yield made


@pytest.mark.parametrize("seed", range(30))
def test_the_maps_are_the_tables_after_whatever_happened(running: Front, seed: int) -> None:
    chance = Random(seed)
    kinds = chance.choices(tuple(KINDS), weights=tuple(KINDS.values()), k=chance.randint(1, 25))
    changes = [kind(chance) for kind in kinds]
    world = World(running)
    world.agent.look()
    for change in changes:
        apply(world, change)

    world.agent.look()
    if any(kind == "meddle" for kind, *_ in changes):
        # It is seen once a round.
        world.agent.look(SHARD_NAMES[0])

    assert world.map("routes.map") == world.wanted()
    answers = {token: item["answer"] for token, item in world.table.answers.items()}
    assert world.map("challenges.map") == answers
    # On a slow disk the file may be written later; at its end an agent writes what is known.
    world.agent.end()
    files = running.settings.files
    saved = dict(line.split() for line in files.routes.read_text().splitlines())
    assert saved == world.wanted()


def test_a_shard_is_read_only_when_its_counter_does_not_tell_all(running: Front) -> None:
    world, other, host = World(running), HOSTS[0], HOSTS[1]
    route = {"state": "stopped", "deployment_id": "d"}
    world.table.put(other, route)
    world.agent.look()

    def read_for(change: Callable[[], object]) -> int:
        before = world.table.read
        change()
        world.agent.look()
        assert world.map("routes.map") == world.wanted()
        return world.table.read - before

    assert read_for(lambda: world.table.put(host, route)) == 0
    assert read_for(lambda: world.table.put(host, None)) == 0
    assert read_for(lambda: world.table.put_untold(host, route)) == 1
    assert read_for(lambda: [world.table.put(host, route) for _ in range(PLACES)]) == 0
    assert read_for(lambda: [world.table.put(host, None) for _ in range(PLACES + 1)]) == 1


def test_two_agents_that_look_at_other_times_have_the_same(running: Front) -> None:
    chance = Random(7)
    with tempfile.TemporaryDirectory() as folder, front(Path(folder)) as second:
        worlds = World(running), World(second)
        worlds[1].table = worlds[1].agent.table = worlds[0].table
        for _ in range(60):
            apply(worlds[0], chance.choice((put, untold))(chance))
            if chance.random() < 0.4:
                chance.choice(worlds).agent.look()
        for world in worlds:
            world.agent.look()

        assert worlds[0].map("routes.map") == worlds[1].map("routes.map") == worlds[0].wanted()


def test_a_map_that_was_sent_in_part_is_replaced_as_a_whole(running: Front) -> None:
    world = World(running)
    for number in range(MANY * 4):
        world.table.put(f"many{number}.test", {"state": "stopped", "deployment_id": "d"})
    world.agent.look()
    before = world.map("routes.map")
    for number in range(MANY * 4):
        world.table.put(f"many{number}.test", {"state": "failed", "deployment_id": "d"})

    for left in range(1, 6):
        world.balancer.left = left
        world.agent.look()
        assert world.map("routes.map") in (before, world.wanted())
        world.start_agent()
    world.agent.look()

    assert world.map("routes.map") == world.wanted()
