"""Imports CapRover's one-click apps, version 4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chalicelib.domain.importing.caprover.dockerfiles import start_from
from chalicelib.domain.importing.caprover.questions import questions_of
from chalicelib.domain.importing.caprover.texts import CapTexts
from chalicelib.domain.importing.document import (
    entries,
    get,
    is_null,
    items,
    line_of,
    mapping,
    plain,
    put,
    read,
    scalar,
    sequence,
    take,
    text_of,
    write,
)
from chalicelib.domain.importing.drafting import (
    data_volumes,
    template_name,
    title_of,
    variables_of,
)
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Imported,
    ImportedRoute,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.plain import yaml_files
from chalicelib.domain.importing.tidying import services_of, set_no_route, set_route, tidy
from chalicelib.domain.slugs import slug_from

USUAL_PORT = 80
_ABOUT = "caproverOneClickApp"
_LINK = re.compile(r"https?://[^\s)>\]]+")
_KNOWN_EXTRA = {"containerHttpPort", "notExposeAsWebApp", "dockerfileLines", "websocketSupport"}
_ONE = "An app has one name and one route here; this service has none."
_BUILD = "These lines need an image to be built; images are pulled here, never built."
_NOT_COMPOSE = "Compose has no such key of a service."
_NO_SUCH = "There is no service of this name."


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Give each YAML text."""
    for path in yaml_files(files):
        yield path, {path: files[path]}


def is_mine(path: str, unit: Source) -> bool:
    """Whether the text has the keys of a one-click app."""
    text = unit[path]
    if "captainVersion" not in text:
        return False
    try:
        root = read(text, [])
    except CannotImport:
        return False
    return get(root, "captainVersion") is not None and get(root, "services") is not None


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make a draft of one app. Raises `CannotImport` and `InvalidPlan`."""
    dropped: list[Dropped] = []
    root = read(unit[path], dropped)
    services, about = services_of(root), get(root, _ABOUT)
    if not services or text_of(get(root, "captainVersion")) not in {"4", "4.0"}:
        detail = "This is no one-click app of captainVersion 4 with services."
        raise CannotImport(detail, line_of(root))
    app = slug_from(title_of(path)) or "app"
    texts = _texts(app[:30].strip("-"), about, dropped)
    _name_services(root, texts)
    compose = mapping((key, node) for key, node in entries(root) if key in _TOP)
    routes = _routes(services_of(compose), texts, dropped)
    for name, service in services_of(compose):
        _convert_service(name, service, dropped)
    _fill(compose, texts)
    _leave_out_missing(compose, dropped)
    if routes:
        set_route(compose, routes[0])
    else:
        set_no_route(compose)
    tidy(compose, dropped, texts.made)
    written = write(compose)
    draft = _described(texts, about)
    draft.name = draft.name or title_of(path)
    draft.provenance = Provenance("caprover", path, "4")
    draft.compose_spec, draft.routes = written, routes
    draft.variables = variables_of(written, texts.made)
    draft.data_volumes, draft.dropped = data_volumes(compose), tuple(dropped)
    return [draft]


_TOP = ("services", "volumes", "networks", "configs", "secrets")


def _texts(app: str, about: Any, dropped: list[Dropped]) -> CapTexts:
    nodes = [node for node in items(get(about, "variables")) if isinstance(node, MappingNode)]
    stated = [{key: text_of(value) for key, value in entries(node)} for node in nodes]
    return CapTexts(app, questions_of(stated, [line_of(n) for n in nodes], dropped), dropped)


def _name_services(root: MappingNode, texts: CapTexts) -> None:
    """Fill in the names of services, volumes and all other keys."""
    waiting: list[Any] = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, SequenceNode):
            waiting.extend(node.value)
            continue
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value != _ABOUT:
                key.value = texts.name(key.value, line_of(key))
                waiting.append(value)


def _routes(
    services: list[tuple[str, MappingNode]], texts: CapTexts, dropped: list[Dropped]
) -> tuple[ImportedRoute, ...]:
    """List the services that are exposed, the one that the app's name leads to first."""
    found: list[tuple[int, ImportedRoute, int | None]] = []
    for name, service in services:
        extra = get(service, "caproverExtra")
        if text_of(get(extra, "notExposeAsWebApp")).lower() == "true":
            continue
        stated = texts.name(text_of(get(extra, "containerHttpPort")))
        port = int(stated) if stated.isascii() and stated.isdigit() else USUAL_PORT
        rank = 0 if name == texts.app else 1 if stated else 2
        found.append((rank, ImportedRoute(name, port), line_of(service)))
    found.sort(key=lambda one: one[0])
    for _, route, line in found[1:]:
        dropped.append(Dropped(f"services.{route.service}.caproverExtra", _ONE, line))
    texts.main = found[0][1].service if found else ""
    return tuple(route for _, route, _ in found)


def _convert_service(name: str, service: MappingNode, dropped: list[Dropped]) -> None:
    """Say in compose's words what CapRover makes of a service."""
    extra = take(service, "caproverExtra")
    for key, node in entries(extra):
        if key not in _KNOWN_EXTRA:
            where = f"services.{name}.caproverExtra.{key}"
            dropped.append(Dropped(where, "It has no counterpart here.", line_of(node)))
    command = take(service, "command")
    if command is not None and not is_null(command):
        put(service, "entrypoint", command)
    if (lines := get(extra, "dockerfileLines")) is not None:
        _start_or_build(name, service, lines, dropped)
    take(service, "documentation")
    if (stray := take(service, "volume")) is not None:
        dropped.append(Dropped(f"services.{name}.volume", _NOT_COMPOSE, line_of(stray)))
    environment = get(service, "environment")
    for key, value in entries(environment):
        if is_null(value) and isinstance(environment, MappingNode):
            put(environment, key, ScalarNode("tag:yaml.org,2002:str", "", style='"'))


def _start_or_build(name: str, service: MappingNode, lines: Node, dropped: list[Dropped]) -> None:
    """Take an image and its start from a Dockerfile's lines; what else they say is a build."""
    texts = [text_of(line) for line in items(lines)] or [text_of(lines)]
    if not start_from(service, texts):
        inline = scalar("\n".join(texts))
        put(service, "build", mapping([("dockerfile_inline", inline)]))
        where = f"services.{name}.caproverExtra.dockerfileLines"
        dropped.append(Dropped(where, _BUILD, line_of(lines)))


def _fill(compose: MappingNode, texts: CapTexts) -> None:
    """Fill in all values; what the text generates is named for the key where it stands."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = list(reversed(entries(compose)))
    while waiting:
        where, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            node.value = texts.filled(node.value, line_of(node), where)
        elif isinstance(node, SequenceNode):
            waiting.extend((_key_in(item, where), item) for item in reversed(node.value))
        else:
            waiting.extend(reversed(entries(node)))


def _key_in(item: Any, where: str) -> str:
    """Name what an item of an environment is for."""
    key, mark, _ = text_of(item).partition("=")
    return key if mark else where


def _leave_out_missing(compose: MappingNode, dropped: list[Dropped]) -> None:
    """Leave out dependencies on services that are not there."""
    names = {name for name, _ in services_of(compose)}
    for name, service in services_of(compose):
        needs = get(service, "depends_on")
        for need, line in [(text_of(one), line_of(one)) for one in items(needs)]:
            if need not in names:
                dropped.append(Dropped(f"services.{name}.depends_on.{need}", _NO_SUCH, line))
        for need, node in entries(needs):
            if need not in names:
                where = f"services.{name}.depends_on.{need}"
                dropped.append(Dropped(where, _NO_SUCH, line_of(node)))
        if isinstance(needs, SequenceNode):
            kept = [one for one in needs.value if text_of(one) in names]
            put(service, "depends_on", sequence(kept))
        elif isinstance(needs, MappingNode):
            kept_pairs = [(need, node) for need, node in entries(needs) if need in names]
            put(service, "depends_on", mapping(kept_pairs))


def _described(texts: CapTexts, about: Any) -> Imported:
    """Begin a draft with what the app says of itself."""
    told = plain(get(about, "instructions")) or {}
    told = told if isinstance(told, dict) else {"end": str(told)}
    start, end = (texts.told(str(told.get(key) or "")).strip() for key in ("start", "end"))
    name = text_of(get(about, "displayName"))
    documentation = text_of(get(about, "documentation"))
    link = _LINK.search(documentation)
    return Imported(
        name=template_name(name) if name else "",
        provenance=Provenance("caprover", ""),
        compose_spec="",
        description=texts.told(text_of(get(about, "description")))[:5000],
        readme=_readme(name, start, end, texts.told(documentation)),
        links={"documentation": link.group().rstrip(".,")} if link else {},
        notes_start=start,
        notes_end=end,
    )


def _readme(name: str, start: str, end: str, documentation: str) -> str:
    parts = [f"# {name}" if name else "", start]
    parts += ["## After the start", end] if end else []
    parts += ["## Documentation", documentation] if documentation else []
    return "\n\n".join(part for part in parts if part) + "\n"
