"""Templates of other platforms as drafts: what is sent to be looked at, and what is answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from typing_extensions import TypedDict

from chalicelib.resources.shapes import File, Variable

IMPORTS = "template_imports"
"""The type of the documents."""
MAX_FILES = 500
MAX_TEXT = 262_144
"""Characters of one text."""
MAX_ARCHIVE = 1_048_576
"""Characters of an archive in base64."""
Path = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^/\\][^\\]*$")]
Text = Annotated[str, StringConstraints(max_length=MAX_TEXT)]


class ImportTemplates(BaseModel):
    """Texts by their paths, or a zip archive in base64; the format is found where it is auto."""

    model_config = ConfigDict(extra="forbid")

    format: Annotated[str, StringConstraints(max_length=40)] = "auto"
    files: Annotated[dict[Path, Text], Field(max_length=MAX_FILES)] = Field(default_factory=dict)
    archive: Annotated[str, StringConstraints(max_length=MAX_ARCHIVE)] | None = None


class DroppedPart(TypedDict):
    """A part of the source that the draft does not have, or not as it was, and why."""

    key: str
    reason: str
    line: int | None


class RefusedPart(TypedDict):
    """Why a template with this text would be refused, by the rules of compose texts."""

    rule: str
    reason: str
    line: int | None


class FailedImport(TypedDict):
    """A template of the source that became no draft."""

    source: str
    rule: str
    reason: str
    line: int | None


class ImportedLink(TypedDict):
    """An address that the source names."""

    label: str
    url: str


class StatedRoute(TypedDict):
    """A route that the source states."""

    service: str
    port: int
    path: str


class ImportProvenance(TypedDict):
    """Where a draft comes from; what the source does not tell is empty."""

    format: str
    path: str
    format_version: str
    repository: str
    commit: str


class ImportedDraft(TypedDict):
    """A draft: attributes of a template as they are sent to make one, and what to know of it."""

    source: str
    name: str
    version: str
    description: str
    category: str
    tags: list[str]
    compose_spec: str
    variables: list[Variable]
    config_files: list[File]
    readme: str
    routes: list[StatedRoute]
    """The first is the app's; the others are among what was dropped."""
    services: list[dict[str, Any]]
    links: list[ImportedLink]
    licence: str
    notes_start: str
    notes_end: str
    architectures: list[str]
    data_volumes: list[str]
    excluded_from_health: list[str]
    provenance: ImportProvenance
    dropped: list[DroppedPart]
    refused: list[RefusedPart]
    ignored: list[str]


class TemplatesImported(TypedDict):
    """The drafts, and what became none."""

    format: str
    drafts: list[ImportedDraft]
    errors: list[FailedImport]
