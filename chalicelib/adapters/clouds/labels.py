"""Tags as Hetzner's labels, and labels back as tags.

A label's key is made of letters, digits, `-`, `_` and `.`; a tag (`chalicelib.ports.clouds`) may
hold `:` and never `.`, so one stands for the other and nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from chalicelib.domain.errors import RefusedByProvider

PREFIX = "hoster/"
TAG = re.compile(r"[A-Za-z0-9]([A-Za-z0-9:_-]{0,61}[A-Za-z0-9])?", re.ASCII)


def label_of(tag: str) -> str:
    """The key of the label that stands for a tag. Raises `RefusedByProvider` for no tag."""
    if not TAG.fullmatch(tag):
        raise RefusedByProvider(
            f"{tag[:80]!r} is no tag: it begins and ends with a letter or digit, has letters, "
            "digits, ':', '_' and '-' between, and at most 63 characters."
        )
    return PREFIX + tag.replace(":", ".")


def labels_of(tags: Iterable[str]) -> dict[str, str]:
    """The labels of tags, without values."""
    return {label_of(tag): "" for tag in tags}


def tags_of(labels: Mapping[str, str]) -> tuple[str, ...]:
    """The tags that labels stand for; labels of others are none."""
    keys = (key.removeprefix(PREFIX) for key in labels if key.startswith(PREFIX))
    return tuple(sorted(key.replace(".", ":") for key in keys))
