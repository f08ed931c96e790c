"""Brings the files of a Dokploy template into its compose text, where services mount them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from yaml.nodes import MappingNode

from chalicelib.domain.compose.binds import means_file
from chalicelib.domain.importing.document import items, put, sequence, text_of
from chalicelib.domain.importing.dokploy.entries import SETTINGS
from chalicelib.domain.importing.dokploy.loose_toml import Table
from chalicelib.domain.importing.dokploy.values import as_text
from chalicelib.domain.importing.imported import Dropped
from chalicelib.domain.importing.mounts import (
    File,
    Files,
    Folder,
    Mounts,
    Place,
    add_configs,
    move_mounts,
    source_and_target,
)
from chalicelib.domain.importing.services import child, inherited, node_of
from chalicelib.domain.importing.tidying import services_of

_FILES = ("../files/", "./files/", "files/", "./", "../")


def bring_files(
    root: MappingNode, mounts: list[Table], content_of: Callable[[str, str], str]
) -> Mounts:
    """Rewrite the services' mounts.

    `content_of` gives the compose text of a file, of its name and what the template says it holds.
    """
    files = {
        _normal(one["filePath"]): File(
            _normal(one["filePath"]), content_of(one["filePath"], as_text(one.get("content", "")))
        )
        for one in mounts
        if isinstance(one.get("filePath"), str) and not one["filePath"].endswith("/")
    }
    used: set[str] = set()

    def decide(source: str, target: str) -> Place:
        return _place(source, target, files, used)

    found = move_mounts(root, decide)
    for one in mounts:
        _bring_other(root, one, files, used, found)
    return found


def _place(source: str, target: str, files: dict[str, File], used: set[str]) -> Place:
    """Say what a relative mount is: a file, a folder with files, or a folder for data."""
    prefix = next((start for start in _FILES if source.startswith(start)), None)
    if prefix is None and source not in {"..", ".", "../files", "./files"}:
        return None
    path = _normal(source[len(prefix or source) :])
    if path in files:
        used.add(path)
        return files[path]
    start = f"{path}/" if path else ""
    inside = {own[len(start) :]: file for own, file in files.items() if own.startswith(start)}
    if inside:
        used.update(start + own for own in inside)
        return Files(inside)
    return None if means_file(source, target) else Folder(path)


def _normal(path: str) -> str:
    return posixpath.normpath(f"/{path}").lstrip("/")


def _bring_other(
    root: MappingNode, mount: Table, files: dict[str, File], used: set[str], found: Mounts
) -> None:
    """Bring what no mount of the compose text asks for, if the entry says where it belongs."""
    services = dict(services_of(root))
    service = services.get(as_text(mount.get("serviceName", "")))
    if service is None and "serviceName" not in mount and len(services) == 1:
        service = next(iter(services.values()))
    target = mount.get("mountPath", mount.get("target"))
    path = mount.get("filePath")
    if isinstance(path, str) and _normal(path) in used:
        return
    if isinstance(path, str) and _normal(path) in files:
        place = target if isinstance(target, str) else path
        if service is None or not place.startswith("/"):
            detail = "No service mounts this file."
            found.dropped.append(Dropped(f"{SETTINGS}: mounts.{path}", detail, mount.line))
            return
        config = found.config(files[_normal(path)], place)
        content = found.contents[config[0]]
        put(child(root, "configs"), config[0], node_of({"content": content}))
        add_configs(service, [config])
    elif isinstance(target, str):
        _bring_volume(root, service, mount, target, found)
    elif mount:
        found.dropped.append(
            Dropped(f"{SETTINGS}: mounts", f"It names no file: {_keys(mount)}.", mount.line)
        )


def _bring_volume(
    root: MappingNode, service: MappingNode | None, mount: Table, target: str, found: Mounts
) -> None:
    """Mount a volume that only the template's settings name, unless something is there."""
    if service is None and _is_mounted(root, target):
        return
    if service is None:
        detail = f"It names no service that runs: {_keys(mount)}."
        found.dropped.append(Dropped(f"{SETTINGS}: mounts", detail, mount.line))
        return
    volumes = items(inherited(service, "volumes"))
    taken = {_target(item) for item in volumes}
    if target.rstrip("/") in taken:
        return
    stated: Any = mount.get("volumeName", mount.get("source"))
    stated = stated if isinstance(stated, str) else target
    prefix = next((start for start in _FILES if stated.startswith(start)), "")
    name = found.volume(stated[len(prefix) :])
    put(child(root, "volumes"), name, node_of({}))
    put(service, "volumes", sequence([*volumes, node_of(f"{name}:{target}")]))


def _is_mounted(root: MappingNode, target: str) -> bool:
    """Whether a service mounts something at a path by itself."""
    mounted = [items(inherited(service, "volumes")) for _, service in services_of(root)]
    return any(_target(item) == target.rstrip("/") for found in mounted for item in found)


def _target(item: Any) -> str:
    return (source_and_target(item)[1] or text_of(item)).rstrip("/")


def _keys(mount: Table) -> str:
    return ", ".join(map(str, mount))
