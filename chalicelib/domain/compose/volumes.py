"""Reads a service's mounts: volumes short and long, tmpfs, and binds of config files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass

from chalicelib.domain.compose.files import Shelf
from chalicelib.domain.compose.rules import Mistaken, Refused, Rule, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Mapping, Node
from chalicelib.domain.plan import Mount

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}", re.ASCII)
_OPTIONS = {"ro", "rw"}
_FORBIDDEN_TARGETS = ("/proc", "/sys")
_WINDOWS = re.compile(r"[A-Za-z]:[\\/]")


@dataclass(frozen=True)
class Wish:
    """A mount as the text asks for it. `kind` is volume, bind or tmpfs; `options` go nowhere."""

    kind: str
    source: str
    target: str
    read_only: bool = False
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
    others = tuple(option for option in options if option not in _OPTIONS)
    return Wish(kind, parts[0], parts[1], "ro" in options, others)


def _is_path(source: str) -> bool:
    """Tell a path from a volume's name, which has no slash."""
    return source.startswith((".", "~")) or "/" in source or "\\" in source


def refusal(wish: Wish, shelf: Shelf) -> tuple[Rule, str] | None:
    """Say why a mount is refused, whatever else is right or wrong with it."""
    if wish.source.rstrip("/").endswith("docker.sock"):
        return Refused.DOCKER_SOCKET, "the Docker socket would give the container the node"
    if wish.kind not in {"volume", "bind", "tmpfs"}:
        return Refused.HOST_PATH, f"mounts of type {wish.kind} are not made"
    if wish.kind != "bind":
        return None
    if wish.source.startswith(("/", "~", "\\")) or _WINDOWS.match(wish.source):
        return Refused.HOST_PATH, "a path of the node may not be mounted; use a named volume"
    if shelf.find(wish.source, wish.target):
        return None
    return Refused.HOST_PATH, "no config file of the template has this path"


def read_wishes(service: Section) -> list[tuple[Wish, Node, str]]:
    """Read `volumes` and `tmpfs` as asked for, each with its node and path."""
    found: list[tuple[Wish, Node, str]] = []
    for index, node in enumerate(service.items("volumes")):
        path = f"{service.at('volumes')}.{index}"
        if isinstance(node, Mapping):
            found.append((_long(node, path, service), node, path))
        else:
            wish = parse_short(as_text(node, path))
            service.ignored.extend(f"{path}.{option}" for option in wish.options)
            found.append((wish, node, path))
    for index, node in enumerate(service.items("tmpfs")):
        path = f"{service.at('tmpfs')}.{index}"
        target, _, options = as_text(node, path).partition(":")
        service.ignored.extend(f"{path}.{option}" for option in filter(None, options.split(",")))
        found.append((Wish("tmpfs", "", target), node, path))
    return found


def _long(node: Node, path: str, service: Section) -> Wish:
    entry = Section(node, path, service.ignored)
    source, target = entry.text("source") or "", entry.text("target") or ""
    kind = entry.text("type") or ("bind" if _is_path(source) else "volume")
    if kind == "volume" and _is_path(source):
        kind = "bind"
    wish = Wish(kind, source, target, entry.boolean("read_only"))
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
            _check_target(wish.target, path, node)
            mounts += self._mounts(wish, node, path, name)
        return mounts

    def _mounts(self, wish: Wish, node: Node, path: str, service: str) -> list[Mount]:
        target = posixpath.normpath(wish.target)
        if wish.kind == "tmpfs":
            return [Mount("tmpfs", "", target, wish.read_only)]
        if wish.kind == "bind":
            return self.shelf.bind(wish.source, target, read_only=wish.read_only)
        volume = wish.source or _anonymous(service, target)
        if not NAME.fullmatch(volume):
            detail = f"{path}: {shown(node)} names no volume; letters, digits, “_”, “.” and “-”."
            raise fault(Mistaken.BAD_VOLUME, detail, node.line)
        if wish.source and self.declared is not None and volume not in self.declared:
            detail = f"The volume {volume} is not declared under volumes."
            raise fault(Mistaken.UNDEFINED_VOLUME, detail, node.line)
        self.used[volume] = None
        return [Mount("volume", volume, target, wish.read_only)]


def _anonymous(service: str, target: str) -> str:
    """Name a volume that the text leaves without a name."""
    return f"{service}.anonymous{re.sub(r'[^A-Za-z0-9.-]', '_', target)}"[:128]


def _check_target(target: str, path: str, node: Node) -> None:
    """Take only absolute paths in the container that Docker would mount onto."""
    normal = posixpath.normpath(target)
    inside_system = any(normal == no or normal.startswith(no + "/") for no in _FORBIDDEN_TARGETS)
    if not target.startswith("/") or normal in {"/", "//"} or inside_system or len(target) > 1024:
        detail = f"{path}: {shown(node)} needs an absolute path in the container to mount onto."
        raise fault(Mistaken.BAD_VOLUME, detail, node.line)


def check_distinct(mounts: list[Mount], service: Section) -> None:
    """Refuse two mounts onto one path."""
    seen: set[str] = set()
    for mount in mounts:
        if mount.target in seen:
            detail = f"{service.path} mounts onto {mount.target} twice."
            raise fault(Mistaken.BAD_VOLUME, detail, service.line("volumes"))
        seen.add(mount.target)
