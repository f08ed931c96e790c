"""Secrets taken out of texts that an app has written itself."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "•••"
SHORTEST = 3
"""Shorter values are not looked for: taking them out would show where they stood."""
_GO = str.maketrans({"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"})
"""What JSON that Go writes, and so Docker, escapes besides."""

Redact = Callable[[str], str]


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Mask every secret in a text, however it is written there."""
    return redactor(secrets)(text)


def redactor(secrets: Iterable[str]) -> Redact:
    """Make what masks every secret in one text after another."""
    forms = forms_of(secrets)
    if not forms:
        return lambda text: text
    pattern = re.compile("|".join(map(re.escape, forms)))
    return lambda text: pattern.sub(MASK, text)


def forms_of(secrets: Iterable[str]) -> list[str]:
    """How secrets stand in a text, the longest first.

    As they are, in a URL, in JSON of several writers, in a shell's single quotes, and by line.
    """
    found = {form for secret in secrets for form in _forms(secret) if len(form) >= SHORTEST}
    return sorted(found, key=lambda form: (-len(form), form))


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote(secret), quote_plus(secret))
    ascii_json, json_text = (json.dumps(secret, ensure_ascii=only)[1:-1] for only in (True, False))
    yield from (ascii_json, json_text, json_text.translate(_GO), ascii_json.replace("/", "\\/"))
    yield from (secret.replace("'", quoted) for quoted in ("'\"'\"'", "'\\''"))
    if "\n" in secret:
        yield from (line.strip() for line in secret.splitlines())


def beginning(text: str, redact: Redact, *, longest: int, most: int, is_cut: bool) -> str:
    """Mask the secrets in the beginning of a text, at most so many characters of it.

    Of a text that was cut before, the end may hold the beginning of a secret: as much as the
    longest one has is left out.
    """
    shown = redact(text)
    return (shown[: max(0, len(shown) - longest)] if is_cut else shown)[:most]


def ending(text: str, redact: Redact, *, longest: int, most: int, is_cut: bool) -> str:
    """Mask the secrets in the end of a text, at most so many characters of it.

    Of a text that was cut before, the beginning may hold the end of a secret: as much as the
    longest one has is left out.
    """
    shown = redact(text)
    return (shown[longest:] if is_cut else shown)[-most:]
