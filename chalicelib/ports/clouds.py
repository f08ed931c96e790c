"""A provider of servers.

No method waits: each asks once and returns what is true now. Each can be repeated without
harm. Errors: `InvalidCredential`, `NoCapacity`, `QuotaExceeded`, `Throttled`,
`RefusedByProvider`, `ProviderUnavailable` (the call may have had its effect), `Gone`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class Region:
    """A place where servers can be made."""

    id: str
    name: str
    available: bool


@dataclass(frozen=True)
class Size:
    """A kind of server. Price in US dollars per hour as the provider states it."""

    id: str
    name: str
    cpu_cores: float
    memory_mb: int
    disk_gb: int
    price_hourly: float
    price_monthly: float
    regions: tuple[str, ...]


@dataclass(frozen=True)
class Server:
    """A server as the provider shows it. `address` is its public IPv4, None until it has one."""

    id: str
    name: str
    state: Literal["new", "active", "off", "archive"]
    address: str | None
    tags: tuple[str, ...]
    created_at: str


@dataclass(frozen=True)
class ServerOrder:
    """What server to make. `tag` is unique to the record and generation that asks."""

    name: str
    region: str
    size: str
    tag: str
    tags: tuple[str, ...]
    public_key: str
    user_data: str


class Cloud(Protocol):
    """One account at one provider."""

    def check(self) -> str:
        """Return the account's name, or raise `InvalidCredential`."""

    def regions(self) -> tuple[Region, ...]:
        """List the regions."""

    def sizes(self) -> tuple[Size, ...]:
        """List the sizes."""

    def find(self, tag: str) -> tuple[Server, ...]:
        """List the servers that carry a tag, oldest first."""

    def create(self, order: ServerOrder) -> Server:
        """Order a server. The caller has looked for `order.tag` before."""

    def get(self, server_id: str) -> Server:
        """Read one server. Raises `Gone`."""

    def destroy(self, server_id: str) -> None:
        """Destroy a server; one that is gone is destroyed already."""

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        """Have a firewall of that name that admits only these TCP ports to servers with `tag`.

        Ports as `22` or `30000-39999`.
        """

    def remove_firewall(self, name: str) -> None:
        """Remove the firewall of that name, if it exists."""

    def remove_key(self, public_key: str) -> None:
        """Forget a registered public key, if it is known."""
