"""In-memory state machines that start and go no further, unless a test says how they go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Work
from chalicelib.ports.workflows import ExecutionState
from tests.permissions import unwatched


@dataclass
class FakeWorkflows:
    """Executions by name. `away` makes starting fail; `then` runs as soon as one started."""

    executions: dict[str, ExecutionState] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    """What each execution works on, by name."""
    started: list[tuple[str, str]] = field(default_factory=list)
    """What was started: the record's id and the kind of work."""
    away: bool = False
    then: Callable[[str], None] | None = None

    def start(self, entity: str, work: Work) -> None:
        if self.away:
            raise Unavailable("The work is recorded and will be started shortly.")
        if work.execution in self.executions:
            return
        self.executions[work.execution] = "running"
        self.kinds[work.execution] = work.kind
        self.started.append((entity, work.kind))
        if self.then is not None:
            with unwatched():
                self.then(entity)

    def state(self, work: Work) -> ExecutionState:
        if self.away:
            raise Unavailable("The state machines do not answer; try again.")
        return self.executions.get(work.execution, "absent")

    def running(self, kind: str, *, limit: int) -> tuple[str, ...]:
        if self.away:
            raise Unavailable("The state machines do not answer; try again.")
        names = [n for n, state in reversed(self.executions.items()) if state == "running"]
        return tuple(name for name in names if self.kinds.get(name) == kind)[:limit]
