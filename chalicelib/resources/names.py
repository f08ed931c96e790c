"""Names that people give to their things: one line, in any script."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Categories of what controls, breaks lines, or is half of a character."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""What turns the direction of the text that follows, names of others included."""


def one_line(text: str) -> str:
    """Give a text back that is one line and no more. Raises `ValueError`."""
    if any(unicodedata.category(sign) in BREAKING or sign in TURNING for sign in text):
        detail = "is one line, without control characters"
        raise ValueError(detail)
    return text


Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100, strip_whitespace=True),
    AfterValidator(one_line),
]
LongerName = Annotated[
    str,
    StringConstraints(min_length=3, max_length=100, strip_whitespace=True),
    AfterValidator(one_line),
]
