"""Imports apps of CasaOS and ZimaOS: compose texts that say the rest under `x-casaos`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from yaml.nodes import MappingNode, Node, ScalarNode

from chalicelib.domain.importing.document import (
    entries,
    get,
    items,
    line_of,
    read,
    take,
    text_of,
)
from chalicelib.domain.importing.drafting import (
    data_volumes,
    one_line,
    rendered,
    tags_of,
    template_name,
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
from chalicelib.domain.importing.mounts import Folder, Place, move_mounts
from chalicelib.domain.importing.rewriting import by_name, literal, replace_references
from chalicelib.domain.importing.services import ports_of
from chalicelib.domain.importing.settling import (
    definition,
    settled,
    template_version,
    web_links,
)
from chalicelib.domain.importing.tidying import services_of, set_route
from chalicelib.domain.variables import Definition, Generator

ENDINGS = (".yml", ".yaml")
KEY = "x-casaos"
_OWN = re.compile(r"/DATA/AppData/([^/]+)(?:/(.*))?", re.DOTALL)
_SHARED = re.compile(r"/DATA(?:/(.*))?", re.DOTALL)
_LANGUAGES = ("en_us", "en_gb", "en_uk", "en")
_PROCESSORS = {"amd64", "arm64", "arm"}
_LINKS = {"website": "website", "repo": "repository", "support": "support", "docs": "documentation"}
_GIVEN = {"PUID": "1000", "PGID": "1000"}
"""The person whom an app's files belong to on CasaOS; here a container's volumes are its own."""
_FOLDER = "This is a folder that all apps of a CasaOS share; here it is a volume of the app's own."


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """List the YAML texts that say `x-casaos`."""
    for path in sorted(files):
        if path.endswith(ENDINGS) and KEY in files[path]:
            yield path, {path: files[path]}


def is_mine(path: str, unit: Source) -> bool:
    """Whether a text has `x-casaos` as a key."""
    try:
        return get(read(unit[path], []), KEY) is not None
    except CannotImport:
        return False


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make the draft. Raises `CannotImport` and `InvalidPlan`."""
    dropped: list[Dropped] = []
    root = read(unit[path], dropped)
    services = dict(services_of(root))
    if not services:
        detail = "There are no services in this text."
        raise CannotImport(detail)
    about = _About(root, services)
    route = about.route(services)
    if route is None and about.port:
        detail = f"No service opens port {about.port}, which CasaOS shows."
        dropped.append(Dropped(f"{KEY}.port_map", detail, line_of(about.node("port_map"))))
    app = text_of(get(root, "name")) or posixpath.basename(posixpath.dirname(path))
    definitions = _fill_in(root, app)
    mounts = move_mounts(root, _place)
    for service in services.values():
        take(service, KEY)
    take(root, KEY)
    if route is not None:
        set_route(root, route)
    text, found = settled(root, definitions, dropped)
    description = about.text("description")
    return [
        Imported(
            name=template_name(about.text("title") or app),
            provenance=Provenance("casaos", path, about.plain("version")),
            compose_spec=text,
            version=template_version(about.plain("version")),
            description=one_line(about.text("tagline") or description, 5000),
            category=one_line(about.plain("category"), 60),
            tags=tags_of([about.plain("category")]),
            variables=found,
            readme=description,
            routes=() if route is None else (route,),
            links=about.links(),
            notes_start=about.tips(),
            architectures=about.processors(),
            data_volumes=data_volumes(root),
            dropped=(*dropped, *mounts.dropped),
        )
    ]


class _About:
    """What a text says beside compose: at its end, and in old texts at the main service."""

    def __init__(self, root: MappingNode, services: dict[str, MappingNode]) -> None:
        top = get(root, KEY)
        stated = text_of(get(top, "main")) or text_of(get(top, "main_app"))
        self.main = stated if stated in services else next(iter(services))
        own = get(services[self.main], KEY)
        self.nodes = [node for node in (top, own, get(own, "container")) if node is not None]

    def node(self, key: str) -> Node | None:
        """Give what is said under a key, where it is said first."""
        return next((found for node in self.nodes if (found := get(node, key)) is not None), None)

    def plain(self, key: str) -> str:
        """Give a text that has no languages."""
        return text_of(self.node(key))

    def text(self, key: str) -> str:
        """Give a text in English, or in whatever language there is."""
        return next(
            (text for node in self.nodes if (text := in_english(get(node, key)))),
            "",
        )

    @property
    def port(self) -> str:
        """The port that people open on CasaOS, as far as the text knows it."""
        return rendered(self.plain("port_map"))

    def route(self, services: dict[str, MappingNode]) -> ImportedRoute | None:
        """Find the service and port behind the one that people open."""
        order = [self.main, *(name for name in services if name != self.main)]
        opened = [
            (name, rendered(published), rendered(target))
            for name in order
            for published, target, protocol in ports_of(services[name])
            if protocol == "tcp"
        ]
        path = self.plain("index") or "/"
        for name, published, target in opened:
            if published == self.port and _is_port(target):
                return ImportedRoute(name, int(target), path)
        if self.port:
            return None
        for name, _, target in opened:
            if name == self.main and _is_port(target):
                return ImportedRoute(name, int(target), path)
        return None

    def tips(self) -> str:
        """Give what people are told before they install, as Markdown."""
        node = self.node("tips")
        before = get(node, "before_install")
        told = [in_english(before)]
        for item in items(before):
            words = [in_english(get(item, "content")), text_of(get(item, "value"))]
            told.append("".join(word for word in words if word))
        told.append(in_english(get(node, "custom")))
        return "\n\n".join(text.strip() for text in told if text.strip())

    def links(self) -> dict[str, str]:
        """Give the addresses that the text states."""
        found = {ours: self.plain(theirs) for theirs, ours in _LINKS.items()}
        return web_links(found | {"logo": self.plain("icon")})

    def processors(self) -> tuple[str, ...]:
        """Give the only processors that it runs on; none for those that everybody has."""
        found = {text_of(item) for item in items(self.node("architectures"))} & _PROCESSORS
        return () if {"amd64", "arm64"} <= found else tuple(sorted(found))


def in_english(node: Node | None) -> str:
    """Give a text that may have languages: what its owner wrote, English, or any."""
    if isinstance(node, ScalarNode):
        return text_of(node)
    told = {key.lower(): text_of(value) for key, value in entries(node)}
    ordered = ("custom", *_LANGUAGES, *told)
    return next((told[key] for key in ordered if told.get(key)), "")


def _is_port(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text) <= 65_535


def _fill_in(root: MappingNode, app: str) -> list[Definition]:
    """Give what CasaOS gives to all apps."""
    replace_references(root, by_name({"AppID": literal(app), **_GIVEN}))
    return [
        definition("TZ", "Etc/UTC"),
        definition("default_username", "admin"),
        Definition("default_pwd", "secret", generator=Generator("password", 24)),
    ]


def _place(source: str, _target: str) -> Place:
    """Say what a mount is: the app's own folder, or one that apps share."""
    path = posixpath.normpath(rendered(source)) if source.startswith(("/", "$")) else source
    if own := _OWN.fullmatch(path):
        return Folder(own[2] or own[1])
    if shared := _SHARED.fullmatch(path):
        return Folder(f"shared/{shared[1] or ''}".rstrip("/"), _FOLDER)
    return None
