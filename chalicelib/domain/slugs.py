"""Slugs: names of templates as they stand in addresses, unique in an installation."""

from __future__ import annotations

import re


def slug_from(name: str) -> str:
    """Make a slug of a name with a letter or digit in it; names that differ in signs meet."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
