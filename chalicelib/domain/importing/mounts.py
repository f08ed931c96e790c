"""Turns mounts of a platform's own folders into named volumes and into files of the text.

Each format says what a source means; what it does not know stays as it is, and is the planner's
to take or refuse.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from chalicelib.domain.compose.interpolation import Malformed, Reference, parse
from chalicelib.domain.importing.document import (
    entries,
    get,
    items,
    line_of,
    put,
    sequence,
    take,
    text_of,
)
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.importing.rewriting import literal, set_text
from chalicelib.domain.importing.services import child, inherited, node_of, split_short
from chalicelib.domain.importing.tidying import services_of

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_OPTIONS = {"ro", "rw"}


@dataclass(frozen=True)
class Folder:
    """A folder of the app's own, by its path there; it becomes a volume."""

    path: str
    shared: str = ""
    """Why it is not the app's own on the other platform, if it is not."""


@dataclass(frozen=True)
class File:
    """A file that comes with the template; `content` is compose text, with its variables."""

    name: str
    content: str


@dataclass(frozen=True)
class Files:
    """A folder of which some files come with the template; each by its path within."""

    files: dict[str, File]
    folder: Folder | None = None


@dataclass(frozen=True)
class Left:
    """A mount that is left out, and why."""

    reason: str


Config = tuple[str, str, str]
"""A file where a service finds it: the config's name, the path, and unusual permissions."""
Place = Folder | File | Files | Left | None
Decide = Callable[[str, str], Place]
"""Says what a mount's source (as it is written) and target are; None to leave the mount."""

_CLOCK_FILES = {"/etc/localtime", "/etc/timezone"}
_CLOCK = Left("A container does not read the server's clock settings; it takes TZ, else UTC.")

_VARIABLE = (
    "A variable names this folder on the other platform; here it is a volume of the app's own."
)


@dataclass
class Mounts:
    """What was found: volumes by name with their folder, and what was left out."""

    volumes: dict[str, str] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    used: dict[str, set[str]] = field(default_factory=dict)
    """Folders, and the services that mount them."""
    contents: dict[str, str] = field(default_factory=dict)
    """Files that are mounted: name of the config, content."""

    def volume(self, path: str) -> str:
        """Name the volume of a folder; another folder never gets the same name."""
        known = next((name for name, own in self.volumes.items() if own == path), None)
        if known is not None:
            return known
        base = _UNSAFE.sub("-", path.strip("/")).strip("-._")[:80] or "data"
        name, number = base, 1
        while name in self.volumes:
            number += 1
            name = f"{base}-{number}"
        self.volumes[name] = path
        return name

    def config(self, file: File, target: str) -> Config:
        """Mount a file; one that is mounted twice is one config, and a script may be run."""
        base = _UNSAFE.sub("-", file.name.strip("/")).strip("-._")[:80] or "file"
        name, number = base, 1
        while self.contents.setdefault(name, file.content) != file.content:
            number += 1
            name = f"{base}-{number}"
        return name, target, "0555" if file.content.startswith("#!") else ""


def move_mounts(root: MappingNode, decide: Decide) -> Mounts:
    """Rewrite the mounts of all services in place."""
    found = Mounts()
    for name, _ in entries(get(root, "volumes")):
        found.volumes[name] = f"\0{name}"
    configs: dict[int, list[Config]] = {}
    for service, node in services_of(root):
        volumes = inherited(node, "volumes")
        if not isinstance(volumes, SequenceNode):
            continue
        if id(volumes) not in configs:
            configs[id(volumes)] = []
            _rewrite(volumes, decide, found, configs[id(volumes)])
        _note_users(volumes, service, found)
        add_configs(node, configs[id(volumes)])
        if not volumes.value:
            take(node, "volumes")
    _declare(root, found)
    _note_overlaps(found)
    return found


def _declare(root: MappingNode, found: Mounts) -> None:
    """Declare the volumes and files that were made; others are declared already."""
    for name, path in list(found.volumes.items()):
        if path.startswith("\0"):
            found.volumes[name] = name
        else:
            put(child(root, "volumes"), name, node_of({}))
    for name, content in found.contents.items():
        put(child(root, "configs"), name, node_of({"content": content}))


def _rewrite(volumes: SequenceNode, decide: Decide, found: Mounts, configs: list[Config]) -> None:
    """Rewrite one list of mounts, which several services may share."""
    kept: list[Node] = []
    for item in volumes.value:
        source, target = source_and_target(item)
        place: Place = _CLOCK if source in _CLOCK_FILES else None
        if place is None and source and target:
            place = decide(source, target) or _chosen(source)
        kept += _placed(item, place, target, found, configs)
    volumes.value[:] = kept


def _chosen(source: str) -> Place:
    """Say what a mount is whose folder a variable without default names."""
    try:
        parts = parse(source)
    except Malformed:
        return None
    first = parts[0] if parts else ""
    if not isinstance(first, Reference) or any(part for part in first.word):
        return None
    rest = "".join(part for part in parts[1:] if isinstance(part, str))
    return Folder(first.name.lower() + rest, _VARIABLE)


def _placed(
    item: Node, place: Place, target: str, found: Mounts, configs: list[Config]
) -> list[Node]:
    """Give what stands in a mount's place."""
    match place:
        case None:
            return [item]
        case Left(reason):
            found.dropped.append(Dropped("volumes", reason, line_of(item)))
            return []
        case File():
            configs.append(found.config(place, target))
            return []
        case Files(files, folder):
            for path, file in files.items():
                configs.append(found.config(file, posixpath.join(target, path)))
            return [] if folder is None else _placed(item, folder, target, found, configs)
        case Folder(path, shared):
            if shared:
                found.dropped.append(Dropped("volumes", shared, line_of(item)))
            _set_volume(item, found.volume(path))
            return [item]


def source_and_target(item: Node) -> tuple[str, str]:
    """Read a mount, short or long; a source that is empty means no bind."""
    if isinstance(item, ScalarNode):
        parts = split_short(item.value)
        return (parts[0], parts[1]) if len(parts) > 1 else ("", "")
    if isinstance(item, MappingNode) and text_of(get(item, "type")) in {"", "bind"}:
        return text_of(get(item, "source")), text_of(get(item, "target"))
    return "", ""


def _set_volume(item: Node, name: str) -> None:
    """Make a mount one of a named volume."""
    if isinstance(item, ScalarNode):
        _, target, *options = split_short(item.value)
        words = [word for word in ",".join(options).split(",") if word in _OPTIONS]
        set_text(item, ":".join([name, target, *(["ro"] if "ro" in words else [])]))
    elif isinstance(item, MappingNode):
        put(item, "type", node_of("volume"))
        put(item, "source", node_of(name))
        take(item, "bind")


def _note_users(volumes: SequenceNode, service: str, found: Mounts) -> None:
    for item in volumes.value:
        name = split_short(item.value)[0] if isinstance(item, ScalarNode) else ""
        name = name or text_of(get(item, "source"))
        if name in found.volumes:
            found.used.setdefault(found.volumes[name], set()).add(service)


def add_configs(service: MappingNode, configs: list[Config]) -> None:
    """Mount files as configs, beside those that a service has."""
    if configs:
        fresh = [node_of(_entry(*config)) for config in configs]
        put(service, "configs", sequence([*items(inherited(service, "configs")), *fresh]))


def _entry(name: str, target: str, mode: str = "") -> dict[str, str]:
    return {"source": name, "target": target} | ({"mode": mode} if mode else {})


def _note_overlaps(found: Mounts) -> None:
    """Tell of folders within folders that not the same services mount."""
    for outer, inner in _nested(found.used):
        if found.used[outer] != found.used[inner]:
            detail = (
                f"{inner} lies within {outer} on the other platform; here each is a volume of its"
                " own, so that a service with the one does not see the other."
            )
            found.dropped.append(Dropped("volumes", detail, None))


def _nested(folders: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    paths = sorted(path for path in folders if not path.startswith("\0"))
    for outer in paths:
        yield from ((outer, path) for path in paths if path.startswith(outer.rstrip("/") + "/"))


def shipped(path: str, files: Mapping[str, str], folder: Folder | None = None) -> Place:
    """Find what the app's folder brings at a path: one file, files of a folder, or nothing."""
    path = posixpath.normpath(path)
    if path in files:
        return File(path, literal(files[path]))
    inside = {
        own[len(path) + 1 :]: File(own, literal(content))
        for own, content in sorted(files.items())
        if own.startswith(f"{path}/")
    }
    return Files(inside, folder) if inside else folder
