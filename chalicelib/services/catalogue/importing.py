"""Makes drafts of templates of other platforms, as they are shown to who is to publish them."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from chalicelib.domain.errors import Fault, Invalid
from chalicelib.domain.importing.archives import MAX_TOTAL, is_inside, texts_in
from chalicelib.domain.importing.imported import CannotImport, Failed, Imported, Outcome, Source
from chalicelib.domain.importing.importers import FORMATS, convert, detect
from chalicelib.domain.importing.judging import Verdict, as_sent, judge
from chalicelib.resources.imports import (
    IMPORTS,
    FailedImport,
    ImportedDraft,
    ImportTemplates,
    RefusedPart,
    TemplatesImported,
)

MAX_DRAFTS = 100
README_CHARACTERS = 16_000
"""A README has at most 64 KB, and a character at most four bytes."""
_ROOT = "/data/attributes"


def import_templates(given: ImportTemplates) -> dict[str, Any]:
    """Make drafts of texts or of an archive. Raises `Invalid` for what holds no template."""
    if bool(given.files) == (given.archive is not None):
        detail = "Send either files or an archive."
        raise Invalid((Fault(f"{_ROOT}/files", detail),))
    where = "files" if given.archive is None else "archive"
    if given.format != "auto" and given.format not in FORMATS:
        detail = f"There is no such format. There are: auto, {', '.join(FORMATS)}."
        raise Invalid((Fault(f"{_ROOT}/format", detail),))
    try:
        files = _files(given)
        name = detect(files) if given.format == "auto" else given.format
        outcomes = convert(name, files)
    except CannotImport as error:
        raise Invalid((Fault(f"{_ROOT}/{where}", error.detail, line=error.line),)) from error
    if len(outcomes) > MAX_DRAFTS:
        detail = f"There are {len(outcomes)} templates; send at most {MAX_DRAFTS} at once."
        raise Invalid((Fault(f"{_ROOT}/{where}", detail),))
    return {"type": IMPORTS, "id": _id(name, files), "attributes": _shown(name, outcomes)}


def _files(given: ImportTemplates) -> Source:
    if given.archive is not None:
        return texts_in(given.archive)
    if not all(is_inside(path) for path in given.files):
        detail = "A path stays below the folder that it begins in."
        raise CannotImport(detail)
    if sum(map(len, given.files.values())) > MAX_TOTAL:
        detail = f"The texts have more than {MAX_TOTAL} characters together."
        raise CannotImport(detail)
    return given.files


def _id(name: str, files: Source) -> str:
    """Name an import for what was sent: the same texts have the same id."""
    digest = hashlib.sha256(name.encode())
    for path in sorted(files):
        digest.update(f"\0{path}\0{files[path]}".encode("utf-8", "replace"))
    return f"imp_{digest.hexdigest()[:16]}"


def _shown(name: str, outcomes: list[Outcome]) -> TemplatesImported:
    return {
        "format": name,
        "drafts": [_draft(one, judge(one)) for one in outcomes if isinstance(one, Imported)],
        "errors": [_failed(one) for one in outcomes if isinstance(one, Failed)],
    }


def _failed(one: Failed) -> FailedImport:
    return {"source": one.source, "rule": one.rule, "reason": one.reason, "line": one.line}


def _draft(draft: Imported, verdict: Verdict) -> ImportedDraft:
    plan = verdict.plan
    return {
        "source": draft.provenance.path,
        "name": draft.name,
        "version": draft.version,
        "description": draft.description,
        "category": draft.category,
        "tags": list(draft.tags),
        "compose_spec": draft.compose_spec,
        "variables": [as_sent(one) for one in draft.variables],  # type: ignore[misc]  # its keys
        "config_files": [asdict(one) for one in draft.config_files],  # type: ignore[misc]  # same
        "readme": draft.readme[:README_CHARACTERS],
        "routes": [asdict(one) for one in draft.routes],  # type: ignore[misc]  # same
        "services": [{"name": s.name, "image": s.image} for s in plan.services] if plan else [],
        "links": [{"label": label, "url": url} for label, url in draft.links.items()],
        "licence": draft.licence,
        "notes_start": draft.notes_start,
        "notes_end": draft.notes_end,
        "architectures": list(draft.architectures),
        "data_volumes": list(draft.data_volumes),
        "excluded_from_health": list(draft.excluded_from_health),
        "provenance": asdict(draft.provenance),  # type: ignore[typeddict-item]  # its own keys
        "dropped": [asdict(one) for one in draft.dropped],  # type: ignore[misc]  # same
        "refused": _refused(verdict),
        "ignored": [str(note) for note in plan.notes] if plan else [],
    }


def _refused(verdict: Verdict) -> list[RefusedPart]:
    """List why the draft would be refused as it is: by policy, or for a mistake."""
    told: list[RefusedPart] = [
        {"rule": one.rule.code, "reason": one.reason, "line": one.line} for one in verdict.refused
    ]
    if verdict.error is not None:
        error = verdict.error
        told.append({"rule": error.rule, "reason": error.reason, "line": error.line})
    return told
