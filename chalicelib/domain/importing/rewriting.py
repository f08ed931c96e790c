"""Puts other text in the place of variables, in all values of a compose text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from yaml import Node, ScalarNode

from chalicelib.domain.compose.interpolation import (
    HOST,
    URL,
    Malformed,
    Parts,
    Reference,
    parse,
)
from chalicelib.domain.importing.document import scalars

Replacement = Callable[[Reference], str | None]
"""Gives the compose text that stands for a reference, or None to leave it."""


def literal(text: str) -> str:
    """Write a text so that compose reads it as it is."""
    return text.replace("$", "$$")


def replace_references(root: Node, replacement: Replacement) -> None:
    """Replace references in all values of a tree; a value that cannot be read stays."""
    for node in scalars(root, with_keys=False):
        if "$" in node.value:
            set_text(node, replaced(node.value, replacement))


def replaced(text: str, replacement: Replacement) -> str:
    """Replace references in one text; the same text comes back where nothing is replaced."""
    try:
        parts = parse(text, lenient=True)
    except Malformed:
        return text
    changed, told = _written(parts, replacement)
    return told if changed else text


def use_own_url(root: Node, port: str = "") -> None:
    """Write the app's own address where a text builds it of a scheme and the app's host name.

    `port` is the one that the other platform opens for the app: here there is none to add.
    """
    own_port = rf"(?::{re.escape(port)}(?![0-9]))?" if port else ""
    with_scheme = re.compile(rf"https?://\$\{{{HOST}\}}{own_port}(?!:[0-9$])")
    with_port = re.compile(rf"\$\{{{HOST}\}}:{re.escape(port)}(?![0-9])")
    for node in scalars(root, with_keys=False):
        if HOST in node.value:
            text = with_scheme.sub(f"${{{URL}}}", node.value)
            set_text(node, with_port.sub(f"${{{HOST}}}", text) if port else text)


def by_name(texts: Mapping[str, str]) -> Replacement:
    """Replace the references to some names, with whatever default they have."""
    return lambda reference: texts.get(reference.name)


def names_in(root: Node) -> set[str]:
    """Name every variable that a tree refers to, in defaults too."""
    found: set[str] = set()

    def note(reference: Reference) -> None:
        found.add(reference.name)

    replace_references(root, note)
    return found


def set_text(node: ScalarNode, text: str) -> None:
    """Change a value; what was no text by its plain look becomes one."""
    if node.value == text:
        return
    node.value = text
    node.tag = "tag:yaml.org,2002:str"


def _written(parts: Parts, replacement: Replacement) -> tuple[bool, str]:
    """Write parts as compose text again, and tell whether anything was replaced."""
    changed, told = False, []
    for part in parts:
        if isinstance(part, str):
            told.append(literal(part))
            continue
        text = replacement(part)
        inner, word = _written(part.word, replacement)
        changed = changed or inner or text is not None
        told.append(text if text is not None else f"${{{part.name}{part.operator}{word}}}")
    return changed, "".join(told)
