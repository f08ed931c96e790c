"""What a look at an app says against what is recorded of it: health, losses, restarts, loops."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from chalicelib.domain import clock, health
from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Record
from chalicelib.services.looks.incidents import Between, Event, Shown, health_changed, incidents


@dataclass(frozen=True)
class Memory:
    """What one look leaves for the next, as long as the generation is the same."""

    lost: dict[str, str] = field(default_factory=dict)
    """Services that are gone or have given up, and since which look."""
    restarts: dict[str, list[list[Any]]] = field(default_factory=dict)
    """When restarts of a service were seen, and how many."""
    looping: list[str] = field(default_factory=list)
    """Services of which it was told that they restart again and again."""
    seen_at: str = ""
    """The last look at which nothing was lost, as long as anything is, or nothing can be seen."""


@dataclass(frozen=True)
class Sighting:
    """An app as it was seen now."""

    health: health.Health
    containers: dict[str, Shown]
    memory: Memory
    events: tuple[Event, ...]
    confirmed: tuple[str, ...]
    """Services of which two looks in a row say that they are gone or have given up."""

    def is_news(self, app: Record) -> bool:
        """Whether anything of it is not recorded yet."""
        before = (app.health, recorded(app), memory_of(app))
        return before != (self.health, self.containers, self.memory)

    def attributes(self, app: Record) -> dict[str, Any]:
        """What of it the record keeps."""
        return {
            "containers": list(self.containers.values()),
            "watch": kept(self.memory, app),
        }


@dataclass(frozen=True)
class _Seen:
    """A container as the rules of health take it."""

    status: str
    health: str
    restarts: int
    exit_code: int | None
    completes: bool


def shown_container(state: ContainerState) -> Shown:
    """Show a container as `containers` of a deployment holds it."""
    return {
        "id": state.id,
        "service_name": state.service,
        "image": state.image,
        "status": state.status,
        "health": state.health,
        "restarts": state.restarts,
        "started_at": state.started_at,
        "since": state.finished_at if state.status in health.ENDED else state.started_at,
        "exit_code": state.exit_code,
        "out_of_memory": state.out_of_memory,
        "completes": state.completes,
        "ports": [
            {"container_port": inner, "host_port": outer, "protocol": protocol}
            for inner, outer, protocol in state.ports
        ],
    }


def health_of(states: Iterable[ContainerState]) -> health.Health:
    """How an app is whose containers look like this."""
    return health.app_health(health.container_health(state) for state in states)


def recorded(app: Record) -> dict[str, Shown]:
    """The containers as they were last seen, by service."""
    return {one["service_name"]: one for one in app.attributes.get("containers") or []}


def memory_of(app: Record) -> Memory:
    """What the last look left; nothing after other work."""
    kept = app.attributes.get("watch") or {}
    if kept.get("generation") != app.generation:
        return Memory()
    return Memory(kept["lost"], kept["restarts"], kept["looping"], kept.get("seen_at", ""))


def kept(memory: Memory, app: Record) -> dict[str, Any]:
    """Write what the next look needs, as the attribute `watch`."""
    return {**asdict(memory), "generation": app.generation}


def restart_span(app: Record, states: Iterable[ContainerState]) -> tuple[str, str] | None:
    """From when to when, by the node's clock, an app was restarted since the last look."""
    before, after = recorded(app), _foremost(states)
    times = [
        (before[service]["started_at"], after[service]["since"])
        for service in _restarted(before, after)
        if service in before
    ]
    known = [(since, until) for since, until in times if since and until]
    if not known:
        return None
    return min(since for since, _ in known), max(until for _, until in known)


def compare(
    app: Record,
    states: Iterable[ContainerState],
    deaths: Iterable[Death],
    now: str,
    *,
    last_look: str = "",
) -> Sighting:
    """Hold what was seen of an app's containers against what is recorded of them.

    `last_look` is when its node was seen before.
    """
    before, memory = recorded(app), memory_of(app)
    whole_at = max(last_look, app.attributes.get("started_at") or "")
    after = {service: _gone(one, now) for service, one in before.items()} | _foremost(states)
    seen = {service: _seen(one) for service, one in after.items()}
    lost = {
        service: memory.lost.get(service, now)
        for service, one in seen.items()
        if health.is_lost(one)
    }
    restarted = _restarted(before, after)
    restarts = memory.restarts | _samples(memory, restarted, now)
    loops = {
        service: count
        for service, samples in restarts.items()
        if service not in lost and (count := health.loop(_pairs(samples), now))
    }
    whole = health.app_health(health.container_health(one) for one in seen.values())
    between = Between(
        before=before,
        after=after,
        restarted=restarted,
        loops_begun={s: count for s, count in loops.items() if s not in memory.looping},
        looping=tuple(loops),
        loops_ended=[s for s in memory.looping if s not in loops and s not in lost],
        deaths=[end for end in deaths if _is_new(end, before)],
    )
    return Sighting(
        health=whole,
        containers=after,
        memory=Memory(lost, restarts, sorted(loops), _seen_at(memory, lost, whole_at)),
        events=(*incidents(between), *health_changed(app.health, whole, after)),
        confirmed=tuple(s for s in lost if health.is_confirmed(memory.lost.get(s), now)),
    )


def _seen_at(memory: Memory, lost: dict[str, str], whole_at: str) -> str:
    """When nothing was lost yet, by a look or as it was started; empty as long as that is so."""
    if not lost:
        return ""
    return memory.seen_at or ("" if memory.lost else whole_at)


def _foremost(states: Iterable[ContainerState]) -> dict[str, Shown]:
    """The container of each service; of several, one that runs, or is to, or the newest."""

    def rank(one: ContainerState) -> tuple[bool, bool, int]:
        return one.status == "running", one.status not in health.ENDED, one.generation

    ranked = sorted(states, key=rank)
    shown = {one.service: shown_container(one) for one in ranked}
    return dict(sorted(shown.items()))


def _gone(one: Shown, now: str) -> Shown:
    """Show a container that had to be there and is not; what completed may be cleared away."""
    if one["status"] == health.MISSING or (one.get("completes") and one["status"] in health.ENDED):
        return one
    return one | {"status": health.MISSING, "health": "none", "exit_code": None, "since": now}


def _seen(one: Shown) -> _Seen:
    completes = bool(one.get("completes"))
    return _Seen(one["status"], one["health"], one["restarts"], one.get("exit_code"), completes)


def _restarted(before: dict[str, Shown], after: dict[str, Shown]) -> dict[str, int]:
    """How often each container was restarted since the last look."""
    found: dict[str, int] = {}
    for service, one in after.items():
        known = before.get(service)
        earlier = known["restarts"] if known and known["id"] == one["id"] else 0
        if count := health.restarts_since(earlier, one["restarts"]):
            found[service] = count
    return found


def _samples(memory: Memory, restarted: dict[str, int], now: str) -> dict[str, list[list[Any]]]:
    """The restarts of the last minutes of what was restarted again; older ones are let go."""
    return {
        service: [
            *map(list, health.recent(_pairs(memory.restarts.get(service, [])), now)),
            [now, count],
        ]
        for service, count in restarted.items()
    }


def _pairs(samples: Sequence[Sequence[Any]]) -> list[health.Restarts]:
    return [(str(at), int(count)) for at, count in samples]


def _is_new(end: Death, before: dict[str, Shown]) -> bool:
    """Whether a container ended after the last look, and not before it."""
    begun = (before.get(end.service) or {}).get("started_at")
    return begun is None or clock.moment_of(end.at) >= clock.moment_of(begun)
