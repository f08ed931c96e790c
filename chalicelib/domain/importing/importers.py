"""The formats that can be imported: which one some files are in, and what drafts they become."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.importing import casaos, plain
from chalicelib.domain.importing.caprover import importer as caprover
from chalicelib.domain.importing.coolify import importer as coolify
from chalicelib.domain.importing.dokploy import importer as dokploy
from chalicelib.domain.importing.imported import CannotImport, Failed, Outcome, Source
from chalicelib.domain.importing.portainer import importer as portainer
from chalicelib.domain.importing.runtipi import importer as runtipi
from chalicelib.domain.importing.umbrel import importer as umbrel

NOT_THIS_FORMAT = "not_this_format"
"""The rule of a source that is no template of its format; others are those of compose."""


@dataclass(frozen=True)
class Format:
    """A format: `units` groups files into templates, `convert` makes drafts of one unit.

    `units` yields the path that names a unit with its files, and skips what is none.
    `is_mine` looks at one unit. `convert` may raise `CannotImport` and `InvalidPlan`.
    """

    units: Callable[[Source], Iterator[tuple[str, Source]]]
    is_mine: Callable[[str, Source], bool]
    convert: Callable[[str, Source], list[Outcome]]


FORMATS = {
    "dokploy": Format(dokploy.units, dokploy.is_mine, dokploy.convert),
    "umbrel": Format(umbrel.units, umbrel.is_mine, umbrel.convert),
    "runtipi": Format(runtipi.units, runtipi.is_mine, runtipi.convert),
    "casaos": Format(casaos.units, casaos.is_mine, casaos.convert),
    "portainer": Format(portainer.units, portainer.is_mine, portainer.convert),
    "caprover": Format(caprover.units, caprover.is_mine, caprover.convert),
    "coolify": Format(coolify.units, coolify.is_mine, coolify.convert),
    "compose": Format(plain.units, plain.is_mine, plain.convert),
}
"""Every format by its name; the first that fits is taken, so that plain compose comes last."""


def detect(files: Source) -> str:
    """Name the format of files. Raises `CannotImport` when they are in none."""
    for name, form in FORMATS.items():
        if any(form.is_mine(path, unit) for path, unit in form.units(files)):
            return name
    detail = f"None of the files is a template of a known format: {', '.join(FORMATS)}."
    raise CannotImport(detail)


def convert(name: str, files: Source) -> list[Outcome]:
    """Make drafts of files in the named format, or of any with `auto`, in the order of paths.

    A template that cannot become a draft is among the answers with its reason. Raises
    `CannotImport` for a format that is not there and for files without any template.
    """
    name = detect(files) if name == "auto" else name
    if name not in FORMATS:
        detail = f"There is no format {name[:40]}. There are: auto, {', '.join(FORMATS)}."
        raise CannotImport(detail)
    form = FORMATS[name]
    outcomes = [one for path, unit in form.units(files) for one in converted(form, path, unit)]
    if not outcomes:
        detail = f"There is no {name} template among the files."
        raise CannotImport(detail)
    return outcomes


def converted(form: Format, path: str, unit: Source) -> list[Outcome]:
    """Make the drafts of one unit; what cannot become one is an answer too."""
    try:
        return form.convert(path, unit)
    except CannotImport as error:
        return [Failed(path, NOT_THIS_FORMAT, error.detail, error.line)]
    except InvalidPlan as error:
        return [Failed(path, error.rule, error.detail, error.line)]
