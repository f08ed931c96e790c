"""Template files with `@{names}` to fill in, and how they are filled."""

from __future__ import annotations

import re
from pathlib import Path

# HAProxy's own `%`, `$` and `{}` stay as they are.
_PLACE = re.compile(r"@\{([a-z_]+)\}")


def fill(template: str, **values: str | int | Path) -> str:
    """Fill a template of this folder in. Raises `KeyError` for a name without a value."""
    text = (Path(__file__).parent / template).read_text()
    return _PLACE.sub(lambda place: str(values[place[1]]), text)
