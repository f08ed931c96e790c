"""What an in-memory node tells of all its containers at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState

if TYPE_CHECKING:
    from tests.fakes.node import FakeNode


@dataclass
class FakeInsight:
    """Looks at the node's own engine; `ends` holds what it remembers of ends, by deployment."""

    node: FakeNode
    ends: dict[str, list[Death]] = field(default_factory=lambda: defaultdict(list))

    def containers(self) -> dict[str, tuple[ContainerState, ...]]:
        self.node.enter("insight")
        found = {deployment for deployment, _ in self.node.engine.running}
        return {one: self.node.engine.containers(one) for one in found}

    def deaths(self, *, since: str, until: str) -> dict[str, tuple[Death, ...]]:
        return {
            deployment: tuple(end for end in ends if since <= end.at <= until)
            for deployment, ends in self.ends.items()
        }
