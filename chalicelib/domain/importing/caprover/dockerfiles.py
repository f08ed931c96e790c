"""Reads the few lines of a Dockerfile that only say how an image is started, and need no build."""

from __future__ import annotations

import json
from collections.abc import Sequence

from yaml.nodes import MappingNode, Node

from chalicelib.domain.importing.document import put, scalar, sequence

_WITHOUT_EFFECT = {"EXPOSE", "LABEL", "MAINTAINER", "STOPSIGNAL", "VOLUME"}
_KEYS = {"CMD": "command", "ENTRYPOINT": "entrypoint", "USER": "user", "WORKDIR": "working_dir"}
_SHELL = ("/bin/sh", "-c")


def start_from(service: MappingNode, lines: Sequence[str]) -> bool:
    """Give a service what the lines say, where that is an image and its start alone.

    Returns whether it was; a service is not changed by lines that need a build.
    """
    found: dict[str, Node] = {}
    for line in _joined(lines):
        word, _, rest = line.partition(" ")
        if not _note(found, word.upper(), rest.strip()):
            return False
    if "image" not in found:
        return False
    for key, node in found.items():
        put(service, key, node)
    return True


def _note(found: dict[str, Node], word: str, rest: str) -> bool:
    """Note what one instruction says; tell whether it needs no build."""
    if word == "FROM":
        if "image" in found or not rest or " " in rest:
            return False
        found["image"] = scalar(rest)
    elif word in {"CMD", "ENTRYPOINT"}:
        found[_KEYS[word]] = _command(rest)
        if word == "ENTRYPOINT":
            found.pop("command", None)
    elif word in _KEYS:
        found[_KEYS[word]] = scalar(rest)
    return word in _WITHOUT_EFFECT or word in _KEYS or word == "FROM"


def _joined(lines: Sequence[str]) -> list[str]:
    """Join lines that end with a backslash, and leave comments out."""
    found: list[str] = []
    going_on = False
    for line in "\n".join(lines).splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        ends = stripped.endswith("\\")
        text = stripped.removesuffix("\\").strip()
        if going_on:
            found[-1] += f" {text}"
        else:
            found.append(text)
        going_on = ends
    return found


def _command(text: str) -> Node:
    """Read the list form, or else what a shell is to run."""
    if text.startswith("["):
        try:
            words = json.loads(text)
        except ValueError:
            words = None
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return sequence(scalar(word) for word in words)
    return sequence(scalar(word) for word in (*_SHELL, text))
