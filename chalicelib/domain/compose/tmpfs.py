"""Reads the size and permissions of a tmpfs, short (`/run:size=64m,mode=1777`) and long."""

from __future__ import annotations

import re
from dataclasses import dataclass

from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.section import Section, as_text, named, shown
from chalicelib.domain.compose.tree import Node
from chalicelib.domain.compose.units import megabytes

_MODE = re.compile(r"0?o?([0-7]{3,4})", re.ASCII)
_USUAL = {"rw", "nosuid", "nodev"}
"""What Docker mounts a tmpfs with anyway."""
MAX_MB = 64 * 1024


@dataclass(frozen=True)
class Tmpfs:
    """What a text says of a tmpfs; None leaves it to Docker."""

    size_mb: int | None = None
    mode: int | None = None
    read_only: bool = False


def read_short_tmpfs(service: Section, node: Node, path: str) -> tuple[str, Tmpfs]:
    """Read `target[:options]`. Raises `InvalidPlan`."""
    target, _, options = as_text(node, path).partition(":")
    size, mode, read_only = None, None, False
    for option in filter(None, options.split(",")):
        key, _, value = option.partition("=")
        if key == "size":
            size = _size(value, path, node)
        elif key == "mode":
            mode = _mode(value, path, node)
        elif key == "ro":
            read_only = True
        elif key not in _USUAL:
            place = named(path, node, option)
            service.notes.add(place, node.line, "This option of a tmpfs has no effect.")
    return target, Tmpfs(size, mode, read_only)


def read_long_tmpfs(options: Section) -> Tmpfs:
    """Read the `tmpfs` of a long mount. Raises `InvalidPlan`."""
    size, mode, at = options.take("size"), options.take("mode"), options.at
    options.close()
    return Tmpfs(
        None if size is None else _size(as_text(size, at("size")), at("size"), size),
        None if mode is None else _mode(as_text(mode, at("mode")), at("mode"), mode),
    )


def _size(text: str, path: str, node: Node) -> int | None:
    """Read a size in MB; 0 and a share of the node's memory leave it to the memory limit."""
    if text.strip().endswith("%"):
        return None
    try:
        size = megabytes(text)
    except ValueError as error:
        detail = f"{path}: {shown(node)}: its size {error}."
        raise fault(Mistaken.BAD_VOLUME, detail, node.line) from error
    if size > MAX_MB:
        detail = f"{path}: {shown(node)}: a tmpfs holds at most {MAX_MB} MB."
        raise fault(Mistaken.BAD_VOLUME, detail, node.line)
    return size or None


def _mode(text: str, path: str, node: Node) -> int:
    match = _MODE.fullmatch(text.strip())
    if match is None:
        detail = f"{path}: {shown(node)}: its mode must be octal permissions such as 1777."
        raise fault(Mistaken.BAD_VOLUME, detail, node.line)
    return int(match[1], 8)
