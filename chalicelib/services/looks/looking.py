"""Looking into an app's containers for its owner: how they are, what they use, what they write.

Only functions that may open secrets do this: a login needs its key, and what an app writes may
hold its secrets, which are taken out before anybody sees them.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.domain import health
from chalicelib.domain.errors import (
    CommandFailed,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    NodeUnreachable,
    NotFound,
    NotReady,
)
from chalicelib.domain.redaction import redactor
from chalicelib.ports.insight import Counters
from chalicelib.ports.nodes import ContainerState, Node
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import ELSEWHERE, home_of
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.secrets.logins import login_of
from chalicelib.services.tools import Tools

UNPLACED = frozenset({"pending", "scheduled"})
"""States of an app that has nothing on any server yet."""
UNASKABLE = (
    HostUnreachable,
    HostKeyChanged,
    LoginRefused,
    DockerUnavailable,
    CommandFailed,
    NotReady,
)
"""What a server says, or does not, when it cannot be asked."""
PROBE_CHARACTERS = 500
"""How much of the end of a probe's output is shown."""
MEASURED_SECONDS = 0.5
"""What a CPU did is a difference: this long lies between two readings of its counters."""
DOWN = UNPLACED | {"stopped", "deleting"}
"""States of an app whose containers do not run, as its owner wants it."""


def app_of(tools: Tools, deployment_id: str, owner: str) -> Record:
    """Read the app of a caller who was let in. Raises `NotFound` when it is not his any more."""
    record = tools.records().get(deployment_id)
    mine = record is not None and (record.type, record.owner) == ("deployments", owner)
    if record is None or not mine or record.status == "deleted":
        raise NotFound(f"There is no deployment {deployment_id} of yours.")
    return record


def is_placed(deployment: Record) -> bool:
    """Whether an app has containers anywhere, or had: one that was never started has none."""
    home = deployment.node or deployment.attributes.get("node_id")
    return bool(home) and deployment.status not in UNPLACED


@contextmanager
def node_of(tools: Tools, deployment: Record) -> Iterator[Node]:
    """Open the server of an app. Raises `NodeUnreachable` when it cannot be asked now."""
    node = home_of(tools, deployment)
    if node is None:
        raise NodeUnreachable("Cannot reach the app's server: it is not known any more.")
    try:
        with tools.connect()(login_of(tools, node)) as connection:
            yield connection
    except UNASKABLE as error:
        why = error.detail if node.owner == deployment.owner else f"it {ELSEWHERE}"
        raise NodeUnreachable(f"Cannot reach the app's server: {why}") from error


def health_of(tools: Tools, deployment: Record) -> dict[str, Any]:
    """How each container is and how the app is as a whole, with what the last probes said.

    An app that is down has no health, and its server is not asked.
    """
    checked = {"app_status": deployment.status, "checked_at": tools.now()}
    if deployment.status in DOWN or not is_placed(deployment):
        return {"status": "unknown", "containers": [], **checked}
    with node_of(tools, deployment) as node:
        states = node.engine.containers(deployment.id)
    redact = redactor(secrets_of(tools, deployment))
    shown = [_health(state, redact(state.last_probe)[-PROBE_CHARACTERS:]) for state in states]
    return {
        "status": health.app_health(health.container_health(state) for state in states),
        "containers": shown,
        **checked,
    }


def _health(state: ContainerState, probe: str) -> dict[str, Any]:
    return {
        "name": state.service,
        "status": state.status,
        "health": health.container_health(state),
        "started_at": state.started_at,
        "restarts": state.restarts,
        "exit_code": state.exit_code,
        "out_of_memory": state.out_of_memory,
        "check": state.health,
        "last_probe": probe or None,
    }


def stats_of(tools: Tools, deployment: Record) -> dict[str, Any]:
    """What each running container uses now; nothing for an app that is down."""
    collected = {"app_status": deployment.status, "collected_at": tools.now()}
    if deployment.status in DOWN or not is_placed(deployment):
        return {"containers": [], **collected}
    with node_of(tools, deployment) as node:
        states = node.engine.containers(deployment.id)
        before, begun = node.insight.usage(states), time.monotonic()
        time.sleep(MEASURED_SECONDS)
        now, seconds = node.insight.usage(states), time.monotonic() - begun
    found = [
        used(state.service, before[state.id], now[state.id], seconds)
        for state in states
        if state.id in before and state.id in now
    ]
    return {"containers": found, **collected}


def used(service: str, before: Counters, now: Counters, seconds: float) -> dict[str, Any]:
    """What a container used between two readings; CPU in percent of one core."""
    spent = max(0, now.cpu_nanoseconds - before.cpu_nanoseconds)
    used, limit = now.memory_bytes, now.memory_limit_bytes
    return {
        "name": service,
        "cpu_percent": round(spent / seconds / 1e7, 2),
        "memory_usage_bytes": used,
        "memory_limit_bytes": limit,
        "memory_percent": round(100 * used / limit, 2) if limit else 0.0,
        "network_rx_bytes": now.rx_bytes,
        "network_tx_bytes": now.tx_bytes,
        "block_read_bytes": now.read_bytes,
        "block_write_bytes": now.written_bytes,
        "pids": now.pids,
    }
