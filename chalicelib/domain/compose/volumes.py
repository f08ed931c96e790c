"""Reads a service's mounts: volumes short and long, tmpfs, and relative binds.

A relative bind names config files of the template; a folder that is none of them becomes a
volume of its own, since there is no folder beside a compose text here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.domain.compose.binds import folder_volume, means_file
from chalicelib.domain.compose.files import Shelf
from chalicelib.domain.compose.rules import Mistaken, Refused, Rule, fault
from chalicelib.domain.compose.section import Section, as_text, named, shown
from chalicelib.domain.compose.targets import target_of
from chalicelib.domain.compose.tmpfs import Tmpfs, read_long_tmpfs, read_short_tmpfs
from chalicelib.domain.compose.tree import Mapping, Node, scalars
from chalicelib.domain.plan import Mount

MAX_MOUNTS = 200
"""Volumes, and tmpfs, of one service."""
MAX_NAME = 128
NAME = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_.-]{{0,{MAX_NAME - 1}}}", re.ASCII)
_OPTIONS = {"ro", "rw", "nocopy"}
_PLAIN_PATH = re.compile(r"[A-Za-z0-9./-]+", re.ASCII)
_WINDOWS = re.compile(r"[A-Za-z]:(?:\\|/[^:]*:/)")
"""A path with a drive letter; `v:/data` mounts the volume v."""
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


_MISSING = "this names a file, and no config file of the template has this path; add one"


@dataclass(frozen=True)
class Wish:
    """A mount as the text asks for it. `kind` is volume, bind or tmpfs; `options` go nowhere."""

    kind: str
    source: str
    target: str
    read_only: bool = False
    no_copy: bool = False
    tmpfs: Tmpfs | None = None
    options: tuple[str, ...] = ()


def parse_short(text: str) -> Wish:
    """Read `[source:]target[:options]`."""
    if _WINDOWS.match(text):
        return Wish("bind", text, "")
    parts = text.split(":")
    if len(parts) == 1:
        return Wish("volume", "", parts[0])
    options = parts[2].split(",") if len(parts) > 2 else []
    if len(parts) > 3:
        options.append(":".join(parts[3:]))
    kind = "bind" if _is_path(parts[0]) else "volume"
    others = tuple(option for option in options if option and option not in _OPTIONS)
    return Wish(kind, parts[0], parts[1], "ro" in options, "nocopy" in options, options=others)


def _is_path(source: str) -> bool:
    """Tell a path from a volume's name, which has no slash."""
    return source.startswith((".", "~")) or "/" in source or "\\" in source


def refusal(wish: Wish, shelf: Shelf) -> tuple[Rule, str] | None:
    """Say why a mount is refused, whatever else is right or wrong with it."""
    if wish.source.rstrip("/").endswith("docker.sock"):
        return Refused.DOCKER_SOCKET, "the Docker socket would give the container the node"
    if wish.kind not in {"volume", "bind", "tmpfs"}:
        return Refused.HOST_PATH, "only volumes, tmpfs and config files are mounted"
    if wish.kind != "bind":
        return None
    if wish.source.startswith(("/", "~", "\\")) or _DRIVE.match(wish.source):
        return Refused.HOST_PATH, "a path of the node may not be mounted; use a named volume"
    is_there = (
        shelf.lenient
        or not means_file(wish.source, wish.target)
        or shelf.find(wish.source, wish.target)
    )
    return None if is_there else (Refused.HOST_PATH, _MISSING)


def read_wishes(service: Section) -> list[tuple[Wish, Node, str]]:
    """Read `volumes` and `tmpfs` as asked for, each with its node and path."""
    found: list[tuple[Wish, Node, str]] = []
    for index, node in enumerate(_bounded(service, "volumes")):
        path = f"{service.at('volumes')}.{index}"
        if isinstance(node, Mapping):
            found.append((_long(node, path, service), node, path))
        else:
            wish = parse_short(as_text(node, path))
            for option in wish.options:
                place = named(path, node, option)
                service.notes.add(place, node.line, "This option of a mount has no effect.")
            found.append((wish, node, path))
    for index, node in enumerate(_bounded(service, "tmpfs")):
        path = f"{service.at('tmpfs')}.{index}"
        target, tmpfs = read_short_tmpfs(service, node, path)
        found.append((Wish("tmpfs", "", target, tmpfs=tmpfs), node, path))
    return found


def _bounded(service: Section, key: str) -> list[Node]:
    items = service.items(key)
    if len(items) > MAX_MOUNTS:
        detail = f"{service.at(key)} has more than {MAX_MOUNTS} entries."
        raise fault(Mistaken.BAD_VOLUME, detail, service.line(key))
    return items


def _long(node: Node, path: str, service: Section) -> Wish:
    entry = Section(node, path, service.notes)
    source, target = entry.text("source") or "", entry.text("target") or ""
    kind = entry.text("type") or ("bind" if _is_path(source) else "volume")
    if kind in {"volume", "bind"}:
        kind = "bind" if source and (kind == "bind" or _is_path(source)) else "volume"
    options = entry.section("volume")
    wish = Wish(
        kind,
        source,
        target,
        read_only=entry.boolean("read_only"),
        no_copy=options.boolean("nocopy"),
        tmpfs=read_long_tmpfs(entry.section("tmpfs")) if entry.take("tmpfs") else None,
    )
    options.close()
    entry.close()
    return wish


class MountReader:
    """Turns wishes into mounts; `used` gathers the volumes that services mount.

    `declared` None takes every name for a declared one.
    """

    def __init__(self, declared: Collection[str] | None, shelf: Shelf) -> None:
        self.declared = declared
        self.shelf = shelf
        self.used: dict[str, None] = {}

    def read(self, service: Section, name: str) -> list[Mount]:
        """Read a service's own mounts. Raises `InvalidPlan`."""
        mounts: list[Mount] = []
        for wish, node, path in read_wishes(service):
            if found := refusal(wish, self.shelf):
                raise fault(found[0], f"{path}: {shown(node)}: {found[1]}.", node.line)
            target = _target(wish.target, path, node)
            if wish.kind == "bind":
                mounts += self._binds(wish, target, node, path, service)
            elif wish.kind == "tmpfs":
                mounts.append(_tmpfs(wish, target))
            else:
                mounts.append(self._volume(wish, target, node, path, name))
        return mounts

    def _binds(
        self, wish: Wish, target: str, node: Node, path: str, service: Section
    ) -> list[Mount]:
        """Mount config files; what is none becomes a volume, or an empty file when lenient."""
        if found := self.shelf.bind(wish.source, target, read_only=wish.read_only):
            return found
        if means_file(wish.source, wish.target):
            service.notes.add(path, node.line, "Its file is missing: an empty one stands for it.")
            return [self.shelf.mount("missing", wish.source, "", 0o644, target, read_only=True)]
        volume = folder_volume(wish.source)
        self.used[volume] = None
        return [Mount("volume", volume, target, wish.read_only)]

    def _volume(self, wish: Wish, target: str, node: Node, path: str, service: str) -> Mount:
        volume = wish.source or _anonymous(service, target)
        if not NAME.fullmatch(volume):
            detail = f"{path}: {shown(node)} names no volume; letters, digits, “_”, “.” and “-”."
            raise fault(Mistaken.BAD_VOLUME, detail, node.line)
        if wish.source and self.declared is not None and volume not in self.declared:
            detail = f"{path}: {shown(node)}: this volume is not declared under volumes."
            raise fault(Mistaken.UNDEFINED_VOLUME, detail, node.line)
        self.used[volume] = None
        return Mount("volume", volume, target, wish.read_only, wish.no_copy)


def _tmpfs(wish: Wish, target: str) -> Mount:
    said = wish.tmpfs or Tmpfs()
    return Mount(
        "tmpfs", "", target, wish.read_only or said.read_only, size_mb=said.size_mb, mode=said.mode
    )


def _anonymous(service: str, target: str) -> str:
    """Name a volume that the text leaves without a name; other paths have other names."""
    name = f"{service}.anonymous{target.replace('/', '_')}"
    if _PLAIN_PATH.fullmatch(target) and len(name) <= MAX_NAME:
        return name
    return f"{service}.anonymous.{hashlib.sha256(target.encode()).hexdigest()[:16]}"


def _target(text: str, path: str, node: Node) -> str:
    """Give the path to mount onto. Raises `InvalidPlan`."""
    try:
        return target_of(text)
    except ValueError as error:
        raise fault(Mistaken.BAD_VOLUME, f"{path}: {shown(node)} {error}.", node.line) from error


def check_distinct(mounts: list[Mount], service: Section) -> None:
    """Refuse two mounts onto one path; it is named if it stands in the text as it is."""
    seen: set[str] = set()
    for mount in mounts:
        if mount.target in seen:
            literal = any(mount.target in scalar.raw for scalar in scalars(service.node))
            place = mount.target if literal else "one path"
            detail = f"{service.path} mounts onto {place} twice."
            keys = ("volumes", "tmpfs", "configs", "secrets")
            key = next((key for key in keys if key in service.node.entries), None)
            raise fault(Mistaken.BAD_VOLUME, detail, service.line(key))
        seen.add(mount.target)
