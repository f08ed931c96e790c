"""Imports compose texts as they are: their variables become definitions."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator

from chalicelib.domain.importing.document import get, read, text_of, write
from chalicelib.domain.importing.drafting import data_volumes, title_of, variables_of
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Imported,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.tidying import services_of, tidy

ENDINGS = (".yaml", ".yml")
USUAL = ("docker-compose*", "compose*")
"""Where a folder has a file with such a name, the others there are the app's own files."""


def yaml_files(files: Source) -> Iterator[str]:
    """List the paths of YAML texts that are not hidden, sorted."""
    for path in sorted(files):
        if path.endswith(ENDINGS) and not any(part[:1] == "." for part in path.split("/")):
            yield path


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Give each compose text with the files of its folder; an override is none by itself."""
    folders: dict[str, list[str]] = {}
    for path in yaml_files(files):
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, paths in folders.items():
        usual = [path for path in paths if _is_usual(path)]
        inside = {path: text for path, text in files.items() if path.startswith(f"{folder}/")}
        for path in usual or paths:
            yield path, inside if folder else files


def _is_usual(path: str) -> bool:
    name = path.rpartition("/")[2]
    return "override" not in name and any(fnmatch.fnmatch(name, form) for form in USUAL)


def is_mine(path: str, unit: Source) -> bool:
    """Whether the text is a map with services."""
    try:
        return bool(services_of(read(unit[path], [])))
    except CannotImport:
        return False


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make a draft of one compose text. Raises `CannotImport` and `InvalidPlan`."""
    dropped: list[Dropped] = []
    root = read(unit[path], dropped)
    if not services_of(root):
        detail = "There are no services in this text."
        raise CannotImport(detail)
    name = text_of(get(root, "name"))
    tidy(root, dropped)
    text = write(root)
    return [
        Imported(
            name=title_of(f"{name}.yml") if name else title_of(_named_for(path)),
            provenance=Provenance("compose", path, text_of(get(root, "version"))),
            compose_spec=text,
            variables=variables_of(text, {}),
            data_volumes=data_volumes(root),
            dropped=tuple(dropped),
        )
    ]


def _named_for(path: str) -> str:
    """Name a draft for its folder where the file has a usual name."""
    folder = path.rpartition("/")[0]
    return f"{folder}.yml" if folder and _is_usual(path) else path
