"""Links of a page: to itself, and by cursor to the ones after and before it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

BASE = "/api/v1"
CURSORS = frozenset({"page[after]", "page[before]"})


def page_links(
    path: str, words: Mapping[str, str], *, after: str | None, before: str | None
) -> dict[str, str | None]:
    """Write the links of a page of the list at `path`, which was asked for with `words`."""
    kept = {word: value for word, value in words.items() if word not in CURSORS}
    return {
        "self": _link(path, words),
        "next": _link(path, {**kept, "page[after]": after}) if after else None,
        "prev": _link(path, {**kept, "page[before]": before}) if before else None,
    }


def _link(path: str, words: Mapping[str, str]) -> str:
    query = "&".join(
        f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in words.items()
    )
    return f"{BASE}/{path}" + (f"?{query}" if query else "")
