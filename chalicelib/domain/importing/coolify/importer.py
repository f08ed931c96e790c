"""Imports Coolify's service templates: header comments, magic variables, inline files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.nodes import MappingNode, ScalarNode

from chalicelib.domain.importing.coolify.addresses import Addresses
from chalicelib.domain.importing.coolify.inline_files import lift_contents
from chalicelib.domain.importing.coolify.magic import MAGIC, definition_of, magic_of
from chalicelib.domain.importing.document import get, line_of, read, take, text_of, write
from chalicelib.domain.importing.drafting import (
    data_volumes,
    one_line,
    tags_of,
    template_name,
    title_of,
    variables_of,
)
from chalicelib.domain.importing.imported import (
    CannotImport,
    Dropped,
    Imported,
    Outcome,
    Provenance,
    Source,
)
from chalicelib.domain.importing.plain import yaml_files
from chalicelib.domain.importing.tidying import mount_sources, services_of, set_route, tidy

MAX_DESCRIPTION = 5000
_HEADER = re.compile(r"#\s*(?P<key>[A-Za-z_]+)\s*:\s*(?P<value>.*?)\s*\Z")
_KEYS = frozenset(
    ("documentation", "slogan", "category", "tags", "logo", "port", "amd_only", "arm_only")
)
_HEALTH = "Whether the app is well depends on each of its services here."
_DIRECTORY = ("is_directory", "isDirectory")


def units(files: Source) -> Iterator[tuple[str, Source]]:
    """Give each YAML text."""
    for path in yaml_files(files):
        yield path, {path: files[path]}


def is_mine(path: str, unit: Source) -> bool:
    """Whether a compose text has Coolify's header or one of its magic variables."""
    text = unit[path]
    try:
        is_compose = bool(services_of(read(text, [])))
    except CannotImport:
        return False
    return is_compose and ("slogan" in header_of(text) or MAGIC.search(text) is not None)


def header_of(text: str) -> dict[str, str]:
    """Read the comments before the first key, each `# key: value`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            break
        told = _HEADER.match(line)
        if told is not None and told["key"].lower() in _KEYS:
            found.setdefault(told["key"].lower(), _unquoted(told["value"]))
    return found


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def convert(path: str, unit: Source) -> list[Outcome]:
    """Make a draft of one service template. Raises `CannotImport` and `InvalidPlan`."""
    text, dropped = unit[path], list[Dropped]()
    header, root = header_of(text), read(text, dropped)
    services = services_of(root)
    if not services:
        detail = "There are no services in this text."
        raise CannotImport(detail)
    addresses = Addresses(root, header.get("port", ""))
    dropped += addresses.dropped
    excluded = _leave_health_out(services, dropped)
    for _, service in services:
        _keep_folders(service)
        lift_contents(root, service, addresses.filled_content)
    addresses.fill(root)
    if addresses.routes:
        set_route(root, addresses.routes[0])
    tidy(root, dropped)
    written = write(root)
    made = {
        name: definition_of(name, magic)
        for name in sorted(set(MAGIC.findall(written)) | _SIGNERS)
        if (magic := magic_of(name)) is not None and not magic.is_address and magic.type != "NAME"
    }
    return [
        Imported(
            name=title_of(path),
            provenance=Provenance("coolify", path),
            compose_spec=written,
            description=header.get("slogan", "")[:MAX_DESCRIPTION],
            category=one_line(header.get("category", ""), 60),
            tags=tags_of(header.get("tags", "").split(",")),
            variables=variables_of(written, made),
            readme=_readme(path, header),
            routes=addresses.routes,
            links={key: header[key] for key in ("documentation", "logo") if header.get(key)},
            architectures=_architectures(header),
            data_volumes=data_volumes(root),
            excluded_from_health=excluded,
            dropped=tuple(dropped),
        )
    ]


_SIGNERS = frozenset({"SERVICE_PASSWORD_JWT"})


def _readme(path: str, header: dict[str, str]) -> str:
    parts = [f"# {template_name(title_of(path))}", header.get("slogan", "")]
    if header.get("documentation"):
        parts.append(f"Documentation: <{header['documentation']}>")
    return "\n\n".join(part for part in parts if part) + "\n"


def _architectures(header: dict[str, str]) -> tuple[str, ...]:
    said = {"amd_only": "amd64", "arm_only": "arm64"}
    return tuple(name for key, name in said.items() if header.get(key, "").lower() == "true")


def _leave_health_out(
    services: list[tuple[str, MappingNode]], dropped: list[Dropped]
) -> tuple[str, ...]:
    """Take `exclude_from_hc` away; what it asked for is told."""
    found = []
    for name, service in services:
        stated = take(service, "exclude_from_hc")
        if stated is not None and text_of(stated).lower() == "true":
            found.append(name)
            key = f"services.{name}.exclude_from_hc"
            dropped.append(Dropped(key, _HEALTH, line_of(stated)))
    return tuple(found)


def _keep_folders(service: MappingNode) -> None:
    """Make volumes of mounts that are said to be folders."""
    for node, source, _, rename in mount_sources(service):
        if not isinstance(node, MappingNode):
            continue
        said = [text_of(take(node, key) or ScalarNode("", "")) for key in _DIRECTORY]
        is_plain = get(node, "content") is None and source.startswith(".")
        if "true" in (one.lower() for one in said) and is_plain:
            name = re.sub(r"[^A-Za-z0-9]+", "-", source).strip("-")
            rename(name or "files")
