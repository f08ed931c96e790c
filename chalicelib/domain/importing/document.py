"""Reads YAML into nodes that can be changed and written again with their quotes and anchors.

Comments are lost, which the format of a node does not keep. What is read is bounded before any
node is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, DocumentStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from chalicelib.domain.importing.imported import CannotImport, Dropped

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 40
MAX_EVENTS = 200_000
MAX_PLAIN = 200_000
"""Nodes of data that `plain` gives at most, aliases counted each time."""

_STR = "tag:yaml.org,2002:str"
_MAP, _SEQ = "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read(text: str, dropped: list[Dropped]) -> MappingNode:
    """Read one document whose root is a map; a key that stands twice keeps its last value.

    What a repeated key hides goes to `dropped`. Raises `CannotImport` with the line.
    """
    _check(text)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from error
    if not isinstance(root, MappingNode):
        detail = "The text is no map of keys and values."
        raise CannotImport(detail, line_of(root) if root else None)
    for mapping in _mappings(root):
        _keep_last(mapping, dropped)
    return root


def write(root: MappingNode) -> str:
    """Write nodes as YAML text that reads back the same."""
    return str(yaml.serialize(root, Dumper=_DUMPER, width=100_000, allow_unicode=True))


def line_of(node: Node | None) -> int | None:
    """The line where a node began, from 1; None for one that no text had."""
    mark = node.start_mark if node is not None else None
    return mark.line + 1 if mark is not None else None


def scalar(value: str | int | bool) -> ScalarNode:
    """Make a node of a value; a text is quoted where it would be read as something else."""
    if isinstance(value, bool):
        return ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode("tag:yaml.org,2002:int", str(value))
    style = "|" if "\n" in value and value.isprintable() is False and _fits_block(value) else None
    return ScalarNode(_STR, value, style=style)


def _fits_block(value: str) -> bool:
    return not value.startswith((" ", "\n")) and "\t" not in value and "\r" not in value


def sequence(items: Iterable[Node]) -> SequenceNode:
    """Make a list."""
    return SequenceNode(_SEQ, list(items), flow_style=False)


def mapping(entries: Iterable[tuple[str, Node]] = ()) -> MappingNode:
    """Make a map."""
    made = [(scalar(key), value) for key, value in entries]
    return MappingNode(_MAP, made, flow_style=False)


def entries(node: Node | None) -> list[tuple[str, Node]]:
    """List a map's keys and values; nothing for what is no map."""
    if not isinstance(node, MappingNode):
        return []
    return [(key.value, value) for key, value in node.value if isinstance(key, ScalarNode)]


def items(node: Node | None) -> list[Node]:
    """List a list's items; nothing for what is no list."""
    return list(node.value) if isinstance(node, SequenceNode) else []


def get(node: Node | None, *keys: str) -> Node | None:
    """Give the value below keys; None where there is none, or null."""
    for key in keys:
        node = next((value for name, value in entries(node) if name == key), None)
    return None if node is None or is_null(node) else node


def text_of(node: Node | None, default: str = "") -> str:
    """Give a scalar's text; the default for what is none, or null."""
    return node.value if isinstance(node, ScalarNode) and not is_null(node) else default


def is_null(node: Node) -> bool:
    """Whether a node is null, as `key:` without value is."""
    return bool(node.tag == "tag:yaml.org,2002:null")


def put(node: MappingNode, key: str, value: Node) -> None:
    """Set a key's value, in its place or at the end."""
    for index, (name, _) in enumerate(node.value):
        if isinstance(name, ScalarNode) and name.value == key:
            node.value[index] = (name, value)
            return
    node.value.append((scalar(key), value))


def take(node: Node | None, key: str) -> Node | None:
    """Remove a key and give its value; None where it is not."""
    if isinstance(node, MappingNode):
        pairs: list[tuple[Node, Node]] = node.value
        for index, (name, value) in enumerate(pairs):
            if isinstance(name, ScalarNode) and name.value == key:
                del pairs[index]
                return value
    return None


def scalars(root: Node, *, with_keys: bool = True) -> Iterator[ScalarNode]:
    """List every single value once, keys too unless they are not wanted, in the text's order."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, SequenceNode):
            waiting.extend(reversed(node.value))
        elif isinstance(node, MappingNode):
            for key, value in reversed(node.value):
                waiting.extend((value, key) if with_keys else (value,))


def plain(node: Node | None) -> Any:
    """Give a node as data whose values are texts, null as None; merge keys are not followed.

    Raises `CannotImport` for data that its aliases make too large.
    """
    count = 0

    def of(node: Node | None) -> Any:
        nonlocal count
        count += 1
        if count > MAX_PLAIN:
            detail = "The text grows beyond reason once its aliases are followed."
            raise CannotImport(detail, line_of(node))
        if isinstance(node, SequenceNode):
            return [of(item) for item in node.value]
        if isinstance(node, MappingNode):
            return {key: of(value) for key, value in entries(node)}
        return None if node is None or is_null(node) else node.value

    return of(node)


def _check(text: str) -> None:
    """Refuse a text that is too large, nests too deep or leads into itself."""
    if len(text) > MAX_CHARACTERS:
        detail = f"The text has more than {MAX_CHARACTERS} characters."
        raise CannotImport(detail)
    depth, open_anchors, documents = 0, [], 0
    try:
        for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            line = event.start_mark.line + 1 if event.start_mark else None
            documents += isinstance(event, DocumentStartEvent)
            if isinstance(event, CollectionStartEvent):
                depth += 1
                open_anchors.append(event.anchor)
            elif isinstance(event, CollectionEndEvent):
                depth -= 1
                open_anchors.pop()
            elif isinstance(event, AliasEvent) and event.anchor in open_anchors:
                detail = f"The alias *{event.anchor} leads into itself."
                raise CannotImport(detail, line)
            if depth > MAX_DEPTH or number > MAX_EVENTS or documents > 1:
                detail = "The text is more than one document, or nests or repeats beyond reason."
                raise CannotImport(detail, line)
    except yaml.YAMLError as error:
        raise _not_yaml(error) from error


def _not_yaml(error: yaml.YAMLError) -> CannotImport:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    why = getattr(error, "problem", None) or getattr(error, "context", None) or "unreadable"
    return CannotImport(f"This is not YAML: {why}.", mark.line + 1 if mark else None)


def _mappings(root: Node) -> Iterator[MappingNode]:
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, MappingNode):
            yield node
            waiting.extend(value for _, value in node.value)
        else:
            waiting.extend(node.value)


def _keep_last(node: MappingNode, dropped: list[Dropped]) -> None:
    last: dict[str, int] = {}
    for index, (key, _) in enumerate(node.value):
        if not isinstance(key, ScalarNode):
            detail = "A key must be a plain word."
            raise CannotImport(detail, line_of(key))
        last[key.value] = index
    if len(last) == len(node.value):
        return
    for index, (key, _) in enumerate(node.value):
        if last[key.value] != index:
            dropped.append(
                Dropped(key.value, "The key stands twice; its last value is kept.", line_of(key))
            )
    node.value = [pair for index, pair in enumerate(node.value) if last[pair[0].value] == index]
