"""What a node's Docker Engine tells of everything that Hoster runs there, in few round trips."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.ports.nodes import ContainerState


@dataclass(frozen=True)
class Death:
    """One end of a container's process. `at` is RFC 3339 UTC by the node's clock."""

    service: str
    at: str
    exit_code: int | None
    out_of_memory: bool = False


@dataclass(frozen=True)
class Counters:
    """What one container used since it started, and what it holds now."""

    cpu_nanoseconds: int
    memory_bytes: int
    """Without what the kernel takes back when it needs it."""
    memory_limit_bytes: int
    """0 for no limit."""
    rx_bytes: int
    tx_bytes: int
    read_bytes: int
    written_bytes: int
    pids: int


@dataclass(frozen=True)
class AppDisk:
    """What a deployment took of the disk when it was measured, RFC 3339 UTC by the node's clock."""

    used_kb: int
    measured_at: str


@dataclass(frozen=True)
class NodeDisk:
    """How full the file system of Docker's data is, and what each deployment takes of it."""

    used_percent: int
    apps: dict[str, AppDisk]
    at: str
    """When it was told, RFC 3339 UTC by the node's clock, to the second."""
    opened: frozenset[str] | None = None
    """The deployments whose ports its firewall is told to let in, and `CHANGED` while it has not
    read that; None where no firewall of Hoster's reads it."""


class Insight(Protocol):
    """A look at all containers of a node at once, whatever deployment they belong to.

    Every method raises `DockerUnavailable` when the Engine does not answer and `HostUnreachable`
    when the connection breaks.
    """

    def containers(self) -> dict[str, tuple[ContainerState, ...]]:
        """List every container of Hoster's by deployment, stopped ones too, sorted by service.

        One that vanishes during the look is left out, and so is a deployment without containers.
        """

    def deaths(self, *, since: str, until: str) -> dict[str, tuple[Death, ...]]:
        """List ends of containers between two moments by deployment, oldest first.

        The moments are the node's own, to the second; the Engine remembers its last 256 events,
        so that this tells more of what happened and never that nothing did.
        """

    def usage(self, containers: Iterable[ContainerState]) -> dict[str, Counters]:
        """Read the counters of containers as `containers` saw them, by their ids, in one call.

        One that does not run, or has ended since, is left out. Raises `CommandFailed` and
        `NotReady` besides.
        """

    def image_bytes(self, images: Iterable[str]) -> int:
        """What images take of the disk together, each counted once; those not there count nothing.

        Layers that images share are counted for each of them.
        """

    def disk(self, *, every: int) -> NodeDisk:
        """Tell how full the disk is, and what was last measured of each deployment, in one call.

        Measured are volumes, writable layers, logs and files, in a job of its own on the node that
        begins at most once in `every` seconds, and less often where it takes long. Nobody waits
        for it: what has never been measured is left out. Raises `CommandFailed` and `NotReady`
        besides.
        """
