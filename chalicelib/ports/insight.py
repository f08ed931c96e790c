"""What a node's Docker Engine tells of everything that Hoster runs there, in few round trips."""

from __future__ import annotations

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
