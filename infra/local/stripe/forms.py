"""Form-encoded bodies with brackets: `line_items[0][price_data][currency]=usd` as nested values."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]
_PART = re.compile(r"\[([^\]]*)\]")


def read_form(body: str) -> Json:
    """Read a body; objects whose names are 0, 1, 2 … become lists."""
    found: Json = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        first, _, rest = name.partition("[")
        path = [first, *_PART.findall(f"[{rest}")] if rest else [first]
        place = found
        for part in path[:-1]:
            inner = place.setdefault(part, {})
            place = inner if isinstance(inner, dict) else {}
        place[path[-1] or str(len(place))] = value
    return {name: _lists(value) for name, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(one) for name, one in value.items()}
    if inner and list(inner) == [str(number) for number in range(len(inner))]:
        return list(inner.values())
    return inner
