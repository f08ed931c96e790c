"""The mailbox's pages as HTML: what a letter says as text, with its links."""

from __future__ import annotations

import re
from html import escape

from infra.local.console.pages import page
from infra.local.mail.box import Received

LINK = re.compile(r"https?://[^\s<>\"]+")


def list_page(letters: list[Received]) -> str:
    """Every letter, the newest first."""
    if not letters:
        return page("Mail", "<p>No letter was sent yet.</p>", reloads=True)
    rows = "".join(
        f'<tr><td class="n">{one.at[11:19]}</td><td class="m">{escape(", ".join(one.to))}</td>'
        f'<td><a href="/letters/{one.id}">{escape(one.subject)}</a></td></tr>'
        for one in letters
    )
    head = "<tr><th class=n>At<th>To<th>Subject</tr>"
    return page("Mail", f"<table>{head}{rows}</table>", reloads=True)


def letter_page(letter: Received) -> str:
    """One letter."""
    about = (
        f'<p><a href="/">Mail</a> · {escape(letter.sender)} → {escape(", ".join(letter.to))}'
        f" · {letter.at}</p><p class=m>{escape(letter.message_id)}</p>"
    )
    text = LINK.sub(lambda found: _anchor(found[0]), escape(letter.text))
    return page(letter.subject, f"{about}<pre style='white-space:pre-wrap'>{text}</pre>")


def _anchor(address: str) -> str:
    """A link; the address is escaped already."""
    return f'<a href="{address}">{address}</a>'
