"""Items of DynamoDB as lines of JSON, in the form of DynamoDB's own exports, and their digest."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from typing import Any

Item = dict[str, Any]
"""An item as the SDK's client has it: attributes by name, each a value by its type."""
SETS = frozenset({"SS", "NS", "BS"})
_MODULUS = 2**256


class Damaged(Exception):
    """What was kept is not what was written: it is lost in part, or changed."""


def line_of(item: Item) -> str:
    """The one line that says an item: the same for the same item, in whatever order it came."""
    said = {name: _said(value) for name, value in item.items()}
    return json.dumps({"Item": said}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def item_of(line: str) -> Item:
    """Read an item. Raises `Damaged` for what is none."""
    try:
        return {name: _read(value) for name, value in json.loads(line)["Item"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"A line is no item: {line[:80]}") from error


def packed(lines: Iterable[str]) -> bytes:
    """Compress lines; the same bytes for the same lines."""
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)


def unpacked(body: bytes) -> list[str]:
    """The lines again. Raises `Damaged` for what was cut off or changed."""
    try:
        return gzip.decompress(body).decode().split("\n")[:-1]
    except (OSError, EOFError, ValueError) as error:
        raise Damaged("A part cannot be read") from error


def sha256(body: bytes) -> str:
    """The hash of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def digest_of(lines: Iterable[str], before: str = "0") -> str:
    """A digest of many lines in whatever order, as hex: two sets of items agree where theirs do.

    It is the sum of the lines' hashes, so that it can be gone on with where `before` ended.
    """
    total = int(before, 16)
    for line in lines:
        total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
    return f"{total % _MODULUS:x}"


def _said(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {kind: base64.b64encode(inner).decode()}
        case "BS":
            return {kind: sorted(base64.b64encode(one).decode() for one in inner)}
        case "M":
            return {kind: {name: _said(one) for name, one in inner.items()}}
        case "L":
            return {kind: [_said(one) for one in inner]}
    return {kind: sorted(inner) if kind in SETS else inner}


def _read(value: dict[str, Any]) -> dict[str, Any]:
    ((kind, inner),) = value.items()
    match kind:
        case "B":
            return {kind: base64.b64decode(inner)}
        case "BS":
            return {kind: [base64.b64decode(one) for one in inner]}
        case "M":
            return {kind: {name: _read(one) for name, one in inner.items()}}
        case "L":
            return {kind: [_read(one) for one in inner]}
    return {kind: inner}
