"""Imports apps of Runtipi: `config.json` with form fields, and services as JSON or compose."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from yaml.nodes import MappingNode, SequenceNode

from chalicelib.domain.compose.binds import means_file
from chalicelib.domain.compose.interpolation import HOST, URL
from chalicelib.domain.importing.document import entries, get, items, read, scalars, take, text_of
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
from chalicelib.domain.importing.mounts import Folder, Left, Place, move_mounts, shipped
from chalicelib.domain.importing.networks import leave_network
from chalicelib.domain.importing.rewriting import (
    by_name,
    literal,
    replace_references,
    set_text,
    use_own_url,
)
from chalicelib.domain.importing.runtipi.fields import CONFIG, fields
from chalicelib.domain.importing.runtipi.services import METADATA, compose_of
from chalicelib.domain.importing.services import (
    inherited,
    line_with,
    ports_of,
    split_short,
    texts_in,
)
from chalicelib.domain.importing.settling import (
    definition,
    settled,
    template_version,
    web_links,
    without_route,
)
from chalicelib.domain.importing.tidying import services_of, set_route
from chalicelib.domain.variables import Definition, Generator

JSON, YAML = "docker-compose.json", "docker-compose.yml"
_NETWORK = "tipi_main_network"
_VAPID = ("VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY")
_OWN = re.compile(r"\$(?:\{APP_DATA_DIR\}|APP_DATA_DIR\b)/?(.*)", re.DOTALL)
_MEDIA = re.compile(
    r"\$\{?(?:ROOT_FOLDER_HOST\}?/media|RUNTIPI_MEDIA_PATH\}?)(?:/(.*))?", re.DOTALL
)
_SCHEME = r"(?:https?|\$\{APP_PROTOCOL(?::?-[a-z]*)?\}|\$APP_PROTOCOL)"
_OWN_HOST = r"\$\{?(?:APP_DOMAIN|APP_HOST)\}?"
_ADDRESS = re.compile(rf"{_SCHEME}://{_OWN_HOST}(?::\$\{{?APP_PORT\}}?)?(?![A-Za-z0-9_:])")
_HOST_PORT = re.compile(rf"({_OWN_HOST}):\$\{{?APP_PORT\}}?")
_HOSTS = ("APP_DOMAIN", "APP_HOST", "LOCAL_DOMAIN", "INTERNAL_IP")
_SHARED = "This is a folder that all apps of a Runtipi share; here it is a volume of the app's own."
_PROCESSORS = {"amd64", "arm64"}


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Group files by the folders that hold a `config.json` beside services."""
    for path in sorted(files):
        folder, name = posixpath.split(path)
        start = f"{folder}/" if folder else ""
        has_services = start + JSON in files or start + YAML in files
        if name == CONFIG and (has_services or "tipi_version" in files[path]):
            yield path, {own[len(start) :]: files[own] for own in files if own.startswith(start)}


def is_mine(_path: str, unit: Source) -> bool:
    """Whether a unit has the settings of a Runtipi app."""
    try:
        config = json.loads(unit[CONFIG])
    except ValueError:
        return False
    return isinstance(config, dict) and "tipi_version" in config


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make the draft. Raises `CannotImport` and `InvalidPlan`."""
    config = _json(unit, CONFIG)
    if not isinstance(config, dict):
        detail = f"{CONFIG} is no object."
        raise CannotImport(detail)
    dropped: list[Dropped] = []
    if JSON in unit:
        root = compose_of(_json(unit, JSON), dropped)
    elif YAML in unit:
        root = read(unit[YAML], dropped)
    else:
        detail = f"There is neither {JSON} nor {YAML} beside {CONFIG}."
        raise CannotImport(detail)
    return [_App(path, unit, config, root, dropped).draft()]


def _json(unit: Source, name: str) -> Any:
    try:
        return json.loads(unit[name])
    except ValueError as error:
        line = getattr(error, "lineno", None)
        detail = f"{name} is not JSON: {getattr(error, 'msg', 'unreadable')}."
        raise CannotImport(detail, line) from error
    except RecursionError as error:
        detail = f"{name} nests beyond reason."
        raise CannotImport(detail) from error


class _App:
    """One app while it is converted."""

    def __init__(
        self,
        path: str,
        unit: Source,
        config: dict[str, Any],
        root: MappingNode,
        dropped: list[Dropped],
    ) -> None:
        self.path = path
        self.unit = unit
        self.config = config
        self.root = root
        self.dropped = dropped

    def text(self, key: str) -> str:
        """Give a text of the settings."""
        value = self.config.get(key)
        return value if isinstance(value, str) else ""

    def draft(self) -> Imported:
        """Convert everything, in the order in which one thing needs the other."""
        route = self.route()
        self.fill_in()
        mounts = move_mounts(self.root, self.place)
        leave_network(self.root, _NETWORK)
        self.leave_metadata()
        if route is not None:
            set_route(self.root, route)
        elif self.config.get("no_gui") is True:
            without_route(self.root)
        asked = list(fields(self.config.get("form_fields"), self.dropped, self.unit[CONFIG]))
        text, found = settled(self.root, [*_given(), *asked], self.dropped)
        self.note_keys({one.name for one in found}, {one.name for one in asked})
        processors = _PROCESSORS & set(texts_in(self.config.get("supported_architectures")))
        labels = texts_in(self.config.get("categories"))
        return Imported(
            name=template_name(self.text("name") or self.text("id")),
            provenance=Provenance("runtipi", self.path, str(self.config.get("tipi_version", ""))),
            compose_spec=text,
            version=template_version(self.text("version")),
            description=one_line(self.text("short_desc") or self.text("description"), 5000),
            category=one_line(labels[0] if labels else "", 60),
            tags=tags_of(labels),
            variables=found,
            readme=self.unit.get("metadata/description.md", "") or self.text("description"),
            routes=() if route is None else (route,),
            links=web_links({"repository": self.text("source"), "website": self.text("website")}),
            architectures=() if processors == _PROCESSORS else tuple(sorted(processors)),
            data_volumes=data_volumes(self.root),
            dropped=(*self.dropped, *mounts.dropped),
        )

    def route(self) -> ImportedRoute | None:
        """Find the main service and its port; a port that stands for the app's own is left out."""
        services = dict(services_of(self.root))
        found: tuple[str, str] | None = None
        for name, service in services.items():
            about = get(service, METADATA)
            port = text_of(get(about, "internal_port"))
            is_main = text_of(get(about, "is_main")) == "true" or len(services) == 1
            if port and (is_main or found is None):
                found = (name, port)
                if is_main:
                    break
        for name, service in services.items():
            opened = _leave_own_port(service)
            found = found or ((name, opened) if opened else None)
        if found is None:
            if self.config.get("no_gui") is not True:
                detail = "No service says on which port it answers."
                self.dropped.append(Dropped("port", detail))
            return None
        port = rendered(found[1])
        if not port.isdecimal() or not 1 <= int(port) <= 65_535:
            self.dropped.append(Dropped("internalPort", f"{port[:40]} is no port."))
            return None
        return ImportedRoute(found[0], int(port), self.text("url_suffix") or "/")

    def fill_in(self) -> None:
        """Give what Runtipi gives to all apps."""
        for node in scalars(self.root, with_keys=False):
            if "$" in node.value:
                text = _ADDRESS.sub(f"${{{URL}}}", node.value)
                set_text(node, _HOST_PORT.sub(r"\1", text))
        port = str(self.config.get("port", ""))
        told = dict.fromkeys(_HOSTS, f"${{{HOST}}}")
        told |= {"APP_ID": literal(self.text("id")), "APP_EXPOSED": "true", "APP_PORT": port}
        told |= {"APP_PROTOCOL": "https", "NETWORK_INTERFACE": "0.0.0.0"}  # noqa: S104 - inside
        self.root_folder_is_told()
        replace_references(self.root, by_name(told))
        use_own_url(self.root, port)

    def root_folder_is_told(self) -> None:
        """Write Runtipi's own folder as the path that it is, for the planner to refuse."""
        for _, service in services_of(self.root):
            for item in items(inherited(service, "volumes")):
                node = get(item, "source") if isinstance(item, MappingNode) else item
                text = text_of(node)
                if "ROOT_FOLDER_HOST" in text and not _MEDIA.match(text):
                    replace_references(item, by_name({"ROOT_FOLDER_HOST": "/opt/runtipi"}))

    def place(self, source: str, target: str) -> Place:
        """Say what a mount is: the app's own folder or file, or one that apps share."""
        if own := _OWN.fullmatch(source):
            path = posixpath.normpath(own[1] or ".")
            path = "" if path == "." else path
            found = shipped(path, self.unit, Folder(path))
            if isinstance(found, Folder) and means_file(path, target):
                detail = (
                    f"The app mounts the file {path}, which is not among the given ones; give it"
                    " too, if the app brings it."
                )
                return Left(detail)
            return found
        if media := _MEDIA.fullmatch(source):
            return Folder(f"media/{media[1] or ''}".rstrip("/"), _SHARED)
        return None

    def leave_metadata(self) -> None:
        """Take away what only Runtipi reads."""
        overrides = items(get(get(self.root, METADATA), "overrides"))
        for one in overrides:
            named = text_of(get(one, "architecture"))
            detail = "A draft has one text for all processors."
            self.dropped.append(Dropped(f"overrides: {named}", detail))
        take(self.root, METADATA)
        for _, service in services_of(self.root):
            take(service, METADATA)
            _leave_labels(service)

    def note_keys(self, used: set[str], asked: set[str]) -> None:
        """Tell what of the settings has no equal here."""
        for name in sorted(asked - used):
            detail = "Nothing in the compose text reads this variable."
            line = line_with(self.unit[CONFIG], name)
            self.dropped.append(Dropped(f"{CONFIG}: form_fields.{name}", detail, line))
        for name in used.intersection(_VAPID):
            detail = "Runtipi makes a pair of keys for web push; here people give one."
            self.dropped.append(Dropped(f"${{{name}}}", detail))


def _given() -> list[Definition]:
    """Define what Runtipi gives to all apps: its time zone, and the logins of its own databases."""
    drawn = Generator("password", 32)
    return [
        definition("TZ", "Etc/UTC"),
        definition("POSTGRES_USERNAME", "tipi"),
        definition("POSTGRES_DBNAME", "tipi"),
        Definition("POSTGRES_PASSWORD", "secret", generator=drawn),
        Definition("REDIS_PASSWORD", "secret", generator=drawn),
    ]


def _leave_own_port(service: MappingNode) -> str:
    """Take out the mapping of `APP_PORT`, which the route stands for; give the port behind it."""
    found = inherited(service, "ports")
    if not isinstance(found, SequenceNode):
        return ""
    behind = next((target for host, target, _ in ports_of(service) if "APP_PORT" in host), "")
    found.value[:] = [
        item
        for item in found.value
        if "APP_PORT" not in (text_of(get(item, "published")) or split_short(text_of(item))[0])
    ]
    if not found.value:
        take(service, "ports")
    return behind


def _leave_labels(service: MappingNode) -> None:
    """Take out the labels that lead Runtipi's own proxy."""
    found = get(service, "labels")
    for name, _ in entries(found):
        if name.startswith(("traefik.", "runtipi.")):
            take(found, name)
    if isinstance(found, SequenceNode):
        found.value[:] = [
            item for item in found.value if not text_of(item).startswith(("traefik.", "runtipi."))
        ]
    if found is not None and not entries(found) and not items(found):
        take(service, "labels")
