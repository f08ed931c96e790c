"""The fields of a template that a creator sends, each with its bounds."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.semver import checked_version
from chalicelib.domain.variables import MAX_DEFINITIONS

COMPOSE_BYTES = 131_072
FILES_BYTES = 262_144
"""All config files together."""
README_BYTES = 65_536
VARIABLES_BYTES = 65_536
"""All definitions together, as JSON."""
MAX_DISK_MB = 16_777_216
MAX_PRICE_CENTS = 10_000_000


def _bounded(size: int, most: int) -> None:
    """Raise `ValueError` for more bytes than may be."""
    if size > most:
        detail = f"holds {size} bytes; {most} is the most"
        raise ValueError(detail)


def _compose(text: str) -> str:
    _bounded(len(text.encode()), COMPOSE_BYTES)
    return text


def _readme(text: str) -> str:
    _bounded(len(text.encode()), README_BYTES)
    return _without_nul(text)


def _without_nul(text: str) -> str:
    if "\0" in text:
        detail = "holds a NUL character"
        raise ValueError(detail)
    return text


def _printable(text: str) -> str:
    if not text.isprintable():
        detail = "is one line of letters, digits and signs"
        raise ValueError(detail)
    return text


def _no_address(name: str) -> str:
    if "@" in name:
        detail = "is a name that everybody sees, and no e-mail address"
        raise ValueError(detail)
    return _printable(name)


def _said_once(labels: list[str]) -> list[str]:
    folded = [label.casefold() for label in labels]
    twice = sorted({label for label in folded if folded.count(label) > 1})
    if twice:
        detail = f"holds {', '.join(twice)} more than once"
        raise ValueError(detail)
    return labels


def _definitions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    _bounded(len(json.dumps(items, ensure_ascii=False).encode()), VARIABLES_BYTES)
    return items


def _path(path: str) -> str:
    """Demand the written form of a place in a container."""
    if ".." in path.split("/") or "\0" in path:
        detail = "is an absolute path without “..”"
        raise ValueError(detail)
    from chalicelib.domain.compose.targets import target_of

    return target_of(path)


class ConfigFile(BaseModel):
    """A file that the app finds in its containers."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[
        str, StringConstraints(min_length=1, max_length=255), AfterValidator(_printable)
    ]
    path: Annotated[str, StringConstraints(min_length=1, max_length=1024), AfterValidator(_path)]
    content: Annotated[str, StringConstraints(max_length=FILES_BYTES), AfterValidator(_without_nul)]
    mode: Annotated[str, StringConstraints(pattern=r"^0?[0-7]{3}$")] = "0644"


def _files(files: list[ConfigFile]) -> list[ConfigFile]:
    """Refuse files that are too large together, and two at one place."""
    _bounded(sum(len(file.content.encode()) for file in files), FILES_BYTES)
    _said_once([file.path for file in files])
    return files


TemplateName = Annotated[
    str,
    StringConstraints(
        min_length=3,
        max_length=100,
        strip_whitespace=True,
        pattern=r"^[A-Za-z0-9 \-]*[A-Za-z0-9][A-Za-z0-9 \-]*$",
    ),
]
Version = Annotated[str, AfterValidator(checked_version)]
Compose = Annotated[
    str, StringConstraints(min_length=1, max_length=COMPOSE_BYTES), AfterValidator(_compose)
]
Readme = Annotated[str, StringConstraints(max_length=README_BYTES), AfterValidator(_readme)]
Description = Annotated[str, StringConstraints(max_length=5000), AfterValidator(_without_nul)]
Category = Annotated[
    str, StringConstraints(max_length=60, strip_whitespace=True), AfterValidator(_printable)
]
CreatorName = Annotated[
    str, StringConstraints(max_length=60, strip_whitespace=True), AfterValidator(_no_address)
]
Label = Annotated[
    str,
    StringConstraints(min_length=1, max_length=40, strip_whitespace=True),
    AfterValidator(_printable),
]
Labels = Annotated[list[Label], Field(max_length=20), AfterValidator(_said_once)]
Tags = Labels
Variables = Annotated[
    list[dict[str, Any]], Field(max_length=MAX_DEFINITIONS), AfterValidator(_definitions)
]
ConfigFiles = Annotated[list[ConfigFile], Field(max_length=50), AfterValidator(_files)]
DiskMegabytes = Annotated[int, Field(strict=True, ge=0, le=MAX_DISK_MB)]
PriceCents = Annotated[int, Field(strict=True, ge=0, le=MAX_PRICE_CENTS)]
