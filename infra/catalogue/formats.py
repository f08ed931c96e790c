"""Lists the formats of catalogues that can be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from chalicelib.domain.importing.importers import FORMATS as IMPORTED
from infra.catalogue import compose, imported
from infra.catalogue.report import Report


def _compose(root: Path) -> Iterator[Report]:
    """Check compose texts as they are, with what catalogues write beyond compose."""
    for path in compose.files(root):
        yield compose.check(path, str(path.relative_to(root)))


FORMATS: dict[str, Callable[[Path], Iterator[Report]]] = {
    name: partial(imported.check, name=name) for name in ("auto", *IMPORTED)
}
"""How a folder is checked, by the word that `FORMAT=` takes."""
FORMATS["compose"] = _compose
