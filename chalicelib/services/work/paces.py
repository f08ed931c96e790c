"""Learning how long work usually takes, and telling it of work in hand."""

from __future__ import annotations

import contextlib

from chalicelib.domain import clock
from chalicelib.domain.errors import Contended, Unavailable
from chalicelib.domain.paces import Paces, learned
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools


def learn(tools: Tools, record: Record) -> None:
    """Take the work that just ended well into account; what cannot be written is not learned.

    It is beside the work's own end: many apps of one template end at once, and none waits or
    fails for what is only an estimate.
    """
    if record.work is None or record.parent is None:
        return
    with contextlib.suppress(Unavailable, Contended):
        timeline = tools.records().timeline(record.id, record.generation)
        if timeline is None or timeline.went_wrong:
            return
        took = {
            step.name: clock.seconds_between(step.started_at, step.ended_at)
            for step in timeline.steps
            if step.state == "done" and step.started_at and step.ended_at
        }
        known = tools.paces().of(record.parent, timeline.kind)
        tools.paces().keep(record.parent, timeline.kind, learned(known, took))


def known_of(tools: Tools, record: Record, kind: str) -> Paces:
    """What is known of a kind of work on such records; nothing where that cannot be told now."""
    if record.parent is None:
        return {}
    try:
        return tools.paces().of(record.parent, kind)
    except Unavailable:
        return {}
