"""A template as text, in YAML's shortest words: CloudFormation takes a megabyte at most."""

from __future__ import annotations

import json
import re
from typing import Any


def written(document: dict[str, Any]) -> str:
    """Write a template with one line for each thing; indented, or as JSON, it would not fit."""
    lines = []
    for section, content in sorted(document.items()):
        if isinstance(content, dict):
            lines.append(f"{section}:")
            lines += [f"  {name}: {_flow(one)}" for name, one in sorted(content.items())]
        else:
            lines.append(f"{section}: {_flow(content)}")
    return "\n".join(lines) + "\n"


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(::?[A-Za-z0-9_.-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
"""What YAML takes for something else than text."""


def _flow(value: Any) -> str:
    """Write a value in one line: what needs no quotes has none, what has quotes no escapes."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_flow(k)}: {_flow(v)}" for k, v in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        if _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
            return value
        if '"' in value and "'" not in value and value.isprintable():
            return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
