"""What a look says of a node itself, recorded where it is news.

A node that is being checked is left alone, and so is what anybody changed since it was read: of
two looks at once one writes, and a node that its owner parked meanwhile stays parked.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from typing import Any

from chalicelib.domain import clock, doors
from chalicelib.domain.errors import (
    CommandFailed,
    Conflict,
    Contended,
    DockerUnavailable,
    HostKeyChanged,
    ProductError,
    Stale,
    Unavailable,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.domain.node_health import (
    CLOCK,
    DISK,
    DOCKER,
    MISSES,
    Condition,
    Machine,
    Trouble,
    after_good,
    after_trouble,
    read_warnings,
)
from chalicelib.ports.records import Change, Record, Write
from chalicelib.services.metering.metering import LOOKED_AT
from chalicelib.services.nodes.node_checks import (
    DOOR_LED,
    DOOR_UNTIL,
    HAS_DOOR,
    OFFERED,
    begin_check,
)
from chalicelib.services.tools import Tools

LIVE = ("online", "offline", "maintenance")
SEEN_SECONDS = 300.0
"""A look without news is noted when the last one that was noted is so long ago."""
DOCKER_SILENT = (DockerUnavailable, CommandFailed)
"""Errors of a node that answers over SSH."""


def note_good(tools: Tools, node: Record, machine: Machine | None) -> None:
    """Record that a node answers; one that was never measured is checked instead.

    `machine` is None when it could not be measured.
    """
    if not _is_ours(node):
        return
    if needs_new_certificate(node, tools.now()) or node.attributes.get(DOOR_LED) is False:
        check_when_due(tools, node)
    before = condition_of(node)
    after = after_good(before, machine)
    if after.status != before.status and not node.attributes.get("docker_version"):
        check_when_due(tools, node)
        return
    attributes: dict[str, Any] = {
        "host_key_fingerprint": fingerprint(node.attributes["host_key"]),
        OFFERED: None,
    }
    if machine is not None:
        attributes["disk_used_percent"] = machine.disk_used_percent
    _write(tools, node, before, after, attributes, seen=True)


def needs_new_certificate(node: Record, now: str) -> bool:
    """Whether a node has a door whose certificate a check is to replace."""
    until = node.attributes.get(DOOR_UNTIL)
    has_door = bool(node.attributes.get(HAS_DOOR))
    return has_door and doors.is_due(until, now, left_days=doors.NODE_LEFT_DAYS)


def check_when_due(tools: Tools, node: Record) -> None:
    """Begin a check of a node in which no look can log in, where the last one is long ago."""
    if node.work is None and _is_due(node, "last_health_check", tools.now()):
        with contextlib.suppress(Conflict, Stale):
            begin_check(tools, node, actor="hoster")


def note_trouble(tools: Tools, node: Record, error: ProductError) -> bool:
    """Record that a look at a node failed; after three in a row it is offline, with the error.

    Tells whether anything was written.
    """
    if not _is_ours(node):
        return False
    is_changed = isinstance(error, HostKeyChanged)
    trouble = Trouble(
        error.error_code,
        error.detail,
        answers=isinstance(error, DOCKER_SILENT),
        certain=is_changed,
    )
    offered = error.offered if isinstance(error, HostKeyChanged) else ""
    attributes = {OFFERED: offered} if offered else {}
    before = condition_of(node)
    return _write(tools, node, before, after_trouble(before, trouble), attributes, seen=False)


def condition_of(node: Record) -> Condition:
    """How a node is, as its record keeps it."""
    kept = node.attributes
    return Condition(
        node.status,
        node.health,
        int(kept.get("misses") or 0),
        read_warnings(kept.get("warnings") or ()),
        kept.get("error_code"),
        kept.get("error_message"),
    )


def _is_ours(node: Record) -> bool:
    """Whether what is seen of a node is to be recorded: no check of it is in hand or to come."""
    return node.status in LIVE and node.work is None and bool(node.attributes.get("host_key"))


def _is_due(node: Record, name: str, now: str) -> bool:
    last = node.attributes.get(name)
    return last is None or clock.seconds_between(last, now) >= SEEN_SECONDS


def _write(
    tools: Tools,
    node: Record,
    before: Condition,
    after: Condition,
    attributes: dict[str, Any],
    *,
    seen: bool,
) -> bool:
    """Write what changed, and now and then when it was looked at or last seen.

    Tells whether anything was written.
    """
    now, times = (
        tools.now(),
        {"last_health_check"} | ({"last_seen_at", LOOKED_AT} if seen else set()),
    )
    found = attributes | {
        "misses": after.misses,
        "warnings": [asdict(one) for one in after.warnings],
        "error_code": after.error_code,
        "error_message": after.error_message,
    }
    changed = {name: value for name, value in found.items() if _differs(node, name, value)}
    stands = (before.status, before.health) == (after.status, after.health)
    if stands and not changed and not any(_is_due(node, name, now) for name in times):
        return False
    change = Change(
        of=node,
        status=after.status if after.status != before.status else None,
        health=after.health if after.health != before.health else None,
        attributes=changed | dict.fromkeys(sorted(times), now),
        if_status=(node.status,),
        if_generation=node.generation,
        if_version=node.version,
        if_idle=True,
    )
    with contextlib.suppress(Stale, Contended, Unavailable):
        tools.records().commit(change, *_events(tools, node, before, after, found))
        return True
    return False


def _differs(node: Record, name: str, value: Any) -> bool:
    """Whether an attribute is not what it was; what was never written is nothing yet."""
    return bool((node.attributes.get(name) or None) != (value or None))


def _events(
    tools: Tools, node: Record, before: Condition, after: Condition, found: dict[str, Any]
) -> list[Write]:
    """What there is to tell of a node: that it went or came back, and what it is warned of anew."""
    told: list[Write] = []
    is_lost = after.misses == MISSES and (before.status, before.misses) != (after.status, MISSES)
    is_changed = before.error_code != after.error_code == HostKeyChanged.code
    if is_lost or is_changed:
        told.append(tools.told(node, "node_unreachable", "hoster", detail=after.error_message))
    if after.misses == 0 and before.error_code is not None:
        told.append(tools.told(node, "node_back", "hoster"))
    new = after.codes - before.codes
    if DISK in new:
        percent = found["disk_used_percent"]
        told.append(tools.told(node, "node_disk_full", "hoster", percent=percent))
    said = {one.code: one.message for one in after.warnings if one.code in new}
    if DOCKER in said:
        told.append(tools.told(node, "node_docker_not_answering", "hoster", message=said[DOCKER]))
    if CLOCK in said:
        told.append(tools.told(node, "node_clock_off", "hoster", message=said[CLOCK]))
    return told
