"""Letters to people, written once as text and as HTML that says the same."""

from __future__ import annotations

from html import escape

from chalicelib.ports.mail import Letter

_BODY = "font:16px/1.5 system-ui,sans-serif;color:#111827;max-width:36em;margin:24px auto"
_BUTTON = (
    "display:inline-block;padding:10px 16px;border-radius:8px;background:#0f766e;color:#ffffff;"
    "text-decoration:none"
)
_PLAIN = "font-size:13px;color:#4b5563"


def letter(
    to: str,
    subject: str,
    *paragraphs: str,
    link: tuple[str, str] | None = None,
    after: str = "",
    last: tuple[str, str] | None = None,
    channel: str = "",
) -> Letter:
    """Write a letter; `link` is a button's words and address, `after` stands below it.

    `last` is a plain link at the end, likewise. `channel` is told by what comes back of it.
    """
    text, html = list(paragraphs), [f"<p>{escape(one)}</p>" for one in paragraphs]
    if link is not None:
        words, address = link
        text.append(f"{words}:\n{address}")
        html.append(f'<p><a style="{_BUTTON}" href="{escape(address)}">{escape(words)}</a></p>')
    if after:
        text.append(after)
        html.append(f"<p>{escape(after)}</p>")
    if last is not None:
        words, address = last
        text.append(f"{words}:\n{address}")
        html.append(f'<p><a style="{_PLAIN}" href="{escape(address)}">{escape(words)}</a></p>')
    body = f'<!doctype html><html lang="en"><body style="{_BODY}">{"".join(html)}</body></html>'
    return Letter(to, subject, "\n\n".join(text) + "\n", body, channel=channel)
