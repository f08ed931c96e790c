"""Reads one map of the compose text key by key, and tells which keys nobody read.

What is not taken has no effect, and `close` lists it: nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.compose.notes import Notes
from chalicelib.domain.compose.rules import Mistaken, fault
from chalicelib.domain.compose.tree import Mapping, Node, Scalar, Sequence

_TRUE = {"true", "yes", "on", "y"}
FALSE = frozenset({"false", "no", "off", "n"})
"""YAML's spellings of false, in lower case."""
_KINDS = {Scalar: "a value", Sequence: "a list", Mapping: "a map"}


def shown(node: Node) -> str:
    """Show a value as it was written, before variables were filled in: never a secret."""
    if isinstance(node, Mapping):
        node = node.entries.get("source", node)
    return f"“{node.raw[:80]}”" if isinstance(node, Scalar) else _KINDS[type(node)]


def named(path: str, node: Node, word: str) -> str:
    """Name a part of a value in a dotted path, unless variables were filled into the value."""
    filled = isinstance(node, Scalar) and node.text != node.raw
    return path if filled else f"{path}.{word}"


def wrong_type(path: str, wanted: str, node: Node) -> Exception:
    """Make the error for a value of another type than its key takes."""
    detail = f"{path} must be {wanted}, not {shown(node)}."
    return fault(Mistaken.WRONG_TYPE, detail, node.line)


def as_text(node: Node, path: str) -> str:
    """Give a single value's text; null is empty."""
    if not isinstance(node, Scalar):
        raise wrong_type(path, "a single value", node)
    return "" if node.is_null else node.text


def as_boolean(node: Node, path: str) -> bool:
    """Give a boolean in any of YAML's spellings."""
    text = as_text(node, path).strip().lower()
    if text in _TRUE:
        return True
    if text in FALSE:
        return False
    raise wrong_type(path, "true or false", node)


def as_integer(node: Node, path: str) -> int:
    """Give a whole number of at most 18 digits."""
    text = as_text(node, path).strip()
    digits = text[1:] if text[:1] in {"-", "+"} else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):
        raise wrong_type(path, "a whole number", node)
    return int(text)


def as_items(node: Node, path: str) -> list[Node]:
    """Give a list's items; a single value is a list of one."""
    if isinstance(node, Mapping):
        raise wrong_type(path, "a list", node)
    return node.items if isinstance(node, Sequence) else [node]


class Section:
    """A map being read. `path` is dotted; `notes` gathers what has no effect."""

    def __init__(self, node: Node, path: str, notes: Notes) -> None:
        if not isinstance(node, Mapping):
            raise wrong_type(path, "a map", node)
        self.node = node
        self.path = path
        self.notes = notes
        self.taken: set[str] = set()

    def at(self, key: str | int) -> str:
        """The dotted path of a key."""
        return f"{self.path}.{key}" if self.path else str(key)

    def line(self, key: str | None = None) -> int | None:
        """The line of a key, or of the map."""
        return self.node.lines.get(key or "", self.node.line) or None

    def take(self, key: str) -> Node | None:
        """Give a key's value and count it as read; None when absent or null."""
        self.taken.add(key)
        node = self.node.entries.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return None
        return node

    def text(self, key: str) -> str | None:
        """Give a key's single value."""
        node = self.take(key)
        return None if node is None else as_text(node, self.at(key))

    def boolean(self, key: str) -> bool:
        """Give a key's boolean; absent is false."""
        node = self.take(key)
        return node is not None and as_boolean(node, self.at(key))

    def integer(self, key: str) -> int | None:
        """Give a key's whole number."""
        node = self.take(key)
        return None if node is None else as_integer(node, self.at(key))

    def items(self, key: str) -> list[Node]:
        """Give a key's items; absent is empty, a single value a list of one."""
        node = self.take(key)
        return [] if node is None else as_items(node, self.at(key))

    def section(self, key: str) -> Section:
        """Give a key's map; absent is empty."""
        node = self.take(key) or Mapping({}, self.line(key) or 0)
        return Section(node, self.at(key), self.notes)

    def sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """Give a key's map of maps, each with its name."""
        outer = self.section(key)
        for name, node in outer.node.entries.items():
            if isinstance(node, Scalar) and node.is_null:
                node = Mapping({}, node.line)  # noqa: PLW2901 - null stands for an empty map
            yield name, Section(node, outer.at(name), self.notes)

    def ignore(self, key: str, reason: str = "") -> None:
        """Tell that a key has no effect, for its usual reason unless one is given."""
        self.notes.add(self.at(key), self.line(key), reason)

    def close(self) -> None:
        """Tell every key that was not read; extension fields (`x-`) are meant to be inert."""
        for key in self.node.entries:
            if key not in self.taken and not key.startswith("x-"):
                self.ignore(key)
