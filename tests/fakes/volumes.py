"""The volumes of an in-memory node: who holds them, what they hold, and their snapshots."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chalicelib.domain.errors import ImageUnavailable
from chalicelib.domain.plan import Plan, Service
from chalicelib.domain.redeploy import written
from chalicelib.ports.nodes import JobState
from chalicelib.ports.volumes import Sizes

if TYPE_CHECKING:
    from tests.fakes.node import FakeNode

KILLED = "The copying was killed."

Held = tuple[str, str]
"""A volume: its deployment and its name."""


@dataclass
class FakeVolumes:
    """What each container that starts writes into its volumes is the name of its image.

    `clashes` names every moment at which containers of two plans had one volume to write, or at
    which one was copied or put back under a running writer.
    """

    node: FakeNode
    declared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Where images declare volumes of their own."""
    data: dict[Held, list[str]] = field(default_factory=lambda: defaultdict(list))
    mb: dict[str, int] = field(default_factory=dict)
    free: int = 10_000
    writers: dict[str, tuple[Plan, frozenset[Held]]] = field(default_factory=dict)
    """What each container may write, by its id."""
    snapshots: dict[tuple[str, int], dict[str, list[str]]] = field(default_factory=dict)
    jobs: dict[tuple[str, int, str], tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    """How often each job still says that it runs, and on which volumes it works."""
    breaks: list[str] = field(default_factory=list)
    """Jobs that fail, by what they do, one a time, with the words after a colon."""
    clashes: list[str] = field(default_factory=list)

    def of_images(self, images: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        self.node.enter("of_images")
        for image in images:
            if image in self.node.engine.missing:
                raise ImageUnavailable(f"The image {image} is not on the server.")
        return {image: self.declared.get(image, ()) for image in images}

    def sizes(self, deployment_id: str, volumes: tuple[str, ...]) -> Sizes:
        self.node.enter("sizes")
        return Sizes({volume: self.mb.get(volume, 10) for volume in volumes}, self.free)

    def starts(self, deployment_id: str, container: str, plan: Plan, service: Service) -> None:
        """Note that a container starts, and what it may write."""
        held = frozenset((deployment_id, v) for v in written(service, self.declared))
        self.writers[container] = (plan, held)
        for other in self.running(held):
            if other != container and self.writers[other][0] != plan:
                self.clashes.append(f"{container} started while {other} ran")
        for volume in held:
            self.data[volume].append(service.image)

    def running(self, held: frozenset[Held]) -> list[str]:
        """The containers that run and may write one of these."""
        up = [s.id for s in self.node.engine.running.values() if s.status == "running"]
        return [one for one in up if one in self.writers and self.writers[one][1] & held]

    def start_snapshot(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        self.node.enter("start_snapshot")
        self._start(deployment_id, volumes, generation, "take")

    def snapshot_state(self, deployment_id: str, *, generation: int) -> JobState:
        self.node.enter("snapshot_state")
        return self._state(deployment_id, generation, "take")

    def start_restore(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        self.node.enter("start_restore")
        self._start(deployment_id, volumes, generation, "put-back")

    def restore_state(self, deployment_id: str, *, generation: int) -> JobState:
        self.node.enter("restore_state")
        return self._state(deployment_id, generation, "put-back")

    def drop_snapshots(self, deployment_id: str) -> None:
        self.node.enter("drop_snapshots")
        self.snapshots = {k: v for k, v in self.snapshots.items() if k[0] != deployment_id}
        self.jobs = {k: v for k, v in self.jobs.items() if k[0] != deployment_id}

    def _start(self, app: str, volumes: tuple[str, ...], generation: int, what: str) -> None:
        running = self.running(frozenset((app, volume) for volume in volumes))
        if what == "put-back" and (app, generation) not in self.snapshots:
            running, volumes = [], ()
        if running and (app, generation, what) not in self.jobs:
            self.clashes.append(f"{what} while {', '.join(running)} ran")
        self.jobs.setdefault((app, generation, what), (1, volumes))

    def _state(self, app: str, generation: int, what: str) -> JobState:
        key = (app, generation, what)
        if key not in self.jobs:
            return JobState("absent")
        left, volumes = self.jobs[key]
        if left > 0:
            self.jobs[key] = (left - 1, volumes)
            return JobState("running")
        broken = next((one for one in self.breaks if one.startswith(f"{what}:")), None)
        if broken is not None:
            self.breaks.remove(broken)
            del self.jobs[key]
            said = broken.partition(":")[2]
            return JobState("failed", None if said == KILLED else 1, said)
        if left == 0:
            self.jobs[key] = (-1, volumes)
            self._do(app, volumes, generation, what)
        return JobState("done", 0)

    def _do(self, app: str, volumes: tuple[str, ...], generation: int, what: str) -> None:
        if what == "take":
            self.snapshots[app, generation] = {v: list(self.data[app, v]) for v in volumes}
            return
        for volume, held in self.snapshots.get((app, generation), {}).items():
            self.data[app, volume] = list(held)
