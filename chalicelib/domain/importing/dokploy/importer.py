"""Imports templates of Dokploy: `template.toml` with variables, domains and files, and compose."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator
from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.importing.document import read
from chalicelib.domain.importing.dokploy.entries import SETTINGS, read_environment
from chalicelib.domain.importing.dokploy.environment import Environment
from chalicelib.domain.importing.dokploy.files import bring_files
from chalicelib.domain.importing.dokploy.loose_toml import NotTOML, Table, loads
from chalicelib.domain.importing.dokploy.values import Values, as_text
from chalicelib.domain.importing.drafting import data_volumes, one_line, tags_of, template_name
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Imported,
    ImportedRoute,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.networks import leave_network
from chalicelib.domain.importing.rewriting import use_own_url
from chalicelib.domain.importing.services import ports_of, texts_in
from chalicelib.domain.importing.settling import settled, template_version, web_links, without_route
from chalicelib.domain.importing.tidying import services_of, set_route

COMPOSE = ("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml")
_NETWORK = "dokploy-network"
_HOST = re.compile(r"\$\{([^{}:]+)\}")
_ROOTS = {"", "/"}
_LINKS = {"github": "repository", "website": "website", "docs": "documentation"}


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Group files by the folders that hold a `template.toml`."""
    for path in sorted(files):
        folder, name = posixpath.split(path)
        if name == SETTINGS:
            start = f"{folder}/" if folder else ""
            inside = {own[len(start) :]: files[own] for own in files if own.startswith(start)}
            yield path, inside


def is_mine(_path: str, unit: Source) -> bool:
    """Whether a unit is a template of Dokploy, which its file's name says."""
    return SETTINGS in unit


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make the draft. Raises `CannotImport` and `InvalidPlan`."""
    try:
        settings = loads(unit[SETTINGS])
    except NotTOML as error:
        detail = f"{SETTINGS} is not TOML: {error}."
        raise CannotImport(detail, error.line) from error
    compose = next((unit[name] for name in COMPOSE if name in unit), None)
    if compose is None:
        detail = f"There is no {COMPOSE[0]} beside {SETTINGS}."
        raise CannotImport(detail)
    dropped: list[Dropped] = []
    root = read(compose, dropped)
    return [_draft(path, settings, root, _meta(unit), dropped)]


def _meta(unit: Source) -> dict[str, Any]:
    try:
        found = json.loads(unit.get("meta.json", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _draft(
    path: str, settings: Table, root: MappingNode, meta: dict[str, Any], dropped: list[Dropped]
) -> Imported:
    config = settings.get("config")
    config = config if isinstance(config, Table) else Table()
    variables = settings.get("variables")
    entries = list(read_environment(settings))
    routes = _routes(root, _tables(config, "domains"), dropped)
    hosts = _hosts(_tables(config, "domains"))
    values = Values(variables if isinstance(variables, Table) else Table(), further_hosts=hosts[1:])
    environment = Environment(entries, values)
    environment.fill(root)
    use_own_url(root)
    leave_network(root, _NETWORK)
    mounts = bring_files(root, _tables(config, "mounts"), environment.content)
    if routes:
        set_route(root, routes[0])
    elif not _tables(config, "domains"):
        without_route(root)
    definitions = environment.definitions()
    text, found = settled(root, definitions, dropped)
    dropped += [*environment.unused(), *environment.dropped, *values.dropped, *mounts.dropped]
    links = meta.get("links")
    links = links if isinstance(links, dict) else {}
    return Imported(
        name=template_name(as_text(meta.get("name", "")) or _folder(path)),
        provenance=Provenance("dokploy", path, as_text(meta.get("dokploy_version", ""))),
        compose_spec=text,
        version=template_version(as_text(meta.get("version", ""))),
        description=one_line(as_text(meta.get("description", "")), 5000),
        tags=tags_of(texts_in(meta.get("tags"))),
        variables=found,
        routes=routes,
        links=web_links({ours: links.get(theirs) for theirs, ours in _LINKS.items()}),
        data_volumes=data_volumes(root),
        dropped=tuple(dropped),
    )


def _folder(path: str) -> str:
    return posixpath.basename(posixpath.dirname(path))


def _tables(config: Table, key: str) -> list[Table]:
    """List the tables below a key, which may be one alone."""
    found = config.get(key)
    found = found if isinstance(found, list) else [found]
    return [one for one in found if isinstance(one, Table)]


def _routes(
    root: MappingNode, domains: list[Table], dropped: list[Dropped]
) -> tuple[ImportedRoute, ...]:
    """Read the domains; the first at the root of its host is the one that is kept."""
    found: list[tuple[ImportedRoute, Table]] = []
    for one in domains:
        service = _service(root, as_text(one.get("serviceName", "")), one.get("port"))
        port = _port(one.get("port")) or _only_port(root, service)
        if service is None or port is None:
            detail = "A domain must name a service that runs, and its port."
            dropped.append(Dropped(f"{SETTINGS}: domains", detail, one.line))
            continue
        found.append((ImportedRoute(service, port, as_text(one.get("path", "")) or "/"), one))
    # Of several, the one for the whole of the main host is the app's.
    found.sort(key=lambda pair: (pair[0].path not in _ROOTS, _is_part(pair[1])))
    for route, table in found[1:]:
        detail = (
            f"An app has one route; {route.service}:{route.port} at"
            f" {as_text(table.get('host', ''))}{route.path} is a further one."
        )
        dropped.append(Dropped(f"{SETTINGS}: domains", detail, table.line))
    return tuple(route for route, _ in found)


def _hosts(domains: list[Table]) -> list[str]:
    """Name the variables that are hosts by themselves, that of the whole app first."""
    whole = sorted(domains, key=lambda one: as_text(one.get("path", "")) not in _ROOTS)
    found = [_HOST.fullmatch(as_text(one.get("host", ""))) for one in whole]
    return list(dict.fromkeys(one[1] for one in found if one))


def _is_part(table: Table) -> bool:
    """Whether a domain's host is one below or beside the main one."""
    host = as_text(table.get("host", ""))
    return bool(host) and not host.startswith("${")


def _service(root: MappingNode, name: str, port: object) -> str | None:
    """Find the service that a domain means, also when its name is spelt another way."""
    services = dict(services_of(root))
    if name in services:
        return name
    plain = {own.replace("_", "-").lower(): own for own in services}
    found = plain.get(name.replace("_", "-").lower())
    if found is None and len(services) == 1:
        return next(iter(services))
    if found is None:
        asked = as_text(port)
        open_there = [
            own
            for own, node in services.items()
            if any(target == asked for _, target, _ in ports_of(node))
        ]
        return open_there[0] if len(open_there) == 1 else None
    return found


def _only_port(root: MappingNode, service: str | None) -> int | None:
    """Give the port of a service that opens one alone."""
    found = (
        {target for _, target, _ in ports_of(dict(services_of(root))[service])}
        if service
        else set()
    )
    return _port(found.pop()) if len(found) == 1 else None


def _port(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 1 <= value <= 65_535 else None  # type: ignore[return-value,operator]
