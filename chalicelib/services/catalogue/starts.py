"""Learning from real starts how fast a template's apps are, and telling it on the template."""

from __future__ import annotations

import contextlib

from chalicelib.domain import clock, starts
from chalicelib.domain.errors import Contended, Stale, Unavailable
from chalicelib.ports.records import Change, Count, Record, Write
from chalicelib.services.counters import ran_key
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools

RAN = "ran"
"""The attribute in which a deployment keeps that it ran once."""


def first_time(deployment: Record) -> tuple[Write, ...]:
    """Count an app with those of its template that ever ran, unless it is counted already."""
    if deployment.parent is None or deployment.attributes.get(RAN) or is_for_proof(deployment):
        return ()
    return (Count(ran_key(deployment.parent, deployment.id), 1),)


def no_more(deployment: Record) -> tuple[Write, ...]:
    """Count an app that goes no longer."""
    if deployment.parent is None or not deployment.attributes.get(RAN) or is_for_proof(deployment):
        return ()
    return (Count(ran_key(deployment.parent, deployment.id), -1),)


def learn(tools: Tools, deployment: Record, *, now: str) -> None:
    """Take the start that just ended well into account; what cannot be written is not learned.

    The template is written only when what it tells changes: many starts leave it as it is.
    """
    if deployment.work is None or deployment.work.kind != "deploy" or deployment.parent is None:
        return
    if is_for_proof(deployment):
        return
    took = clock.seconds_between(deployment.work.started_at, now)
    with contextlib.suppress(Unavailable, Contended, Stale):
        known = starts.with_start(tools.paces().starts(deployment.parent), took)
        tools.paces().keep_starts(deployment.parent, known)
        template = tools.records().get(deployment.parent)
        if template is None or template.type != "templates":
            return
        told = starts.told(known)
        if any(template.attributes.get(name) != value for name, value in told.items()):
            there = ("draft", "published")
            change = Change(of=template, attributes=told, if_status=there, aside=True)
            tools.records().change(change)
