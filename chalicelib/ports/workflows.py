"""What runs work that takes time."""

from __future__ import annotations

from typing import Literal, Protocol

from chalicelib.ports.records import Work

ExecutionState = Literal["absent", "running", "succeeded", "failed"]


class Workflows(Protocol):
    """State machines, one per kind of work."""

    def start(self, entity: str, work: Work) -> None:
        """Start the execution that `work` names; one that exists already counts as started.

        Raises `Unavailable` when it cannot be told whether it started.
        """

    def state(self, work: Work) -> ExecutionState:
        """Tell how the execution that `work` names is doing. Raises `Unavailable`."""

    def running(self, kind: str, *, limit: int) -> tuple[str, ...]:
        """List the names of executions of a kind of work that run, newest first.

        Raises `Unavailable`.
        """
