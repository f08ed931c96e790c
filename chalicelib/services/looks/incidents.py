"""What happened to an app between two looks, as events in plain words, each kind grouped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.health import ENDED, LOOP_MINUTES, MAX_RESTARTS, MISSING, ending
from chalicelib.ports.insight import Death

Shown = dict[str, Any]
"""A container as `containers` of a deployment holds it."""
Event = tuple[str, dict[str, Any]]
"""An event's name and details."""

TELLING = 5
"""How many services one event names with what happened to each."""
_STATES = {
    "created": "was never started",
    "restarting": "is restarting",
    "paused": "is paused",
    "removing": "is being removed",
    "exited": "has ended",
    "dead": "has ended",
    MISSING: "is gone",
}


@dataclass(frozen=True)
class Between:
    """What changed of an app's containers from one look to the next, by service."""

    before: Mapping[str, Shown]
    after: Mapping[str, Shown]
    restarted: Mapping[str, int] = field(default_factory=dict)
    """How often each was restarted."""
    loops_begun: Mapping[str, int] = field(default_factory=dict)
    """Which restart again and again since now, and how often they did."""
    looping: Sequence[str] = ()
    """Which do so still, the new ones among them."""
    loops_ended: Sequence[str] = ()
    deaths: Sequence[Death] = ()


def incidents(between: Between) -> list[Event]:
    """Tell ends, kills for want of memory, restarts and loops."""
    found = {
        "container_died": _died(between),
        "container_oom": _starved(between),
        "container_restarted": _restarted(between),
        "restart_loop": {
            service: f"{service}, {count} times in {LOOP_MINUTES} minutes"
            for service, count in between.loops_begun.items()
        },
        "restart_loop_ended": {service: service for service in between.loops_ended},
    }
    return [(name, _details(said)) for name, said in found.items() if said]


def health_changed(before: str, now: str, containers: Mapping[str, Shown]) -> list[Event]:
    """Tell that the app's health changed, and which services it is for."""
    if before == now or (before == "unknown" and now == "healthy"):
        return []
    said = {service: words for service, one in containers.items() if (words := ill(service, one))}
    details = _details(said)
    details.pop("service", None)
    return [(f"health_{now}", details if said else {})]


def ill(service: str, one: Shown) -> str:
    """Say what ails a container; empty when nothing does."""
    if one["status"] in ENDED and one.get("completes") and one.get("exit_code") == 0:
        return ""
    if one["status"] != "running":
        return f"{service} {_STATES.get(one['status'], one['status'])}"
    if one["health"] == "unhealthy":
        return f"the check of {service} fails"
    if one["restarts"] > MAX_RESTARTS:
        return f"{service} was restarted {one['restarts']} times"
    return f"{service} is starting" if one["health"] == "starting" else ""


def end_of(service: str, one: Shown) -> str:
    """Say how a container ended that is gone or has given up."""
    if one["status"] == MISSING:
        return f"{service} is gone from its server"
    how = f"{service} {ending(one['exit_code'])}"
    if one.get("out_of_memory"):
        how = f"{service} ran out of memory and ended with status {one['exit_code']}"
    return f"{how} after {_times(one['restarts'], 'restart')}" if one["restarts"] else how


def _died(between: Between) -> dict[str, str]:
    over = {*ENDED, MISSING}
    return {
        service: end_of(service, one)
        for service, one in between.after.items()
        if one["status"] in over
        and between.before.get(service, {}).get("status") not in over
        and not (one.get("completes") and not one.get("exit_code"))
    }


def _starved(between: Between) -> dict[str, str]:
    found: dict[str, str] = {}
    for service, one in between.after.items():
        kills = sum(end.out_of_memory for end in between.deaths if end.service == service)
        known = between.before.get(service, {}).get("out_of_memory")
        is_new = bool(one.get("out_of_memory")) and not known
        if count := max(kills, int(is_new)):
            found[service] = service if count == 1 else f"{service} {count} times"
    return found


def _restarted(between: Between) -> dict[str, str]:
    """Tell restarts, but not those of what does nothing else any more."""
    found: dict[str, str] = {}
    for service, count in between.restarted.items():
        if service in between.looping:
            continue
        codes = [end.exit_code for end in between.deaths if end.service == service]
        after = f", after status {codes[-1]}" if codes and codes[-1] is not None else ""
        found[service] = f"{service} {_times(count, 'time')}{after}"
    return found


def _times(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _details(said: Mapping[str, str]) -> dict[str, Any]:
    """Make one event's details of what is said of each service."""
    services = list(said)
    words = [said[service] for service in services[:TELLING]]
    if len(services) > TELLING:
        words.append(f"and {len(services) - TELLING} more")
    details: dict[str, Any] = {"services": services, "message": "; ".join(words)}
    return details | {"service": services[0]} if len(services) == 1 else details
