"""An in-memory provider that can be told to fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from chalicelib.domain.errors import Gone, ProductError
from chalicelib.ports.clouds import Image, Region, Server, ServerOrder, Size


@dataclass
class FakeCloud:
    """One account. `fails[call]` holds errors to raise, one a call; `after` raises after effect."""

    servers: dict[str, Server] = field(default_factory=dict)
    firewalls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    """Those that were made with a server; they outlive it."""
    orders: list[ServerOrder] = field(default_factory=list)
    fails: dict[str, list[ProductError]] = field(default_factory=lambda: defaultdict(list))
    after: dict[str, list[ProductError]] = field(default_factory=lambda: defaultdict(list))
    restarted: list[str] = field(default_factory=list)
    """The servers that were restarted, in order."""
    on_restart: Callable[[Server], None] = lambda _server: None
    """Who is told of a restart."""
    user: str = "root"
    """Whom the image lets in."""
    unlisted: int = 0
    """How many more times a listing lacks everything: it lags."""
    asks_before_active: int = 1
    asks_before_gone: int = 1
    _asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _leaving: dict[str, int] = field(default_factory=dict)

    def _enter(self, call: str) -> None:
        if self.fails[call]:
            raise self.fails[call].pop(0)

    def _leave(self, call: str) -> None:
        if self.after[call]:
            raise self.after[call].pop(0)

    def check(self) -> str:
        self._enter("check")
        return "fake@example.com"

    def regions(self) -> tuple[Region, ...]:
        self._enter("regions")
        return (Region("fra1", "Frankfurt", available=True),)

    def sizes(self) -> tuple[Size, ...]:
        self._enter("sizes")
        return (Size("s-1vcpu-2gb", "Small", 1, 2048, 50, 0.018, 12, ("fra1",)),)

    def images(self) -> tuple[Image, ...]:
        self._enter("images")
        return (Image("debian-12-x64", "Debian 12 x64", "Debian", ("fra1",)),)

    def find(self, tag: str) -> tuple[Server, ...]:
        self._enter("find")
        self._age()
        if self.unlisted > 0:
            self.unlisted -= 1
            return ()
        return tuple(s for s in self.servers.values() if tag in s.tags)

    def create(self, order: ServerOrder) -> Server:
        self._enter("create")
        self.orders.append(order)
        self.keys.add(order.public_key)
        self.tags |= {order.tag, *order.tags}
        number = str(len(self.orders))
        server = Server(
            id=number,
            name=order.name,
            state="new",
            address=None,
            tags=(order.tag, *order.tags),
            created_at=f"2026-{number}",
            user=self.user,
        )
        self.servers[number] = server
        self._leave("create")
        return server

    def get(self, server_id: str) -> Server:
        self._enter("get")
        self._age()
        if server_id not in self.servers:
            raise Gone("unknown")
        self._asked[server_id] += 1
        if self._asked[server_id] > self.asks_before_active:
            self.servers[server_id] = replace(
                self.servers[server_id], state="active", address=f"10.77.0.{server_id}"
            )
        return self.servers[server_id]

    def destroy(self, server_id: str) -> None:
        self._enter("destroy")
        if server_id in self.servers:
            self._leaving.setdefault(server_id, self.asks_before_gone)

    def restart(self, server_id: str) -> None:
        self._enter("restart")
        if server_id not in self.servers:
            raise Gone("unknown")
        self.restarted.append(server_id)
        self.on_restart(self.servers[server_id])
        self._leave("restart")

    def _age(self) -> None:
        for server_id in list(self._leaving):
            if self._leaving[server_id] == 0:
                self.servers.pop(server_id, None)
                del self._leaving[server_id]
            else:
                self._leaving[server_id] -= 1

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        self._enter("open_firewall")
        self.firewalls[name] = ports

    def remove_firewall(self, name: str) -> None:
        self._enter("remove_firewall")
        self.firewalls.pop(name, None)

    def remove_key(self, public_key: str) -> None:
        self._enter("remove_key")
        self.keys.discard(public_key)

    def knows_key(self, public_key: str) -> bool:
        self._enter("knows_key")
        return public_key in self.keys

    def remove_tag(self, tag: str) -> None:
        self._enter("remove_tag")
        if not any(tag in server.tags for server in self.servers.values()):
            self.tags.discard(tag)
