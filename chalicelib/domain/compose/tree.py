"""Reads YAML text into a small tree whose nodes know their lines.

Built from the parser's events, so that nesting and repetition are bounded before anything is
built: aliases share nodes, and what they would expand to is counted.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from chalicelib.domain.compose.merging import merge
from chalicelib.domain.compose.nodes import Mapping, Node, Scalar, Sequence
from chalicelib.domain.compose.rules import Mistaken, fault

__all__ = ["Mapping", "Node", "Scalar", "Sequence", "check_weight", "load", "scalars"]

MAX_BYTES = 131_072
MAX_DEPTH = 32
MAX_WEIGHT = 1_000_000
"""Characters after expansion of aliases, with `NODE_WEIGHT` for each node."""
NODE_WEIGHT = 16
MAX_FILLED_WEIGHT = 2 * MAX_WEIGHT
"""The same with variables filled in."""

_CORE = "tag:yaml.org,2002:"
_KNOWN_TAGS = {None, "!", *(_CORE + kind for kind in ("str", "int", "float", "bool", "null"))}
_KNOWN_TAGS |= {_CORE + kind for kind in ("map", "seq", "timestamp", "merge")}
_RESET, _OVERRIDE = "!reset", "!override"
_KNOWN_TAGS |= {_RESET, _OVERRIDE}
_NULLS = {"", "~", "null", "Null", "NULL"}


def load(text: str) -> Mapping:
    """Read one YAML document whose root is a map.

    Raises `InvalidPlan` for text that is too large, not UTF-8, not YAML, repeats a key, or
    would grow beyond reason.
    """
    _check_text(text)
    root = _Builder(_events(text)).document()
    if isinstance(root, Scalar) and root.is_null:
        raise fault(Mistaken.NO_SERVICES, "The compose text is empty.")
    if not isinstance(root, Mapping):
        detail = "A compose text is a map with the key services."
        raise fault(Mistaken.WRONG_TYPE, detail, root.line)
    return root


def scalars(root: Node) -> Iterator[Scalar]:
    """List every single value once, in the text's order, keys aside."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            yield node
        elif isinstance(node, Sequence):
            waiting.extend(reversed(node.items))
        else:
            waiting.extend(reversed(node.entries.values()))


def check_weight(root: Node, when: str = "its variables are filled in") -> None:
    """Refuse a tree that grew beyond reason; a shared node counts each time.

    Raises `InvalidPlan` with the line of the first node that is too large.
    """
    known: dict[int, int] = {}

    def weigh(node: Node) -> int:
        if isinstance(node, Scalar):
            return NODE_WEIGHT + len(node.text)
        if id(node) not in known:
            inner = node.items if isinstance(node, Sequence) else node.entries.values()
            known[id(node)] = NODE_WEIGHT + sum(map(weigh, inner))
            if known[id(node)] > MAX_FILLED_WEIGHT:
                detail = f"The text grows beyond reason once {when}."
                raise fault(Mistaken.TOO_COMPLEX, detail, node.line)
        return known[id(node)]

    weigh(root)


def _check_text(text: str) -> None:
    """Refuse text that is too large or that no YAML parser should see."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise fault(Mistaken.NOT_TEXT, "The compose text is not valid UTF-8.") from None
    if size > MAX_BYTES:
        detail = f"The compose text has {size} bytes; at most {MAX_BYTES} are read."
        raise fault(Mistaken.TOO_LARGE, detail)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise fault(Mistaken.NOT_TEXT, "The compose text holds a NUL character.", line)


def _events(text: str) -> Iterator[Event]:
    """Parse lazily, with the parser's complaints as the product's error."""
    try:
        parser = yaml.CSafeLoader(text)
        while (event := parser.get_event()) is not None:
            yield event
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        detail = "The compose text holds a control character."
        raise fault(Mistaken.NOT_TEXT, detail, line) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        detail = f"This is not YAML: {error.problem or error.context}."
        raise fault(Mistaken.INVALID_YAML, detail, mark.line + 1 if mark else None) from error


class _Builder:
    """Builds nodes from events, counting what it builds."""

    def __init__(self, events: Iterator[Event]) -> None:
        self.events = events
        self.weight = 0
        self.anchors: dict[str, tuple[Node, int]] = {}

    def document(self) -> Node:
        """Build the only document."""
        root: Node = Scalar("", "", 1, is_null=True)
        count = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                count += 1
                if count > 1:
                    detail = "There is a second YAML document; a compose text is one."
                    raise fault(Mistaken.INVALID_YAML, detail, _line(event))
                root = self.node(next(self.events), 1)
        return root

    def node(self, event: Event, depth: int) -> Node:
        """Build the node that begins with `event`."""
        if isinstance(event, AliasEvent):
            return self.alias(event)
        before = self.weight
        node = self.fresh(event, depth)
        if anchor := getattr(event, "anchor", None):
            self.anchors[anchor] = (node, self.weight - before)
        return node

    def fresh(self, event: Event, depth: int) -> Node:
        """Build a node that is not an alias."""
        line = _line(event)
        if depth > MAX_DEPTH:
            detail = f"The text is nested more than {MAX_DEPTH} levels deep."
            raise fault(Mistaken.TOO_COMPLEX, detail, line)
        if getattr(event, "tag", None) not in _KNOWN_TAGS:
            detail = "A YAML tag (“!…”) is not understood here."
            raise fault(Mistaken.INVALID_YAML, detail, line)
        if isinstance(event, ScalarEvent):
            if "\0" in event.value:
                raise fault(Mistaken.NOT_TEXT, "A value holds a NUL character.", line)
            self.add(NODE_WEIGHT + len(event.value), line)
            return _scalar(event, line)
        self.add(NODE_WEIGHT, line)
        if isinstance(event, SequenceStartEvent):
            return Sequence(self.items(depth), line)
        assert isinstance(event, MappingStartEvent)  # noqa: S101 - there is no other event here
        return self.mapping(line, depth)

    def items(self, depth: int) -> list[Node]:
        """Build a list's items up to its end."""
        items = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            item = self.node(event, depth + 1)
            if getattr(event, "tag", None) != _RESET:
                items.append(item)
        return items

    def mapping(self, line: int, depth: int) -> Node:
        """Build a map up to its end; a merge key gives what the map itself does not say."""
        own = Mapping({}, line)
        merged: Node | None = None
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise fault(Mistaken.WRONG_TYPE, "A key must be a plain word.", key.line)
            event = next(self.events)
            value = self.node(event, depth + 1)
            if key.text in own.lines:
                detail = f"The key {key.text} stands twice, first in line {own.lines[key.text]}."
                raise fault(Mistaken.DUPLICATE_KEY, detail, key.line)
            own.lines[key.text] = key.line
            if key.text == "<<":
                merged = value
            else:
                _enter(own, key.text, value, getattr(event, "tag", None))
        return own if merged is None else merge(own, merged)

    def alias(self, event: AliasEvent) -> Node:
        """Give the anchored node again, counted as if it were written again."""
        if event.anchor not in self.anchors:
            detail = f"The alias *{event.anchor} leads to no finished anchor."
            raise fault(Mistaken.INVALID_YAML, detail, _line(event))
        node, weight = self.anchors[event.anchor]
        self.add(weight, _line(event))
        return node

    def add(self, weight: int, line: int) -> None:
        """Count, and stop before the tree grows beyond reason."""
        self.weight += weight
        if self.weight > MAX_WEIGHT:
            detail = "The text grows beyond reason once its aliases are followed."
            raise fault(Mistaken.TOO_COMPLEX, detail, line)


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _enter(own: Mapping, key: str, value: Node, tag: str | None) -> None:
    """Put a key's value into its map, or note that the key is to be taken out."""
    if tag == _RESET:
        own.reset |= {key}
        return
    own.entries[key] = value
    if tag == _OVERRIDE:
        own.override |= {key}


def _scalar(event: ScalarEvent, line: int) -> Scalar:
    plain = not event.style and event.tag in {None, _OVERRIDE}
    is_null = (plain and event.value in _NULLS) or event.tag == _CORE + "null"
    return Scalar(event.value, event.value, line, is_null)
