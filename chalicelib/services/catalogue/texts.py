"""The long texts of a template's version: in its record while they are short, else in contents.

Whoever runs a version keeps the same: the texts, or the address at which they lie together.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools

FOLDER = "contents"
INLINE_BYTES = 65_536
"""What the texts of one version may hold together before they are kept in contents."""
TEXTS = ("compose_spec", "config_files", "readme")
ADDRESS = "texts"


def kept_texts(tools: Tools, texts: Mapping[str, Any]) -> dict[str, Any]:
    """Put texts where they belong; returns the attributes that lead to them."""
    held = {name: texts.get(name) for name in TEXTS}
    document = json.dumps(held, ensure_ascii=False, sort_keys=True).encode()
    if len(document) <= INLINE_BYTES:
        return {**held, ADDRESS: None}
    return {**dict.fromkeys(TEXTS), ADDRESS: tools.contents(FOLDER).put(document)}


def texts_of(tools: Tools, holder: Mapping[str, Any]) -> dict[str, Any]:
    """Read the texts that attributes hold or lead to. Raises `Unavailable`."""
    address = holder.get(ADDRESS)
    if address is None:
        return {name: holder.get(name) for name in TEXTS}
    found: dict[str, Any] = json.loads(tools.contents(FOLDER).get(address))
    return found


def with_texts(tools: Tools, record: Record) -> Record:
    """Give a record with its texts, wherever they lie."""
    if record.attributes.get(ADDRESS) is None:
        return record
    return replace(record, attributes={**record.attributes, **texts_of(tools, record.attributes)})


def snapshot_of(template: Mapping[str, Any]) -> dict[str, Any]:
    """What a deployment keeps of its template's texts: the address, or what it runs of them."""
    if template.get(ADDRESS) is not None:
        return {ADDRESS: template[ADDRESS]}
    return {name: template.get(name) for name in ("compose_spec", "config_files")}
