"""Reads compose's spellings of durations, sizes and CPU shares.

Each function raises `ValueError` with a sentence when the text is not such a value.
"""

from __future__ import annotations

import re

_DURATION = re.compile(r"(?:[0-9]{1,12}(?:\.[0-9]{1,9})?(?:ns|us|µs|ms|s|m|h|d)){1,8}", re.ASCII)
_DURATION_PART = re.compile(r"([0-9.]+)([a-zµ]+)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400}
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s*([kmgt]?)i?b?", re.ASCII | re.IGNORECASE)
_SIZE_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}", re.ASCII)
MAX_SECONDS = 86_400.0


def seconds(text: str) -> float:
    """Read `1m30s`, `500ms`, or a bare number of seconds; at most a day."""
    text = text.strip()
    if _NUMBER.fullmatch(text):
        total = float(text)
    elif _DURATION.fullmatch(text):
        parts = _DURATION_PART.findall(text)
        total = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    else:
        detail = "is not a duration such as 30s or 1m30s"
        raise ValueError(detail)
    if total > MAX_SECONDS:
        detail = "is longer than a day"
        raise ValueError(detail)
    return total


def megabytes(text: str) -> int:
    """Read `512m`, `1.5gb` or a number of bytes, rounded up to MB of 1024 KB."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        detail = "is not a size such as 512m or 1g"
        raise ValueError(detail)
    number, unit = match.groups()
    size = float(number) * 1024 ** _SIZE_POWER[unit.lower()]
    return int(-(-size // 1024**2))


def cores(text: str) -> float:
    """Read a number of CPU cores such as `0.5`."""
    if not _NUMBER.fullmatch(text.strip()):
        detail = "is not a number of CPU cores such as 0.5"
        raise ValueError(detail)
    return round(float(text), 3)
