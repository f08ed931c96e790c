"""Reservations whose holder is gone: given back, a few at every run, all of them in time."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.holdings import Holding
from chalicelib.ports.records import Record, Release
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.sweep import sweep_state
from chalicelib.services.tools import Tools

SUBJECT = "reservations"
PAGE = 500
AT_ONCE = 50
"""Releases in one transaction; DynamoDB takes a hundred."""
SHOWN = 100


def scrub(tools: Tools, *, pages: int) -> dict[str, Any]:
    """Walk on over what is reserved, a few pages, and give back what a tombstone holds.

    A holder that is no record at all is reported and left alone: after a restore it may be an app
    that runs and is not known any more. Returns the report of the walk so far, which is kept and
    says where the walk goes on; two at once walk the same part twice.
    """
    report_only = not sweep_state.mode(tools).repairs
    report = _begun(tools)
    for _ in range(pages):
        held, report["place"] = tools.holdings().page(report["place"], limit=PAGE)
        dead, unknown = _ownerless(tools, held)
        if not report_only:
            _release(tools, dead)
        report["looked_at"] += len(held)
        report["to_release" if report_only else "released"] += len(dead)
        report["without_record"] += len(unknown)
        told = [{"key": one.key, "holder": one.holder} for one in unknown]
        report["keys"] = [*report["keys"], *told][:SHOWN]
        if not report["place"]:
            break
    report |= {"ended_at": tools.now(), "report_only": report_only}
    tools.reports().keep(SUBJECT, report)
    return report


def _begun(tools: Tools) -> dict[str, Any]:
    """The report of the walk that goes on, or of a new one."""
    before = tools.reports().of(SUBJECT)
    if before and before["place"]:
        return before
    counts = dict.fromkeys(("looked_at", "released", "to_release", "without_record"), 0)
    return {"started_at": tools.now(), "place": "", "keys": [], **counts}


def _ownerless(tools: Tools, held: tuple[Holding, ...]) -> tuple[list[Holding], list[Holding]]:
    """Reservations whose holder is a tombstone, and those whose holder is not there at all.

    The holders are read after their reservations, each of which is written together with its
    holder or after it.
    """
    known = tools.records().get_many(tuple({one.holder for one in held}))
    dead = [one for one in held if one.holder in known and _is_buried(known[one.holder])]
    return dead, [one for one in held if one.holder not in known]


def _is_buried(record: Record) -> bool:
    resource = RESOURCES.get(record.type)
    return resource is not None and record.status == resource.states.final


def _release(tools: Tools, dead: list[Holding]) -> None:
    for start in range(0, len(dead), AT_ONCE):
        some = dead[start : start + AT_ONCE]
        tools.records().commit(*(Release(one.key, one.holder) for one in some))
