"""What an importer makes of a foreign template: a draft, and what could not come along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.compose.interpolation import HOST, URL
from chalicelib.domain.variables import Definition

__all__ = [
    "HOST",
    "URL",
    "CannotImport",
    "Dropped",
    "Failed",
    "Imported",
    "ImportedFile",
    "ImportedRoute",
    "Outcome",
    "Provenance",
    "Source",
]

Source = Mapping[str, str]
"""Texts by their paths, with forward slashes."""


class CannotImport(ValueError):
    """A text that is no template of its format, with the line where that shows, if any does."""

    def __init__(self, detail: str, line: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.line = line


@dataclass(frozen=True)
class Dropped:
    """A part of the source that the draft does not have, or not as it was, and why."""

    key: str
    reason: str
    line: int | None = None


@dataclass(frozen=True)
class ImportedRoute:
    """Where a host name of the app leads. The first of a draft is the one that it keeps."""

    service: str
    port: int
    path: str = "/"


@dataclass(frozen=True)
class ImportedFile:
    """A file that comes with the draft; `path` is absolute in the containers, `mode` octal."""

    name: str
    path: str
    content: str
    mode: str = "0644"


@dataclass(frozen=True)
class Provenance:
    """Where a draft comes from; what the source does not tell is empty."""

    format: str
    path: str
    format_version: str = ""
    repository: str = ""
    commit: str = ""


@dataclass(kw_only=True)
class Imported:
    """A draft. Texts that the source does not have are empty."""

    name: str
    provenance: Provenance
    compose_spec: str
    version: str = "1.0.0"
    description: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    variables: tuple[Definition, ...] = ()
    config_files: tuple[ImportedFile, ...] = ()
    readme: str = ""
    routes: tuple[ImportedRoute, ...] = ()
    """Those that the source states, the kept one first."""
    links: Mapping[str, str] = field(default_factory=dict)
    """Addresses by what they are: documentation, website, repository, support, logo."""
    licence: str = ""
    notes_start: str = ""
    """Markdown that is shown before an installation."""
    notes_end: str = ""
    """Markdown that is shown after an installation."""
    architectures: tuple[str, ...] = ()
    """The only processors that it runs on, such as amd64; empty for any."""
    data_volumes: tuple[str, ...] = ()
    """Volumes that hold what must not be lost."""
    excluded_from_health: tuple[str, ...] = ()
    """Services whose health does not count."""
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True)
class Failed:
    """One template of a source that cannot become a draft; `rule` is from a closed list."""

    source: str
    rule: str
    reason: str
    line: int | None = None


Outcome = Imported | Failed
