"""Takes what a proxy reports of apps: into their history and, what went out, into the metering."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Stale
from chalicelib.domain.traffic import (
    GIGABYTE,
    NOTHING,
    Part,
    Report,
    Taken,
    Traffic,
    difference,
    mark_of,
    usage_id,
)
from chalicelib.ports.records import TakeTraffic, Usage, Write
from chalicelib.services.tools import Tools

TRIES = 5
EVENT = "bandwidth.gb"
RESOURCE = "deployments"


def known_so_far(tools: Tools, report: Report) -> dict[str, Taken]:
    """What was taken of the report's apps before; an app that no record knows is left out.

    A deleted app's record is kept, so that what it sent before it went is counted.
    """
    known = tools.traffic().taken(report.boot, tuple(report.apps))
    new = tuple(app for app in report.apps if app not in known)
    records = tools.records().get_many(new).values()
    known |= {one.id: Taken(one.owner, -1, NOTHING) for one in records if one.type == RESOURCE}
    return known


def take(tools: Tools, report: Report, app: str, before: Taken) -> bool:
    """Take what a report says of one app; returns whether there was anything new.

    All of it is one transaction, on condition that `before` is still what was taken last: a
    report that comes twice, late, or beside another one is counted once.
    """
    for _ in range(TRIES):
        traffic = report.apps[app]
        new = difference(before.traffic, traffic)
        if report.sequence <= before.sequence or traffic == before.traffic:
            return False
        try:
            tools.records().commit(*_writes(tools, report, app, before, new))
        except Stale:
            before = tools.traffic().taken(report.boot, (app,)).get(app, before)
        else:
            return True
    raise Contended(f"Reports of {app} kept coming between; nothing was taken.")


def _writes(
    tools: Tools, report: Report, app: str, before: Taken, new: Traffic
) -> tuple[Write, ...]:
    # A proxy whose clock is ahead tells of now at the latest.
    at = min(report.at, clock.seconds_of(tools.now()))
    part = Part(at, max(1, report.at - report.since), new, mark_of(report.boot, report.sequence))
    taking = TakeTraffic(
        app=app,
        boot=report.boot,
        taken=Taken(before.owner, report.sequence, report.apps[app]),
        after=before.sequence if before.sequence >= 0 else None,
        part=part,
    )
    if not new.bytes_out:
        return (taking,)
    usage = Usage(
        id=usage_id(app, report),
        user=before.owner,
        event=EVENT,
        resource=app,
        resource_type="deployment",
        at=clock.text_at(at),
        # The nearest number to the quotient; its text is the exact decimal below 10^15 bytes.
        quantity=new.bytes_out / GIGABYTE,
        metadata={
            "bytes_out": str(new.bytes_out),
            "bytes_in": str(new.bytes_in),
            "requests": str(new.requests),
        },
    )
    return (taking, usage)
