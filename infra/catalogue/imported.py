"""Checks catalogues of other platforms with the importers that the API has."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from chalicelib.domain.importing.archives import ENDINGS, MAX_TEXT
from chalicelib.domain.importing.imported import Failed, Imported, Outcome, Source
from chalicelib.domain.importing.importers import FORMATS, converted, detect
from chalicelib.domain.importing.judging import as_sent, judge
from infra.catalogue.report import Report

MAX_LARGE_TEXT = 4 * MAX_TEXT
"""Bytes of one text; a whole catalogue may be one."""


def check(root: Path, name: str) -> Iterator[Report]:
    """Check every template below a folder, in the order of paths; `auto` finds the format.

    Raises `CannotImport` when there is no template of a format that is known.
    """
    files = texts_below(root)
    name = detect(files) if name == "auto" else name
    form = FORMATS[name]
    for path, unit in form.units(files):
        outcomes = converted(form, path, unit)
        for number, outcome in enumerate(outcomes, start=1):
            yield report_of(outcome, name, path if len(outcomes) == 1 else f"{path}#{number}")


def texts_below(root: Path) -> Source:
    """Read all texts below a folder that a catalogue may need, hidden ones aside."""
    found: dict[str, str] = {}
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        for name in sorted(names):
            path = Path(place, name)
            if name.lower().endswith(ENDINGS) and path.stat().st_size <= MAX_LARGE_TEXT:
                try:
                    found[path.relative_to(root).as_posix()] = path.read_text("utf-8-sig")
                except (OSError, UnicodeDecodeError):
                    # What is no text is no template; the importers name what they miss.
                    continue
    return found


def report_of(outcome: Outcome, name: str, file: str) -> Report:
    """Tell what became of one template."""
    report = Report(file, name)
    if isinstance(outcome, Failed):
        report.error = f"{outcome.rule}: {outcome.reason}"
        return report
    _tell(outcome, report)
    return report


def _tell(draft: Imported, report: Report) -> None:
    verdict = judge(draft)
    report.dropped = [asdict(one) for one in draft.dropped]
    report.routes = [asdict(one) for one in draft.routes]
    report.refused = [
        {"rule": one.rule.code, "line": one.line, "reason": one.reason} for one in verdict.refused
    ]
    for one in draft.variables:
        sent = as_sent(one)
        report.variables.append(
            {
                "name": one.name,
                "type": one.type,
                "required": one.required,
                "default": one.default,
                "generator": sent.get("generator"),
            }
        )
    if verdict.error is not None:
        report.error = f"{verdict.error.rule}: {verdict.error.reason}"
        return
    report.parsed = report.converted = True
    if verdict.plan is not None:
        report.planned = True
        report.ignored = list(verdict.plan.ignored)
        report.notes = [str(note) for note in verdict.plan.notes]
        report.services = [{"name": s.name, "image": s.image} for s in verdict.plan.services]
        route = verdict.plan.route
        if route is not None and not report.routes:
            report.routes = [{"service": route.service, "port": route.port, "path": "/"}]
