"""What a look at a node measures: a sample of each app, and what follows from the disk it takes.

A look never fails because something could not be measured: that minute is a gap.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    CommandFailed,
    Contended,
    DockerUnavailable,
    HostUnreachable,
    NotReady,
    Unavailable,
)
from chalicelib.domain.metrics import QUARTER, Reading, Sample, slices
from chalicelib.domain.node_health import Machine, clock_off
from chalicelib.ports.insight import Counters, NodeDisk
from chalicelib.ports.nodes import ContainerState, Node
from chalicelib.ports.records import Record
from chalicelib.services.looks.disk_limits import keep_app_to_its_size, rest_of
from chalicelib.services.tools import Tools

UNMEASURED = (CommandFailed, DockerUnavailable, HostUnreachable, NotReady)
WRITERS = 8
"""How many apps of a node are written at once."""

Seen = Mapping[str, tuple[ContainerState, ...]]


@dataclass(frozen=True)
class Measured:
    """What a look found of a machine itself, and whose ports its firewall is told to let in."""

    machine: Machine | None = None
    """None when it could not be measured."""
    opened: frozenset[str] | None = None


@dataclass(frozen=True)
class _Look:
    """What one look at a node found."""

    now: str
    seen: Seen
    counters: Mapping[str, Counters]
    disk: NodeDisk | None

    def sample(self, app: str) -> Sample | None:
        """The sample of one app; None when none of its containers runs."""
        states = [one for one in self.seen.get(app, ()) if one.id in self.counters]
        readings = tuple(_reading(one, self.counters[one.id]) for one in states)
        taken = self.disk.apps.get(app) if self.disk else None
        at = clock.seconds_of(self.now)
        return Sample(at, readings, taken.used_kb if taken else None) if readings else None


def measure(tools: Tools, connection: Node, apps: Sequence[Record], seen: Seen) -> Measured:
    """Measure a node and the apps that run there, over the connection that looks at it.

    `seen` are its containers as this look saw them. Each app costs one write; an app above the
    size of its disk is told of and stopped. Returns what was found of the machine itself.
    """
    asked = tools.now()
    try:
        disk = connection.insight.disk(every=rest_of(apps))
    except UNMEASURED:
        return Measured()
    machine = Machine(disk.used_percent, clock_off(disk.at, asked, tools.now()))
    measured = Measured(machine, disk.opened)
    running = [one for app in apps for one in seen.get(app.id, ())]
    try:
        counters = connection.insight.usage(running) if running else {}
    except UNMEASURED:
        return measured
    look = _Look(tools.now(), seen, counters, disk)
    with ThreadPoolExecutor(WRITERS) as pool:
        for writing in [pool.submit(copy_context().run, _keep, tools, app, look) for app in apps]:
            writing.result()
    return measured


def _keep(tools: Tools, app: Record, look: _Look) -> None:
    """Keep what a look found of one app."""
    try:
        sample = look.sample(app.id)
        if sample and tools.metrics().add_sample(app.id, sample):
            _roll_up(tools, app.id, sample.at)
        taken = look.disk.apps.get(app.id) if look.disk else None
        if taken:
            keep_app_to_its_size(tools, app, taken, look.now)
    except (Contended, Unavailable):
        return


def _roll_up(tools: Tools, app: str, now: int) -> None:
    """Keep the last quarter of an hour that is over for a month.

    The first sample of each five minutes asks for it, and only the first one of a quarter finds
    it undone: so no quarter is lost when a look is, or many are.
    """
    samples = tools.metrics().samples_before(app, now)
    quarter = samples[-1].at - samples[-1].at % QUARTER if samples else now
    if quarter + QUARTER <= now:
        for part in slices(samples, QUARTER):
            if part.at == quarter:
                tools.metrics().add_slice(app, part)


def _reading(state: ContainerState, counters: Counters) -> Reading:
    return Reading(
        service=state.service,
        container=zlib.crc32(state.id.encode()) & 0xFFFF,
        memory_kb=counters.memory_bytes // 1024,
        memory_limit_kb=counters.memory_limit_bytes // 1024,
        cpu_limit=round(state.cpu_limit * 1000),
        pids=counters.pids,
        cpu_ms=counters.cpu_nanoseconds // 1_000_000,
        rx_bytes=counters.rx_bytes,
        tx_bytes=counters.tx_bytes,
        read_kb=counters.read_bytes // 1024,
        written_kb=counters.written_bytes // 1024,
    )
