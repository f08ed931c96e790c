"""What an app uses while its version is proven: looks at its containers, at last at its disk."""

from __future__ import annotations

from contextlib import suppress

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    CommandFailed,
    DockerUnavailable,
    HostUnreachable,
    LoginRefused,
    NotReady,
)
from chalicelib.domain.proof_peaks import Look, with_look
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.proofs.template_proofs import changed
from chalicelib.services.tools import Tools

UNSEEN = (CommandFailed, DockerUnavailable, HostUnreachable, LoginRefused, NotReady)
"""What keeps one look from telling anything: the next one does."""
MEGABYTE = 1024 * 1024


def look(tools: Tools, proof: Record, app: Record) -> None:
    """Take a look at what the app's containers use; one that cannot be had is left out."""
    with suppress(*UNSEEN):
        with node_of(tools, app) as node:
            states = node.engine.containers(app.id)
            used = node.insight.usage(states) if states else {}
        seen = Look(
            at=tools.now(),
            memory_bytes=sum(one.memory_bytes for one in used.values()),
            cpu_nanoseconds={one[:12]: told.cpu_nanoseconds for one, told in used.items()},
        )
        changed(tools, proof, peaks=with_look(proof.attributes.get("peaks") or {}, seen))


def disk_awaited(tools: Tools, proof: Record, app: Record, *, waited: float) -> str:
    """What the measuring of the disk is waited for; empty once every figure is written.

    The server measures in its own time: what it knew before this stage is too old. `waited` is
    for how many seconds it was asked.
    """
    with node_of(tools, app) as node:
        disk = node.insight.disk(every=0)
        taken = disk.apps.get(app.id)
        if taken is None or clock.seconds_between(taken.measured_at, disk.at) > waited:
            return "Waiting for the server to measure what the app takes of its disk."
        images = node.insight.image_bytes(plan_of(tools, app).images)
    peaks = proof.attributes.get("peaks") or {}
    changed(
        tools,
        proof,
        peak_memory_mb=-(-int(peaks.get("memory_kb") or 0) // 1024),
        peak_cpu_cores=round(int(peaks.get("cpu_millicores") or 0) / 1000, 2),
        disk_mb=-(-(taken.used_kb * 1024 + images) // MEGABYTE),
    )
    return ""
