"""What services are given: the ports behind functions, so that each is opened only when used.

The wiring of the Lambdas has this shape; tests bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chalicelib.ports.clouds import Cloud
    from chalicelib.ports.contents import Contents
    from chalicelib.ports.downloads import Downloads
    from chalicelib.ports.holdings import Holdings
    from chalicelib.ports.metrics import Metrics
    from chalicelib.ports.nodes import Connect
    from chalicelib.ports.paces import Paces
    from chalicelib.ports.queues import Queue
    from chalicelib.ports.records import Journal, Record, Records, Usage
    from chalicelib.ports.reports import Reports
    from chalicelib.ports.secrets import Seal
    from chalicelib.ports.workflows import Workflows


class Installation(Protocol):
    """What an installation is configured with."""

    @property
    def installation(self) -> str:
        """Prefix of every tag that leads back here."""

    @property
    def epoch(self) -> int:
        """Rises with each restore from a backup."""

    @property
    def apps_domain(self) -> str:
        """Automatic host names end in it."""

    @property
    def proxy_url(self) -> str:
        """Where people reach apps, with `{host}` to fill in."""

    @property
    def refused_networks(self) -> tuple[str, ...]:
        """Networks in which no node may be."""

    @property
    def registry_mirror(self) -> str:
        """Mirror that provisioned nodes pull through; empty for none."""

    @property
    def provider_lag_seconds(self) -> float:
        """How long a provider may not show what was just made."""

    @property
    def step_seconds(self) -> Mapping[str, float]:
        """How long a step may answer that it waits, by its name, where not as it declares."""


class Tools(Protocol):
    """The ports of one process."""

    def settings(self) -> Installation:
        """The installation's configuration."""

    def records(self) -> Records:
        """The store."""

    def metrics(self) -> Metrics:
        """What deployments use."""

    def contents(self, folder: str) -> Contents:
        """The immutable contents of one folder."""

    def downloads(self) -> Downloads:
        """Where files lie that people fetch by a link."""

    def paces(self) -> Paces:
        """Where is kept how long work usually takes."""

    def reports(self) -> Reports:
        """What background work found when it last looked."""

    def holdings(self) -> Holdings:
        """Everything that is reserved."""

    def queue(self, name: str) -> Queue:
        """The way to one kind of background work."""

    def workflows(self) -> Workflows:
        """The state machines."""

    def seal(self) -> Seal:
        """The sealing of secrets."""

    def cloud(self, provider: str, credentials: dict[str, str], region: str = "") -> Cloud:
        """An account at a provider, opened for a region; empty leaves that to the provider."""

    def connect(self) -> Connect:
        """How to log in to a node."""

    def now(self) -> str:
        """The present as text."""

    def new_id(self, prefix: str | None) -> str:
        """Make an id for a new record."""

    def told(self, record: Record, name: str, actor: str, **data: Any) -> Journal:
        """A journal entry of this moment about a record."""

    def used(
        self, user: str, event: str, resource: str, resource_type: str, **metadata: str
    ) -> Usage:
        """A usage event of this moment."""

    def addresses(self, host: str) -> tuple[str, ...]:
        """The IPv4 addresses that a host name has now; none when they cannot be told."""

    def answers(self, address: str, port: int, host: str) -> bool:
        """Whether something speaks HTTP at `address`:`port` for `host`, asked once."""
