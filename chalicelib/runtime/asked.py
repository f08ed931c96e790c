"""What the owner of the platform types when asking a function that has no route."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

Sought = Annotated[str, StringConstraints(min_length=1, max_length=255, strip_whitespace=True)]
"""An id or a name."""
Reason = Annotated[str, StringConstraints(min_length=3, max_length=500, strip_whitespace=True)]
"""Why something is done: whoever it concerns reads it."""
