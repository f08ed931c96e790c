"""Imports templates of Portainer: one `templates.json` that holds many, containers and stacks."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.errors import InvalidPlan
from chalicelib.domain.importing.document import read
from chalicelib.domain.importing.drafting import data_volumes, one_line, tags_of, template_name
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Failed,
    Imported,
    ImportedRoute,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.notes import markdown_of
from chalicelib.domain.importing.portainer.container import compose_of, route_of, variables_of
from chalicelib.domain.importing.services import line_with, texts_in
from chalicelib.domain.importing.settling import settled, web_links, without_route
from chalicelib.domain.importing.tidying import services_of, set_route
from chalicelib.domain.variables import Definition

_KINDS = {"1": "container", "container": "container", "2": "stack", "3": "stack"}
_READ = {
    *("id", "type", "title", "name", "description", "categories", "platform", "logo", "note"),
    *("env", "repository", "image", "registry", "command", "hostname", "interactive", "labels"),
    *("network", "ports", "privileged", "restart_policy", "volumes"),
}
_WINDOW = 20_000
"""Characters from a template's title on in which its parts are looked for."""
NO_TEMPLATE = "not_this_format"


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """List the lists of templates, each with all files, of which stacks may need some."""
    for path in sorted(files):
        if (path.endswith(".json") and '"templates"' in files[path]) or _is_list(path):
            yield path, files


def _is_list(path: str) -> bool:
    name = posixpath.basename(path)
    return name.startswith("templates") and name.endswith(".json")


def is_mine(path: str, unit: Source) -> bool:
    """Whether a file is a list of templates that have titles."""
    try:
        found = _templates(json.loads(unit[path]))
    except (ValueError, RecursionError):
        return False
    return any(isinstance(one, dict) and "title" in one for one in found)


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make a draft of each template. Raises `CannotImport` for a file that is no list of them."""
    try:
        document = json.loads(unit[path])
    except ValueError as error:
        detail = f"This is not JSON: {getattr(error, 'msg', 'unreadable')}."
        raise CannotImport(detail, getattr(error, "lineno", None)) from error
    except RecursionError as error:
        detail = "The list nests beyond reason."
        raise CannotImport(detail) from error
    found = _templates(document)
    if not found:
        detail = "There are no templates in this file."
        raise CannotImport(detail)
    places = _Places(unit[path])
    return [
        _outcome(f"{path}#{number}", one, (path, unit), places.following(_title(one)))
        for number, one in enumerate(found, 1)
    ]


class _Places:
    """Finds the lines of a list's templates one after the other; JSON keeps none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1

    def following(self, title: str) -> _Place:
        """Give the place of the template with this title, from the last one on."""
        at = self.text.find(json.dumps(title, ensure_ascii=False), self.at)
        if at >= 0:
            self.line += self.text.count("\n", self.at, at)
            self.at = at
        return _Place(self.line, self.text[self.at : self.at + _WINDOW])


@dataclass(frozen=True)
class _Place:
    """Where a template stands: the line of its title, and the text from there on."""

    line: int
    rest: str

    def of(self, one: Dropped) -> Dropped:
        """Give a loss without line that of its name."""
        if one.line is not None:
            return one
        first, *words = re.split(r"[.:] ?", one.key)
        found = [line_with(self.rest, word) for word in (*words, first)]
        at = next((number for number in found if number is not None), 1)
        return replace(one, line=self.line + at - 1)


def _templates(document: Any) -> list[Any]:
    found = document.get("templates") if isinstance(document, dict) else document
    return found if isinstance(found, list) else []


def _outcome(source: str, template: Any, files: tuple[str, Source], place: _Place) -> Outcome:
    """Convert one template; what cannot become a draft does not stop the others."""
    try:
        if not isinstance(template, dict):
            detail = "A template is an object."
            raise CannotImport(detail)
        draft = _draft(source, template, *files)
        return replace(draft, dropped=tuple(map(place.of, draft.dropped)))
    except CannotImport as error:
        reason = f"{_title(template)}: {error.detail}"
        return Failed(source, NO_TEMPLATE, reason, error.line or place.line)
    except InvalidPlan as error:
        return Failed(source, error.rule, f"{_title(template)}: {error.detail}", error.line)


def _title(template: Any) -> str:
    title = template.get("title") if isinstance(template, dict) else None
    return title[:100] if isinstance(title, str) and title else "A template without title"


def _draft(place: str, template: dict[str, Any], path: str, unit: Source) -> Imported:
    dropped: list[Dropped] = []
    stated = str(template.get("type", 1))
    kind = _KINDS.get(stated)
    if kind is None:
        detail = f"Templates of type {stated[:20]} run on other devices."
        raise CannotImport(detail)
    if template.get("platform") == "windows":
        detail = "This is a container for Windows, and servers here run Linux."
        raise CannotImport(detail)
    made: list[Definition] = list(
        variables_of(template.get("env"), dropped, presets=kind == "stack")
    )
    route: ImportedRoute | None = None
    if kind == "container":
        root, name = compose_of(template)
        route = route_of(template, name)
        if route is not None:
            set_route(root, route)
        elif template.get("ports"):
            without_route(root)
    else:
        root = _stack(template, path, unit, dropped)
    text, found = settled(root, made, dropped)
    _note_keys(template, {one.name for one in found}, made, dropped)
    labels = texts_in(template.get("categories"))
    return Imported(
        name=template_name(_title(template)),
        provenance=Provenance("portainer", place, repository=_repository(template)),
        compose_spec=text,
        description=one_line(str(template.get("description") or ""), 5000),
        category=one_line(labels[0] if labels else "", 60),
        tags=tags_of(labels),
        variables=found,
        routes=() if route is None else (route,),
        links=web_links({"logo": template.get("logo")}),
        notes_start=markdown_of(str(template.get("note") or "")),
        data_volumes=data_volumes(root),
        dropped=tuple(dropped),
    )


def _repository(template: dict[str, Any]) -> str:
    found = template.get("repository")
    return str(found.get("url", "")) if isinstance(found, dict) else ""


def _stack(
    template: dict[str, Any], path: str, unit: Source, dropped: list[Dropped]
) -> MappingNode:
    """Read the stack's file, if it is among the given ones. Raises `CannotImport`."""
    found = template.get("repository")
    wanted = str(found.get("stackfile") or "") if isinstance(found, dict) else ""
    if not wanted:
        detail = "It names no stack file."
        raise CannotImport(detail)
    inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
    text = unit.get(inside)
    if text is None:
        ending = f"/{wanted.lstrip('/')}"
        text = next((unit[own] for own in sorted(unit) if f"/{own}".endswith(ending)), None)
    if text is None:
        detail = f"Its text is {wanted} of {_repository(template)}; give that file too."
        raise CannotImport(detail)
    root = read(text, dropped)
    if not services_of(root):
        detail = f"There are no services in {wanted}."
        raise CannotImport(detail)
    return root


def _note_keys(
    template: dict[str, Any], used: set[str], made: list[Definition], dropped: list[Dropped]
) -> None:
    """Tell what of a template has no equal here."""
    for one in made:
        if one.name not in used:
            detail = "Nothing in the compose text reads this variable."
            dropped.append(Dropped(f"env.{one.name}", detail))
    if template.get("administrator_only") is True:
        detail = "Whoever sees a template may deploy it."
        dropped.append(Dropped("administrator_only", detail))
    unknown = sorted(template.keys() - _READ - {"administrator_only"})
    dropped += [Dropped(key, "There is nothing here that this key means.") for key in unknown]
