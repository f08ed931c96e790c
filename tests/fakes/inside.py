"""The inside of an in-memory node's containers: what they wrote, and commands in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.errors import ContainerExited
from chalicelib.domain.logs import STREAMS, Line, Stream
from chalicelib.ports.inside import Ended, Source

if TYPE_CHECKING:
    from tests.fakes.node import FakeNode


def at(moment: int) -> str:
    """A time, as Docker writes it, so many nanoseconds past ten."""
    return f"2026-02-15T10:00:00.{moment:09d}Z"


@dataclass
class FakeInside:
    """Looks at the node's own engine; `written` holds lines by the container's id."""

    node: FakeNode
    written: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    commands: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """Every command that was run, with its service."""
    ends: Ended = field(default_factory=lambda: Ended(0, "", "", is_truncated=False))
    """How the next commands end."""

    def writes(self, container: str, moment: int, text: str, stream: Stream = "stdout") -> None:
        self.written[container].append(Line(stream, at(moment), text))

    def sources(self, deployment_id: str) -> tuple[Source, ...]:
        self.node.enter("sources")
        return tuple(
            Source(
                one.id,
                one.service,
                one.generation,
                is_running=one.status == "running",
                has_terminal=False,
            )
            for one in self.node.engine.containers(deployment_id)
        )

    def lines(
        self,
        source: Source,
        *,
        since: str = "",
        until: str = "",
        tail: int | None = None,
        streams: tuple[Stream, ...] = STREAMS,
    ) -> Iterator[Line]:
        for line in self.written[source.id][-tail if tail else 0 :]:
            if line.stream in streams and line.at >= since and (not until or line.at <= until):
                yield line

    def execute(self, source: Source, command: tuple[str, ...], *, seconds: float) -> Ended:
        self.node.enter("execute")
        if not source.is_running:
            raise ContainerExited(f"The container of {source.service} does not run.")
        self.commands.append((source.service, command))
        return self.ends
