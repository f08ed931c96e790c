"""What an invoice was made of: in its record while that is short, else in contents.

A month of an app that is restarted all day, or of hundreds of apps, is more than a record holds.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from chalicelib.domain.billing.invoice import Item
from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

FOLDER = "contents"
INLINE_BYTES = 32_768
"""What items, and what evidence, may hold before they are kept in contents."""


def kept_items(tools: Tools, items: Sequence[Item]) -> dict[str, Any]:
    """Put items where they belong; returns the attributes that lead to them."""
    return _kept(tools, "items", [dict(item) for item in items])


def kept_evidence(tools: Tools, evidence: dict[str, Any]) -> dict[str, Any]:
    """Put what a month was computed from where it belongs, likewise."""
    return _kept(tools, "evidence", evidence)


def items_of(tools: Tools, invoice: Record) -> list[Any]:
    """Read the items of an invoice. Raises `Unavailable`."""
    found: list[Any] = _read(tools, "items", invoice)
    return found


def evidence_of(tools: Tools, invoice: Record) -> dict[str, Any]:
    """Read what a closed invoice was computed from. Raises `Unavailable`."""
    found: dict[str, Any] = _read(tools, "evidence", invoice)
    return found


def with_items(tools: Tools, invoice: Record) -> Record:
    """Give an invoice with its items, wherever they lie."""
    return replace(invoice, attributes=invoice.attributes | {"items": items_of(tools, invoice)})


def _kept(tools: Tools, name: str, value: Any) -> dict[str, Any]:
    document = json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
    if len(document) <= INLINE_BYTES:
        return {name: value, _address(name): None}
    return {name: None, _address(name): tools.contents(FOLDER).put(document)}


def _read(tools: Tools, name: str, invoice: Record) -> Any:
    address = invoice.attributes.get(_address(name))
    if address is None:
        return invoice.attributes[name]
    return json.loads(tools.contents(FOLDER).get(address))


def _address(name: str) -> str:
    return f"{name}_address"
