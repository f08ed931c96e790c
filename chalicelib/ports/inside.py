"""What is seen and done inside an app's containers, at the moment when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.logs import STREAMS, Line, Stream


@dataclass(frozen=True)
class Source:
    """A container whose output can be read and in which a command can run."""

    id: str
    service: str
    generation: int
    is_running: bool
    has_terminal: bool
    """Whether it has a terminal: then all its output is `stdout`."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and the beginning of what it printed."""

    exit_code: int | None
    """None for one that was killed because its time was over."""
    stdout: str
    stderr: str
    is_truncated: bool
    """Whether it printed more than is kept."""


class Inside(Protocol):
    """The containers of one deployment, through the node's Docker Engine.

    Every method raises `DockerUnavailable` when the Engine does not answer and `HostUnreachable`
    when the connection breaks.
    """

    def sources(self, deployment_id: str) -> tuple[Source, ...]:
        """List the deployment's containers, stopped ones too, sorted by service."""

    def lines(
        self,
        source: Source,
        *,
        since: str = "",
        until: str = "",
        tail: int | None = None,
        streams: tuple[Stream, ...] = STREAMS,
    ) -> Iterator[Line]:
        """Read a container's output in the order in which it was written.

        From the moment `since` on and up to `until`, both included and RFC 3339 in UTC with up to
        nine digits of a second; of those the lines among the last `tail` that were written. A line
        that a running container has not ended yet is left for later. Nothing comes from a
        container that is gone.
        """

    def execute(self, source: Source, command: tuple[str, ...], *, seconds: float) -> Ended:
        """Run a command in a running container to its end, without input and without a terminal.

        One that goes on after `seconds` is killed on the node, with all that it started there.
        Raises `ContainerExited` when the container does not run.
        """
