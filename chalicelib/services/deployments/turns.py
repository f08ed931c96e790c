"""Whose turn it is to be started: after what a service depends on, and after whose data it is."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.plan import Dependency, Plan, Service
from chalicelib.ports.nodes import ContainerState, Engine
from chalicelib.ports.records import Record
from chalicelib.services.deployments.readiness import dependency_holds, is_up, name_proven
from chalicelib.services.tools import Tools

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass
class Turns:
    """What stands while the services of a plan are started; `states` is kept up to date."""

    tools: Tools
    engine: Engine
    deployment: Record
    plan: Plan
    states: dict[str, ContainerState]
    waiting: set[str]
    """The services that are still to be started in this run of the step."""
    _ranks: dict[str, int] = field(init=False)
    _now: str = field(init=False)
    _unproven: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        in_place = self.deployment.attributes.get("in_place") or ()
        self._ranks = ranks(self.plan, in_place, self.deployment.attributes.get("kept") or ())
        self._now = self.engine.now() if in_place else ""
        self._unproven = name_proven(
            self.engine, self.deployment, self.plan, self.states, self._now
        )

    def started(self, state: ContainerState) -> None:
        """Take note of a service that was started."""
        self.states[state.service] = state
        self.waiting.discard(state.service)

    def unmet(self, service: Service) -> Dependency | None:
        """Return what a service still waits for, once what it depends on was started.

        Raises `ContainerExited` or `Unhealthy` when that can no longer come true.
        """
        return next(self._unmet(service), None)

    def _unmet(self, service: Service) -> Iterator[Dependency]:
        for wanted in service.depends_on:
            if not self._holds(wanted) or wanted.service in self._unproven:
                yield wanted
        for name, rank in self._ranks.items():
            if rank < self._ranks[service.name] and not self._has_proven_itself(name):
                yield Dependency(name, "service_healthy")

    def _has_proven_itself(self, name: str) -> bool:
        if name in self.waiting:
            return False
        ends = name in self.plan.finite
        wanted = Dependency(name, "service_completed_successfully" if ends else "service_started")
        holds = self._holds(wanted) and name not in self._unproven
        return holds and is_up(self.states.get(name), self._now)

    def _holds(self, wanted: Dependency) -> bool:
        return dependency_holds(self.tools, self.engine, self.deployment, self.states, wanted)


def ranks(plan: Plan, in_place: Collection[str], kept: Collection[str]) -> dict[str, int]:
    """Return in which turn each service is started; each waits until those before are proven.

    Where data changes hands, what holds it comes first and what is kept comes last, each with what
    it depends on or mentions: what others write until then would be lost with a change that is
    undone.
    """
    needs = {one.name: _needs(plan, one) for one in plan.services}
    first = _with_needs(needs, in_place)
    second = _with_needs(needs, needs.keys() - set(kept))
    if not first:
        return dict.fromkeys(needs, 0)
    return {name: (name not in first) + (name not in second) for name in needs}


def _needs(plan: Plan, service: Service) -> set[str]:
    """What a service depends on, and whatever its settings, command and files mention by name."""
    files = {file.key: file.content for file in plan.files}
    said = [value for _, value in service.environment]
    said += [*(service.command or ()), *(service.entrypoint or ())]
    said += [files.get(mount.source, "") for mount in service.mounts if mount.kind == "file"]
    words = {word for text in said for word in _WORD.findall(text)}
    others = {one.name for one in plan.services if one.name != service.name}
    return (others & words) | {one.service for one in service.depends_on}


def _with_needs(needs: Mapping[str, set[str]], names: Collection[str]) -> set[str]:
    found: set[str] = set()
    more = set(names)
    while more != found:
        found = more
        more = found.union(*(needs.get(name, ()) for name in found))
    return found
