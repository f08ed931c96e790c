"""Writes the little HTML that catalogues have in their notes as Markdown."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_MANY = re.compile(r"\n{3,}")
_AROUND = {"b": "**", "strong": "**", "i": "_", "em": "_", "code": "`"}
_BREAKS = {"br": "\n", "p": "\n\n", "div": "\n", "li": "\n- ", "ul": "\n", "ol": "\n"}


def markdown_of(html: str) -> str:
    """Give a note as Markdown; tags that it does not know are left out, never their text."""
    if "<" not in html and "&" not in html:
        return html.strip()
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [line.strip() for line in "".join(reader.parts).splitlines()]
    return _MANY.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Gathers pieces of Markdown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin what a tag marks."""
        if tag == "a":
            address = dict(attrs).get("href") or ""
            is_address = address.startswith(("https://", "http://"))
            self.links.append(address if is_address else "")
            self.parts.append("[" if self.links[-1] else "")
        self.parts.append(_AROUND.get(tag, "") + _BREAKS.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """End what a tag marks."""
        if tag == "a" and self.links:
            address = self.links.pop()
            self.parts.append(f"]({address})" if address else "")
        self.parts.append(_AROUND.get(tag, "") + ("\n\n" if tag == "p" else ""))

    def handle_data(self, data: str) -> None:
        """Keep text as it is."""
        self.parts.append(data)
