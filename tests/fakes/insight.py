"""What an in-memory node tells of all its containers at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.ports.insight import AppDisk, Counters, Death, NodeDisk
from chalicelib.ports.nodes import ContainerState

if TYPE_CHECKING:
    from tests.fakes.node import FakeNode


@dataclass
class FakeInsight:
    """Looks at the node's own engine; `ends` holds what it remembers of ends, by deployment.

    `counters` holds what containers show, by their ids, and `disks` what apps take.
    """

    node: FakeNode
    ends: dict[str, list[Death]] = field(default_factory=lambda: defaultdict(list))
    counters: dict[str, Counters] = field(default_factory=dict)
    disk_percent: int = 40
    disks: dict[str, AppDisk] = field(default_factory=dict)
    rests: list[int] = field(default_factory=list)
    """After how many seconds each look would have the disk measured again."""

    def containers(self) -> dict[str, tuple[ContainerState, ...]]:
        self.node.enter("insight")
        found = {deployment for deployment, _ in self.node.engine.running}
        return {one: self.node.engine.containers(one) for one in found}

    def deaths(self, *, since: str, until: str) -> dict[str, tuple[Death, ...]]:
        return {
            deployment: tuple(end for end in ends if since <= end.at <= until)
            for deployment, ends in self.ends.items()
        }

    def usage(self, containers: Iterable[ContainerState]) -> dict[str, Counters]:
        self.node.enter("usage")
        running = {one.id for one in containers if one.status == "running"}
        return {one: shown for one, shown in self.counters.items() if one in running}

    def image_bytes(self, images: Iterable[str]) -> int:
        self.node.enter("image_bytes")
        return 1024 * 1024 * len(set(images))

    def disk(self, *, every: int) -> NodeDisk:
        self.node.enter("disk")
        self.rests.append(every)
        opened = frozenset(self.node.lets_in)
        return NodeDisk(self.disk_percent, dict(self.disks), self.node.told_at, opened)
