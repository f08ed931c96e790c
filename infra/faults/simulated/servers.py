"""Servers on the simulation's clock, which go away, lose their Docker and run full for a while."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chalicelib.domain.errors import DiskFull, DockerUnavailable, HostUnreachable, ProductError
from chalicelib.ports.insight import AppDisk, NodeDisk
from chalicelib.ports.nodes import MachineFacts
from tests.fakes.insight import FakeInsight
from tests.fakes.node import FakeEngine, FakeNode

if TYPE_CHECKING:
    from infra.faults.simulated.world import World

WRITE = frozenset(
    {"write_file", "deliver_files", "ensure_service", "ensure_volumes", "start_snapshot"}
    | {"start_sending", "start_dumping", "start_fetching", "start_loading"}
)
"""Calls that need room on the disk."""
OF_DOCKER = frozenset({"engine", "insight", "volumes", "volume_archives"})
PURE = frozenset({"config_hash"})
"""Calls that reach nothing."""


class SimulatedInsight(FakeInsight):
    """A look that finds every app's disk measured at this moment."""

    def disk(self, *, every: int) -> NodeDisk:
        apps = {app for app, _ in self.node.engine.running}
        self.disks = {app: AppDisk(5000, self.node.told_at) for app in apps}
        return super().disk(every=every)


class SimulatedEngine(FakeEngine):
    """Docker that tells the simulation's time."""

    def now(self, later: float = 0.0) -> str:
        here: SimulatedServer = self.node  # type: ignore[assignment]
        return here.world.now(later)


@dataclass
class SimulatedServer(FakeNode):
    """One server; times in the simulation's seconds."""

    address: str = ""
    world: World = field(default=None, repr=False)  # type: ignore[assignment]
    unreachable_until: float = 0.0
    docker_dead_until: float = 0.0
    disk_full_until: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.engine = SimulatedEngine(self)
        self.insight = SimulatedInsight(self)

    @property
    def told_at(self) -> str:
        """The simulation's time."""
        return self.world.now()

    @property
    def is_reachable(self) -> bool:
        return self.unreachable_until <= self.world.seconds

    @property
    def has_docker(self) -> bool:
        return self.docker_dead_until <= self.world.seconds

    def trouble(self, part: str, call: str) -> ProductError | None:
        """Why a call cannot be done now; None when it can."""
        if call in PURE:
            return None
        if not self.is_reachable:
            return HostUnreachable("No answer.")
        if part in OF_DOCKER and not (self.has_docker and self.docker):
            return DockerUnavailable("Docker does not answer.")
        if call in WRITE and self.disk_full_until > self.world.seconds:
            return DiskFull("No space left on device.")
        return None

    def facts(self) -> MachineFacts:
        found = super().facts()
        return found if self.has_docker else replace(found, docker_version=None)
