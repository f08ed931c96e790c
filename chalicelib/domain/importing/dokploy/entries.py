"""Reads the environment of a Dokploy template, in each of the forms in which templates have it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.importing.dokploy.loose_toml import Table
from chalicelib.domain.importing.dokploy.values import as_text

SETTINGS = "template.toml"
"""The file that has everything but the compose text; what is dropped of it says so."""
_PAIR = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.\-]*)\s*=(.*)", re.DOTALL)
_COMMENT = re.compile(r"\s#.*$", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One variable of the environment; a value of None is one that people give."""

    name: str
    value: str | None
    line: int | None
    description: str = ""
    required: bool = False


@dataclass(frozen=True)
class Unread:
    """Something under `env` that is no variable."""

    text: str
    line: int | None


def read_environment(document: Table) -> Iterator[Entry | Unread]:
    """List all entries: those of `config.env`, and of an `env` that stands in a wrong table.

    TOML gives keys to the table that began last, so that an `env` after a domain belongs to it.
    """
    config = document.get("config")
    tables: list[tuple[Any, Any]] = [(document, document.get("env"))]
    if isinstance(config, Table):
        tables.append((config, config.get("env")))
        for key in ("domains", "mounts"):
            inner = config.get(key)
            found = inner if isinstance(inner, list) else []
            tables += [(one, one.get("env")) for one in found if isinstance(one, Table)]
    for table, found in tables:
        if found is not None:
            yield from _entries(found, table.lines.get("env"))


def _entries(found: Any, line: int | None) -> Iterator[Entry | Unread]:
    if isinstance(found, Table):
        yield from _of_table(found, "")
    elif isinstance(found, list):
        for one in found:
            yield from _of_item(one, line)
    elif isinstance(found, str):
        for text in found.splitlines():
            yield from _of_text(text, line)
    else:
        yield Unread(as_text(found), line)


def _of_table(table: Table, before: str) -> Iterator[Entry | Unread]:
    for key, value in table.items():
        line = table.lines.get(key)
        if isinstance(value, Table):
            yield from _of_table(value, f"{before}{key}.")
        elif isinstance(value, list):
            # Some templates list what each service gets under the service's name.
            for one in value:
                yield from _of_item(one, line)
        else:
            yield Entry(before + key, _unquoted(as_text(value)), line)


def _of_item(item: Any, line: int | None) -> Iterator[Entry | Unread]:
    if isinstance(item, str):
        yield from _of_text(item, line)
    elif isinstance(item, Table):
        name = item.get("name", item.get("key"))
        if isinstance(name, str):
            value = item.get("value", item.get("default"))
            yield Entry(
                name,
                None if value is None else as_text(value),
                item.line,
                str(item.get("description", "")),
                item.get("required") is True,
            )
        else:
            yield from _of_table(item, "")
    else:
        yield Unread(as_text(item), line)


def _of_text(text: str, line: int | None) -> Iterator[Entry | Unread]:
    """Read one line as an env file has it; comments and empty lines are none."""
    if not text.strip() or text.lstrip().startswith("#"):
        return
    found = _PAIR.fullmatch(text)
    if found is None:
        yield Unread(text.strip(), line)
    else:
        yield Entry(found[1], _unquoted(found[2]), line)


def _unquoted(value: str) -> str:
    """Take away the quotes around a value, or the comment behind one without quotes."""
    text = value.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _COMMENT.sub("", value).strip() if "\n" not in text else text
