"""Whether services are up: healthy, or steady without a check; and why one will never be."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from chalicelib.domain import clock
from chalicelib.domain.errors import ContainerExited, Unhealthy
from chalicelib.domain.health import ending
from chalicelib.domain.plan import Dependency, Plan
from chalicelib.domain.redaction import redacted
from chalicelib.ports.nodes import ContainerState, Engine
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import engine_of
from chalicelib.services.deployments.plans import plan_of, secrets_of
from chalicelib.services.tools import Tools

STEADY_SECONDS = 3.0
"""A service without a health check must stay up this long, without a restart."""


MAX_RESTARTS = 3


LOG_LINES = 15


def states_of(engine: Engine, deployment: Record) -> dict[str, ContainerState]:
    """The newest container of each service, as `judged`."""
    return {one.service: judged(deployment, one) for one in engine.containers(deployment.id)}


def judged(deployment: Record, state: ContainerState) -> ContainerState:
    """A container as far as this work is about it: what is kept may have had its bad days.

    It is also given time to be healthy again: what it needs may have been away.
    """
    if state.service in (deployment.attributes.get("kept") or ()):
        health = "starting" if state.health == "unhealthy" else state.health
        return replace(state, restarts=0, out_of_memory=False, health=health)
    return state


def dependency_holds(
    tools: Tools,
    engine: Engine,
    deployment: Record,
    states: dict[str, ContainerState],
    wanted: Dependency,
) -> bool:
    """Whether a dependency holds by these states.

    Raises `ContainerExited` or `Unhealthy` when it can no longer come true.
    """
    state = states.get(wanted.service)
    if state is None:
        return False
    if wanted.condition == "service_completed_successfully":
        if state.status == "exited" and state.exit_code:
            raise _exited(tools, engine, deployment, state)
        return state.status == "exited"
    _refuse_broken(tools, engine, deployment, state)
    if wanted.condition == "service_healthy":
        return state.health == "healthy"
    return state.status == "running"


def await_healthy(
    tools: Tools, deployment: Record, *, only: Collection[str] | None = None
) -> tuple[str, float] | None:
    """Ask whether every service is healthy, or steady without a check; `only` names some.

    Returns what is awaited and how many seconds it takes at least; None when all is well. Raises
    `ContainerExited` and `Unhealthy` with the end of the service's output.
    """
    plan, awaited = plan_of(tools, deployment), []
    with engine_of(tools, deployment) as engine:
        now = engine.now()  # before the containers, so that none seems to have been up for longer
        states = states_of(engine, deployment)
        for service in plan.services:
            if only is not None and service.name not in only:
                continue
            state = states.get(service.name)
            if state is None:
                raise ContainerExited(f"The container of {service.name} is gone.")
            if service.name in plan.finite and state.status == "exited" and not state.exit_code:
                continue
            _refuse_broken(tools, engine, deployment, state)
            awaited += _awaited(state, now)
        name_proven(engine, deployment, plan, states, now)
    if not awaited:
        return None
    times = [seconds for _, seconds in awaited]
    return awaited[0][0], max(times) if all(times) else 0.0


def name_proven(
    engine: Engine, deployment: Record, plan: Plan, states: dict[str, ContainerState], now: str
) -> frozenset[str]:
    """Let what was made in place answer to its names once it is up; returns what is not yet.

    Until then nobody's writes are taken that an undoing would lose.
    """
    in_place = frozenset(deployment.attributes.get("in_place") or ())
    proven = {
        service.name
        for service in plan.services
        if service.name in in_place and is_up(states.get(service.name), now)
    }
    for service in plan.services:
        if service.name in proven:
            engine.name(deployment.id, service)
    return in_place - proven


def is_up(state: ContainerState | None, now: str) -> bool:
    """Whether a container is healthy, or steady without a check, or has done what it was to do."""
    if state is None or state.health == "unhealthy":
        return False
    done = state.status == "exited" and state.exit_code == 0
    return done or not _awaited(state, now)


def _awaited(state: ContainerState, now: str) -> list[tuple[str, float]]:
    """What of a container is awaited, and the seconds that it takes where they are known."""
    if state.health == "starting":
        return [(f"Waiting for {state.service} to be healthy.", 0.0)]
    if state.status != "running":
        return [(f"Waiting for {state.service} to run; it is {state.status}.", 0.0)]
    if state.health == "none":
        up = clock.seconds_between(state.started_at, now) if state.started_at else 0.0
        if up < STEADY_SECONDS:
            return [(f"Watching whether {state.service} stays up.", STEADY_SECONDS - up)]
    return []


def _refuse_broken(tools: Tools, engine: Engine, deployment: Record, state: ContainerState) -> None:
    """Raise when a container that has to stay up ended, keeps restarting or is unhealthy."""
    if state.out_of_memory:
        raise ContainerExited(f"{state.service} ran out of memory. Give it a higher limit.")
    if state.status in {"exited", "dead"} or state.restarts > MAX_RESTARTS:
        raise _exited(tools, engine, deployment, state)
    if state.health == "unhealthy":
        said = redacted(state.last_probe or "", secrets_of(tools, deployment))
        probe = f" Its check says: {said[-300:]}" if said else ""
        tail = _last_lines(tools, engine, deployment, state)
        raise Unhealthy(f"{state.service} is unhealthy.{probe} Its last lines: {tail[-1500:]}")


def _last_lines(tools: Tools, engine: Engine, deployment: Record, state: ContainerState) -> str:
    """The end of a service's output, without the app's secrets, before it is shortened."""
    text = engine.logs(deployment.id, state.service, tail=LOG_LINES)
    return redacted(text, secrets_of(tools, deployment)).strip()


def _exited(
    tools: Tools, engine: Engine, deployment: Record, state: ContainerState
) -> ContainerExited:
    tail = _last_lines(tools, engine, deployment, state)
    how = ending(state.exit_code)
    if state.restarts > MAX_RESTARTS:
        how = f"does not stay up: it was restarted {state.restarts} times"
    said = f" Its last lines: {tail[-1500:]}" if tail else " It printed nothing."
    return ContainerExited(f"{state.service} {how}.{said}")
