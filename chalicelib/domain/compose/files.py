"""Gathers the files that a deployment's containers find: config files, configs and secrets.

A template's config file with an absolute path is mounted read-only into every service; one
with a relative path is mounted where a relative bind names it, or the folder that holds it.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping as Values
from collections.abc import Sequence as ListOf
from dataclasses import dataclass, replace

from chalicelib.domain.compose.rules import Mistaken, Refused, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.targets import target_of
from chalicelib.domain.compose.tree import Node, Scalar
from chalicelib.domain.plan import ManagedFile, Mount

DEFAULT_MODE = 0o444
_HOMES = {"configs": "/", "secrets": "/run/secrets/"}
_MODE = re.compile(r"0?o?([0-7]{3})", re.ASCII)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class ConfigFile:
    """A file that comes with a template; `path` is in the container, or relative (see above)."""

    name: str
    path: str
    content: str
    mode: int = 0o644


class Shelf:
    """All files of one deployment; what nobody mounts is not delivered."""

    def __init__(self, config_files: ListOf[ConfigFile], *, lenient: bool = False) -> None:
        self.files = tuple(config_files)
        self.lenient = lenient
        """Whether a file that is missing is taken for an empty one."""
        self.everywhere: dict[str, ConfigFile] = {}
        self.relative: dict[str, ConfigFile] = {}
        for file in self.files:
            if file.path.startswith("/"):
                self.everywhere[_place(file)] = file
            else:
                self.relative[posixpath.normpath(file.path)] = file
        self.delivered: dict[str, ManagedFile] = {}
        self.mounted: set[int] = set()
        self.env_characters = 0
        """What has been read of env files so far."""

    def find(self, source: str, target: str) -> list[tuple[ConfigFile, str]]:
        """Find the config files for a relative bind: a file, or all of a folder.

        A bind onto the path of a file that is mounted everywhere means that file.
        """
        source, target = posixpath.normpath(source), posixpath.normpath(target)
        if source in self.relative:
            return [(self.relative[source], target)]
        prefix = "" if source == "." else source + "/"
        inside = [
            (file, posixpath.join(target, path[len(prefix) :]))
            for path, file in self.relative.items()
            if path.startswith(prefix) and not path[len(prefix) :].startswith("..")
        ]
        if not inside and target in self.everywhere:
            return [(self.everywhere[target], target)]
        return inside

    def named(self, source: str) -> ConfigFile | None:
        """Give the config file with exactly this relative path, which thereby has its use."""
        if source.startswith(("/", "~")):
            return None
        file = self.relative.get(posixpath.normpath(source))
        if file is not None:
            self.mounted.add(id(file))
        return file

    def bind(self, source: str, target: str, *, read_only: bool) -> list[Mount]:
        """Mount what a relative bind names; empty when no config file fits."""
        return [
            self.mount_file(file, path, read_only=read_only)
            for file, path in self.find(source, target)
        ]

    def mounts_everywhere(self, taken: set[str]) -> list[Mount]:
        """Mount the files of every service, except onto paths that the service mounts itself."""
        return [
            self.mount_file(file, path, read_only=True)
            for path, file in self.everywhere.items()
            if path not in taken
        ]

    def mount_file(self, file: ConfigFile, target: str, *, read_only: bool) -> Mount:
        """Deliver a config file and mount it."""
        self.mounted.add(id(file))
        return self.mount("file", file.name, file.content, file.mode, target, read_only=read_only)

    def mount(
        self, kind: str, name: str, content: str, mode: int, target: str, *, read_only: bool
    ) -> Mount:
        """Deliver a file, once however often it is mounted, and mount it."""
        base = f"{kind}-{_UNSAFE.sub('_', name).strip('_.')[:80]}"
        file, number = ManagedFile(base, content, mode), 1
        while self.delivered.setdefault(file.key, file) != file:
            number += 1
            file = replace(file, key=f"{base}-{number}")
        return Mount("file", file.key, target, read_only)

    @property
    def unused(self) -> list[str]:
        """Names of config files that no service mounts."""
        return [file.name for file in self.files if id(file) not in self.mounted]


def _place(file: ConfigFile) -> str:
    """Give the path of a file that every service finds. Raises `InvalidPlan`."""
    try:
        return target_of(file.path)
    except ValueError as error:
        detail = f"The config file {file.name} {error}."
        raise fault(Mistaken.BAD_FILE, detail) from error


@dataclass(frozen=True)
class Declared:
    """The text's `configs` and `secrets`: content by kind and name."""

    contents: dict[str, dict[str, str]]

    @classmethod
    def read(cls, root: Section, shelf: Shelf, variables: Values[str, str]) -> Declared:
        """Read both top-level keys. Raises `InvalidPlan`."""
        contents: dict[str, dict[str, str]] = {kind: {} for kind in _HOMES}
        for kind, found in contents.items():
            for name, section in root.sections(kind):
                found[name] = _content(section, shelf, variables)
                section.close()
        return cls(contents)

    def mounts(self, service: Section, shelf: Shelf) -> list[Mount]:
        """Read a service's `configs` and `secrets`, short and long. Raises `InvalidPlan`."""
        return [
            self._mount(kind, node, f"{service.at(kind)}.{index}", service, shelf)
            for kind in _HOMES
            for index, node in enumerate(service.items(kind))
        ]

    def _mount(self, kind: str, node: Node, path: str, service: Section, shelf: Shelf) -> Mount:
        if isinstance(node, Scalar):
            name, target, mode = as_text(node, path), None, DEFAULT_MODE
        else:
            entry = Section(node, path, service.notes)
            name, target = entry.text("source") or "", entry.text("target")
            mode = _mode(entry)
            entry.close()
        if name not in self.contents[kind]:
            detail = f"{path}: {shown(node)} is not declared under {kind}."
            raise fault(Mistaken.BAD_FILE, detail, node.line)
        try:
            place = target_of(posixpath.join(_HOMES[kind], target or name))
        except ValueError as error:
            detail = f"{path}: {shown(node)} {error}."
            raise fault(Mistaken.BAD_FILE, detail, node.line) from error
        content = self.contents[kind][name]
        return shelf.mount(kind[:-1], name, content, mode, place, read_only=True)


def _mode(entry: Section) -> int:
    text = entry.text("mode")
    if text is None:
        return DEFAULT_MODE
    match = _MODE.fullmatch(text.strip())
    if match is None:
        detail = f"{entry.at('mode')} must be octal permissions such as 0440."
        raise fault(Mistaken.BAD_FILE, detail, entry.line("mode"))
    return int(match[1], 8)


def _content(section: Section, shelf: Shelf, variables: Values[str, str]) -> str:
    """Find the content: inline, of a variable, or of a config file."""
    content, variable = section.text("content"), section.text("environment")
    source = section.text("file")
    if content is not None:
        return content
    if variable is not None:
        if variable not in variables:
            detail = f"{section.path}.environment names a variable that has no value."
            raise fault(Mistaken.MISSING_VARIABLE, detail, section.line("environment"))
        return variables[variable]
    if source is None:
        detail = f"{section.path} has no content; give it content, environment or file."
        raise fault(Mistaken.BAD_FILE, detail, section.line())
    found = shelf.named(source)
    if found is not None:
        return found.content
    if shelf.lenient and not source.startswith(("/", "~")):
        section.ignore("file", "Its file is missing: an empty one stands for it.")
        return ""
    detail = f"{section.path} names a file that is no config file of the template."
    raise fault(Refused.HOST_PATH, detail, section.line("file"))
