"""Secrets taken out of texts that an app has written itself."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

MASK = "•••"
SHORTEST = 3
"""Shorter values are not looked for: taking them out would show where they stood."""


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Mask every secret in a text, as it is and as it stands in a URL."""
    forms = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= SHORTEST:
            text = text.replace(form, MASK)
    return text
