"""Checks compose texts: each is planned with placeholders, or told why it cannot be."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from chalicelib.domain.compose import compose_refusals, plan_compose
from chalicelib.domain.compose.nodes import Mapping as Tree
from chalicelib.domain.compose.nodes import Scalar
from chalicelib.domain.compose.tree import MAX_BYTES, load
from chalicelib.domain.compose.wanted import wanted_variables
from chalicelib.domain.errors import InvalidPlan
from infra.catalogue.placeholders import placeholders
from infra.catalogue.report import Json, Report

_ENDINGS = (".yaml", ".yml")
_USUAL = ("docker-compose*", "compose*")
"""Where a folder has a file with such a name, the others there are the app's own files."""


def files(folder: Path) -> Iterator[Path]:
    """List the compose texts below a folder, sorted by path."""
    return iter(sorted(_below(folder)))


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        found = [name for name in names if name.endswith(_ENDINGS) and name[0] != "."]
        usual = [n for n in found if any(fnmatch.fnmatch(n, form) for form in _USUAL)]
        whole = [name for name in usual if "override" not in name]
        # An app's folder may hold more YAML than its compose text.
        folders[:] = [] if whole else sorted(name for name in folders if name[0] != ".")
        yield from (Path(place, name) for name in whole or found)


def check(path: Path, name: str) -> Report:
    """Check one file; whatever it holds, the answer is a report."""
    report = Report(name, "compose")
    try:
        text = _text(path)
        _check(text, report)
    except InvalidPlan as error:
        report.error = f"{error.rule}: {error.detail}"
    except (OSError, UnicodeDecodeError) as error:
        report.error = f"not_text: {type(error).__name__}: this is no UTF-8 text that can be read."
    return report


def _text(path: Path) -> str:
    """Read a file, and of one that is too large no more than shows that it is."""
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1).decode()


def _check(text: str, report: Report) -> None:
    wanted = wanted_variables(text, lenient=True)
    values = placeholders(wanted)
    report.variables = [
        {
            "name": one.name,
            "type": one.type,
            "required": one.required,
            "default": one.default,
            "generator": None,
        }
        for one in wanted
    ]
    report.services = list(_services(text))
    refusals = compose_refusals(text, variables=values, lenient=True)
    report.refused = [
        {"rule": one.rule.code, "line": one.line, "reason": one.reason} for one in refusals
    ]
    if not refusals:
        _plan(text, values, report)
    report.parsed = True


def _plan(text: str, values: Mapping[str, str], report: Report) -> None:
    plan = plan_compose(text, variables=values, lenient=True)
    report.planned = report.converted = True
    report.ignored = list(plan.ignored)
    report.notes = [str(note) for note in plan.notes]
    report.services = [{"name": one.name, "image": one.image} for one in plan.services]
    if plan.route is not None:
        report.routes = [{"service": plan.route.service, "port": plan.route.port, "path": "/"}]


def _services(text: str) -> Iterator[Json]:
    """List services as the text has them, for a file that is not planned."""
    services = load(text).entries.get("services")
    for name, service in services.entries.items() if isinstance(services, Tree) else ():
        image = service.entries.get("image") if isinstance(service, Tree) else None
        yield {"name": name, "image": image.raw if isinstance(image, Scalar) else None}
