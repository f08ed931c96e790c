"""Converts one folder of a small catalogue, and reads parts of what came of it."""

from __future__ import annotations

from typing import Any

import yaml

from chalicelib.domain.importing.imported import Failed, Imported
from chalicelib.domain.importing.importers import convert
from chalicelib.domain.variables import Definition
from tests.unit.domain.importing.fixtures import app


def draft(name: str, folder: str, number: int = 1) -> Imported:
    """Give the draft of a folder's template; of a list, that with the number."""
    found = convert(name, app(name, folder))[number - 1]
    assert isinstance(found, Imported), found
    return found


def failure(name: str, folder: str, number: int = 1) -> Failed:
    """Give why a folder's template is no draft."""
    found = convert(name, app(name, folder))[number - 1]
    assert isinstance(found, Failed), found
    return found


def text_of(one: Imported) -> Any:
    """Give a draft's compose text as data."""
    return yaml.safe_load(one.compose_spec)


def service(one: Imported, name: str) -> Any:
    """Give one service of a draft as data."""
    return text_of(one)["services"][name]


def variable(one: Imported, name: str) -> Definition:
    """Give one variable of a draft."""
    return next(found for found in one.variables if found.name == name)


def losses(one: Imported) -> list[tuple[str, int | None]]:
    """List what was dropped: key and line."""
    return [(found.key, found.line) for found in one.dropped]
