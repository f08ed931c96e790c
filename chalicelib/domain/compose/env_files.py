"""Reads `env_file`: the template's config files with a service's environment.

A file called `.env` or `stack.env` that the template does not have stands for the
deployment's variables, which is what such a file holds beside a compose text.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from collections.abc import Mapping as Values

from chalicelib.domain.compose.files import ConfigFile, Shelf
from chalicelib.domain.compose.interpolation import Filler
from chalicelib.domain.compose.rules import Mistaken, Refused, fault
from chalicelib.domain.compose.section import Section, as_text, shown
from chalicelib.domain.compose.tree import Mapping, Node

MAX_FILES = 20
"""Env files of one service."""
MAX_CHARACTERS = 256 * 1024
"""What all services read of env files, one that several read counted each time."""

_OF_VARIABLES = {".env", "stack.env"}
_NAME = re.compile(r"[ \t]*(?:export[ \t]+)?([^\s=#'\"]+)[ \t]*(=?)[ \t]*")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)
_COMMENT = re.compile(r"[ \t]#")
_REST = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", '"': '"', "$": "$$"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def read_env_files(service: Section, shelf: Shelf, variables: Values[str, str]) -> dict[str, str]:
    """Read the env files of a service, later ones over earlier ones. Raises `InvalidPlan`."""
    found: dict[str, str] = {}
    node = service.take("env_file")
    if node is None:
        return found
    filler = Filler({**variables}, lenient=True)
    for index, item in enumerate(_items(service, node)):
        path = f"{service.at('env_file')}.{index}"
        name, required, raw = _entry(item, path, service)
        file = shelf.named(name)
        if file is not None:
            _spend(shelf, file, item)
            pairs = _raw(file.content) if raw else _parsed(file.content, filler, item, path)
            found.update(pairs)
        elif name.startswith(("/", "~")):
            detail = f"{path}: {shown(item)} is a path of the node; name a config file."
            raise fault(Refused.HOST_PATH, detail, item.line)
        elif posixpath.basename(name) in _OF_VARIABLES:
            found.update(variables)
        elif required and not shelf.lenient:
            detail = f"{path}: {shown(item)} is no config file of the template; add it."
            raise fault(Mistaken.BAD_FILE, detail, item.line)
        else:
            service.notes.add(path, item.line, "The template has no such config file.")
    return found


def _items(service: Section, node: Node) -> list[Node]:
    items: list[Node] = [node] if isinstance(node, Mapping) else service.items("env_file")
    if len(items) > MAX_FILES:
        detail = f"{service.at('env_file')} has more than {MAX_FILES} entries."
        raise fault(Mistaken.BAD_FILE, detail, service.line("env_file"))
    return items


def _spend(shelf: Shelf, file: ConfigFile, item: Node) -> None:
    shelf.env_characters += len(file.content)
    if shelf.env_characters > MAX_CHARACTERS:
        detail = f"Env files have more than {MAX_CHARACTERS} characters altogether."
        raise fault(Mistaken.TOO_COMPLEX, detail, item.line)


def _entry(item: Node, path: str, service: Section) -> tuple[str, bool, bool]:
    """Read one entry: its path, whether it must be there, whether its values stay as they are."""
    if not isinstance(item, Mapping):
        return as_text(item, path).strip(), True, False
    entry = Section(item, path, service.notes)
    required = entry.take("required") is None or entry.boolean("required")
    form = entry.text("format") or ""
    name = (entry.text("path") or "").strip()
    entry.close()
    return name, required, form == "raw"


def _raw(content: str) -> dict[str, str]:
    lines = (line for line in content.splitlines() if line.strip() and line[:1] != "#")
    return {name: value for name, mark, value in (line.partition("=") for line in lines) if mark}


def _parsed(content: str, filler: Filler, item: Node, path: str) -> Iterator[tuple[str, str]]:
    """Read NAME=value lines with quotes, comments and variables."""
    position, text = 0, content.replace("\r\n", "\n").removeprefix("\ufeff")
    known = filler.variables = dict(filler.variables)
    while position < len(text):
        if blank := _REST.match(text, position):
            position = blank.end()
            continue
        start, head = position, _NAME.match(text, position)
        value, end = _value(text, head.end()) if head else ("", 0)
        if head is None or not end or (value and not head[2]):
            number = text.count("\n", 0, start) + 1
            detail = f"{path}: {shown(item)}: its line {number} is not NAME=value."
            raise fault(Mistaken.BAD_FILE, detail, item.line)
        position, (name, mark) = end, head.groups()
        found = filler.fill(value, item.line) if mark else known.get(name)
        if found is not None:
            known[name] = found
            yield name, found


def _value(text: str, start: int) -> tuple[str, int]:
    """Read a value, as it is to be filled, and say where the next line begins; 0 for no value."""
    if text[start : start + 1] in {"'", '"'}:
        quoted = _QUOTED.match(text, start)
        rest = _REST.match(text, quoted.end()) if quoted else None
        if quoted is None or rest is None:
            return "", 0
        single, double = quoted.groups()
        if single is not None:
            return single.replace("\\'", "'").replace("$", "$$"), rest.end()
        return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[0]), double), rest.end()
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    bare = text[start:end]
    comment = _COMMENT.search(bare)
    return bare[: comment.start() if comment else end].strip(), end + 1
