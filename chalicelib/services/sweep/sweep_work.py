"""Work that is in hand for too long, and executions that work for no record."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.ports.records import Work
from chalicelib.services.tools import Tools
from chalicelib.services.work.budgets import is_stuck
from chalicelib.services.work.timelines import STORIES

SUBJECT = "work"
MOST = 1000
"""How much work in hand, and how many executions of a machine, one round looks at."""
SHOWN = 100
_EXECUTION = re.compile(r"(?P<entity>.+)-e\d+-g(?P<generation>\d+)-a\d+")


def look_at_work(tools: Tools) -> dict[str, Any]:
    """Report stuck work and stray executions, and keep the report.

    Nothing is done about either: lost work is brought back every minute, and an execution whose
    record is not there ends at its next step.
    """
    now = tools.now()
    stuck = [record for record in tools.records().working(limit=MOST) if is_stuck(tools, record)]
    strays = [stray for kind in STORIES for stray in _strays(tools, kind)]
    report = {
        "ended_at": now,
        "stuck": [
            {
                "type": record.type,
                "id": record.id,
                "kind": record.work.kind,
                "step": record.work.step,
                "started_at": record.work.started_at,
                "no_progress_since": record.updated_at,
            }
            for record in stuck[:SHOWN]
            if record.work is not None
        ],
        "stray_executions": strays[:SHOWN],
        "counts": {"StuckWork": len(stuck), "StrayExecutions": len(strays)},
    }
    tools.reports().keep(SUBJECT, report)
    return report


def _strays(tools: Tools, kind: str) -> list[dict[str, str]]:
    """Executions of one machine that run for no work that is recorded.

    They are listed before the records are read: each record is written before its execution is
    started. One that still ends at this moment is asked for once more.
    """
    named: dict[str, tuple[str, int]] = {}
    for name in tools.workflows().running(kind, limit=MOST):
        match = _EXECUTION.fullmatch(name)
        named[name] = (match["entity"], int(match["generation"])) if match else ("", 0)
    found = tools.records().get_many(tuple({entity for entity, _ in named.values() if entity}))
    strays = []
    for name, (entity, generation) in named.items():
        record = found.get(entity)
        work = record.work if record else None
        if work is not None and work.execution == name:
            continue
        if tools.workflows().state(Work(kind, generation, name, "")) == "running":
            strays.append({"machine": kind, "execution": name, "record": _said(record is not None)})
    return strays


def _said(known: bool) -> str:
    return "works on something else" if known else "is not there"
