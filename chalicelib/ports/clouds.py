"""A provider of servers.

No method waits: each asks once and returns what is true now. Each can be repeated without
harm. Errors:

- `InvalidCredential`: the provider refuses the credential, or lets it not do this.
- `NoCapacity`: the provider has no such server to give there and now.
- `QuotaExceeded`: the account may not have more.
- `Throttled`: the provider asks for a pause.
- `RefusedByProvider`: the order is wrong, and will be wrong again.
- `NotReady`: something else must end first, a server that is still going for instance.
- `ProviderUnavailable`: the provider fails or does not answer; the call may have had its effect.
- `Gone`: the provider does not know the thing.

No error's text holds a credential, a key or user data.

**Tags.** A tag begins and ends with a letter or digit, has letters, digits, `:`, `_` and `-`
between, and at most 63 characters: what all providers can keep and give back.

**Lag.** A listing may lack for a while what was just made, and so may the reading of one server.
How long a caller takes that into account is the installation's (`provider_lag_seconds`): only after
it does nothing found mean nothing there.

**Keys** are registered under their fingerprint with the order that needs them, live in the account
beside the servers, and go with `remove_key` when the last server of a key went. A key that is
known there is the proof that this is the account which took the order: another account knows
neither the key nor the server, and would show a living server as gone.

**Firewalls** admit TCP from everywhere on the ports that they name, close every other port, and
leave what goes out alone. A server is reachable over SSH from its first moment, whether its
firewall is there yet or not; on the other ports, until then, as its provider has it. The firewall
of an order bears the order's tag as its name, because some providers need it with the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol


@dataclass(frozen=True)
class Region:
    """A place where servers can be made."""

    id: str
    name: str
    available: bool


@dataclass(frozen=True)
class Size:
    """A kind of server, and what the provider states as its price; None where it is not known.

    No regions: the provider does not tell where it has this size. `prices` holds the hourly price
    by region, where it is not the same in all; `price_hourly` is then that of the region in which
    the account was opened, or the lowest. What is not stated by the month is 730 hours.
    """

    id: str
    name: str
    cpu_cores: float
    memory_mb: int
    disk_gb: int
    price_hourly: float | None
    price_monthly: float | None
    regions: tuple[str, ...]
    currency: str = "USD"
    prices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Image:
    """A system that a server can begin with; no regions: the same in all."""

    id: str
    name: str
    distribution: str
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Server:
    """A server as the provider shows it. `address` is its public IPv4, None until it has one.

    `new` is being made, `active` runs, `off` is stopped, `archive` is kept without running, and
    `leaving` is being destroyed: it is still known, and nothing can be done with it any more.
    """

    id: str
    name: str
    state: Literal["new", "active", "off", "archive", "leaving"]
    address: str | None
    tags: tuple[str, ...]
    created_at: str
    user: str = "root"
    """Whom its image lets in with the ordered key: `root`, or one who has sudo without password."""


@dataclass(frozen=True)
class ServerOrder:
    """What server to make.

    `tag` is unique to the record that asks and leads back to it. `token` is unique to the record
    and its generation: a provider that can, makes one server a token, however often it is asked
    and whatever its listing shows. Where none can, the caller finds extra servers by their tag.
    The root disk has the `disk_gb` that `Cloud.sizes` states for `size`, and goes with the server.
    """

    name: str
    region: str
    size: str
    tag: str
    tags: tuple[str, ...]
    public_key: str
    user_data: str
    """Cloud-config in plain text; the adapter encodes it as its provider wants it."""
    token: str = ""
    """Empty: the tag."""

    def __repr__(self) -> str:
        """Show what is ordered, never the user data: a host key is in it."""
        return f"ServerOrder({self.name!r}, {self.region!r}, {self.size!r}, {self.tag!r})"


class Cloud(Protocol):
    """One account at one provider, opened for a region where the provider's API is regional."""

    def check(self) -> str:
        """Return the account's name, or raise `InvalidCredential`."""

    def regions(self) -> tuple[Region, ...]:
        """List the regions."""

    def sizes(self) -> tuple[Size, ...]:
        """List the sizes that can be ordered."""

    def images(self) -> tuple[Image, ...]:
        """List the provider's own images that servers can begin with."""

    def find(self, tag: str) -> tuple[Server, ...]:
        """List the servers that carry a tag, oldest first, those that are leaving included."""

    def create(self, order: ServerOrder) -> Server:
        """Order a server. The caller has looked for `order.tag` before.

        The order that was made already under its token returns the server that it made.
        """

    def get(self, server_id: str) -> Server:
        """Read one server. Raises `Gone`."""

    def destroy(self, server_id: str) -> None:
        """Have a server destroyed with its disk; one that is gone is destroyed already."""

    def restart(self, server_id: str) -> None:
        """Have a server restarted as by its own `reboot`; its disk and address stay.

        Each call is another restart. Raises `Gone`, and `NotReady` while something else is being
        done to it.
        """

    def open_firewall(self, tag: str, name: str, ports: tuple[str, ...]) -> None:
        """Have a firewall of that name that admits only these ports to servers with `tag`.

        Ports as `22/tcp` or `30000-39999/udp`. A firewall of that name gets exactly these.
        """

    def remove_firewall(self, name: str) -> None:
        """Remove the firewall of that name, if it exists.

        Raises `NotReady` while a server that is going still holds it.
        """

    def remove_key(self, public_key: str) -> None:
        """Forget a registered public key, if it is known."""

    def knows_key(self, public_key: str) -> bool:
        """Whether this account, in this region, has a public key registered.

        Never true of an account that took no order with the key. False may mean that the key was
        removed, or that the order came to nothing before it.
        """

    def remove_tag(self, tag: str) -> None:
        """Forget a tag that no server carries any more.

        Where tags are things of their own, they outlive their servers; elsewhere nothing is left
        to do. A tag that a server carries stays with it: nothing else may lead back to that one.
        """
