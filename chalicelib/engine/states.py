"""The states of each resource and the moves between them (CONTRACT 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.errors import Conflict


@dataclass(frozen=True)
class States:
    """A state machine as data: where one starts, where one may go, where one ends."""

    initial: str
    moves: Mapping[str, frozenset[str]]
    final: str | None = None
    """The tombstone: records in it are kept, and left out of lists and reads."""

    @property
    def names(self) -> frozenset[str]:
        """Every state."""
        return frozenset(self.moves) | {s for targets in self.moves.values() for s in targets}

    def allows(self, source: str, target: str) -> bool:
        """Tell whether one may go from `source` to `target` (staying is always allowed)."""
        return source == target or target in self.moves.get(source, frozenset())

    def sources(self, target: str) -> tuple[str, ...]:
        """Name the states from which `target` can be reached in one move."""
        return tuple(sorted(s for s, targets in self.moves.items() if target in targets))

    def require(self, source: str, target: str, *, action: str) -> None:
        """Raise `Conflict` with code `wrong_state` unless the move is allowed."""
        if not self.allows(source, target):
            able = ", ".join(self.sources(target)) or "no state"
            raise Conflict(
                f"Cannot {action} while it is {source}; that works from: {able}.",
                code="wrong_state",
            )


def states(initial: str, final: str | None = None, **moves: str) -> States:
    """Write a state machine as `source="target target"`."""
    return States(
        initial, {source: frozenset(targets.split()) for source, targets in moves.items()}, final
    )
