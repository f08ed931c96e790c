"""Lists the formats of catalogues that can be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.catalogue import compose
from infra.catalogue.report import Report


@dataclass(frozen=True)
class Format:
    """How a catalogue of one kind is read: which files it has, and how one is checked."""

    files: Callable[[Path], Iterator[Path]]
    check: Callable[[Path, str], Report]


FORMATS = {"compose": Format(compose.files, compose.check)}
"""Every format by the word that `FORMAT=` takes."""
