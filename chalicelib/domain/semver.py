"""Versions of templates: `1.2.3` or `1.2.3-rc.1`, in the order of Semantic Versioning 2.0.

Build metadata (`+…`) is refused: it has no place in the order.
"""

from __future__ import annotations

import re

MAX_LENGTH = 64
_NUMBER = r"(0|[1-9][0-9]{0,8})"
_PART = r"(?:0|[1-9][0-9]{0,8}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({_PART}(?:\.{_PART})*))?", re.ASCII)

Precedence = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


def checked_version(text: str) -> str:
    """Give the text back if it is a version. Raises `ValueError` with a sentence."""
    if len(text) > MAX_LENGTH or not _VERSION.fullmatch(text):
        detail = "a version is like 1.2.3 or 1.2.3-rc.1, without leading zeros"
        raise ValueError(detail)
    return text


def precedence(version: str) -> Precedence:
    """Give what versions are ordered by: a pre-release comes before its release.

    Numbers in a pre-release order as numbers and come before words. Raises `ValueError`.
    """
    found = _VERSION.fullmatch(checked_version(version))
    assert found is not None  # noqa: S101 - checked just now
    major, minor, patch, pre = found.groups()
    parts = tuple(
        (False, int(part), "") if part.isdigit() else (True, 0, part)
        for part in (pre.split(".") if pre else ())
    )
    return int(major), int(minor), int(patch), pre is None, parts
