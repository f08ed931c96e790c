"""An account at a provider on the simulation's clock: it lags, loses servers, and is revoked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import TYPE_CHECKING

from chalicelib.domain.errors import Gone, InvalidCredential, ProviderUnavailable
from chalicelib.ports.clouds import Server, ServerOrder
from tests.fakes.cloud import FakeCloud

if TYPE_CHECKING:
    from infra.faults.simulated.world import World


FIRST = 1000
"""No two accounts of a provider have a server of the same id."""

RESTART_SECONDS = 12.0
"""For how long a server answers nobody that is restarted."""
WITHOUT_DOCKER = 0.2
"""How many of the servers come up without Docker."""


def account_of(address: str) -> int:
    """The number of the account in which a server of this address stands."""
    return int(address.split(".")[1])


@dataclass
class Times:
    """When a server comes and goes, in the simulation's seconds."""

    shown_at: float
    active_at: float
    gone_at: float = float("inf")


@dataclass
class SimulatedAccount(FakeCloud):
    """One account. `world` tells the time."""

    number: int = 0
    world: World = field(default=None, repr=False)  # type: ignore[assignment]
    revoked: bool = False
    away_until: float = 0.0
    lag: float = 0.0
    """How long what is made now is not shown; never longer than the provider's lag."""
    duplicates: int = 0
    """How many of the next orders make a second server."""
    times: dict[str, Times] = field(default_factory=dict)
    made: int = 0
    """How many servers were ever made."""

    def _enter(self, call: str) -> None:
        if self.revoked:
            raise InvalidCredential("The token was revoked.")
        if self.world.seconds < self.away_until:
            raise ProviderUnavailable("The provider is away.")
        super()._enter(call)
        self._age()

    def _age(self) -> None:
        now = self.world.seconds
        for server_id in [one for one, times in self.times.items() if times.gone_at <= now]:
            self.lose(server_id)

    def lose(self, server_id: str) -> None:
        """Let a server vanish with all that is on it."""
        server = self.servers.pop(server_id, None)
        self.times.pop(server_id, None)
        if server is not None:
            self.world.forget_server(self.address_of(server_id))

    def address_of(self, server_id: str) -> str:
        return f"10.{self.number}.0.{int(server_id) % FIRST}"

    def find(self, tag: str) -> tuple[Server, ...]:
        self._enter("find")
        now = self.world.seconds
        shown = (s for s in self.servers.values() if self.times[s.id].shown_at <= now)
        return tuple(self._shown(server.id) for server in shown if tag in server.tags)

    def create(self, order: ServerOrder) -> Server:
        self._enter("create")
        self.orders.append(order)
        self.keys.add(order.public_key)
        self.tags |= {order.tag, *order.tags}
        copies = 1
        if self.duplicates:
            self.duplicates -= 1
            copies = 2
        ids = [self._make(order) for _ in range(copies)]
        return self._shown(ids[0])

    def _make(self, order: ServerOrder) -> str:
        now, chance = self.world.seconds, self.world.chance
        self.made += 1
        server_id = str(FIRST * self.number + self.made)
        self.servers[server_id] = Server(
            id=server_id,
            name=order.name,
            state="new",
            address=None,
            tags=(order.tag, *order.tags),
            created_at=self.world.now(),
            user=self.user,
        )
        self.times[server_id] = Times(now + self.lag, now + chance.uniform(2, 30))
        return server_id

    def get(self, server_id: str) -> Server:
        self._enter("get")
        if server_id not in self.servers or self.times[server_id].shown_at > self.world.seconds:
            raise Gone("The provider does not know it.")
        return self._shown(server_id)

    def _shown(self, server_id: str) -> Server:
        server, times = self.servers[server_id], self.times[server_id]
        if server.state == "new" and times.active_at <= self.world.seconds:
            address = self.address_of(server_id)
            server = replace(server, state="active", address=address)
            self.servers[server_id] = server
            made = self.world.add_server(address)
            if self.world.chance.random() < WITHOUT_DOCKER:
                made.docker = None
        return server

    def destroy(self, server_id: str) -> None:
        self._enter("destroy")
        if server_id in self.servers and self.servers[server_id].state != "leaving":
            self.servers[server_id] = replace(self.servers[server_id], state="leaving")
            going = Random(server_id).uniform(1, 20)
            self.times[server_id].gone_at = self.world.seconds + going

    def restart(self, server_id: str) -> None:
        self._enter("restart")
        if server_id not in self.servers:
            raise Gone("The provider does not know it.")
        self.restarted.append(server_id)
        server = self.world.servers.get(self.address_of(server_id))
        if server is not None:
            server.written["/proc/1/stat"] = str(len(self.restarted))
            server.unreachable_until = self.world.seconds + RESTART_SECONDS

    def alive(self) -> list[Server]:
        """Servers that cost money, whatever is shown of them."""
        self._age()
        return [server for server in self.servers.values() if server.state != "leaving"]
