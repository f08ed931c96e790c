"""Letters to people, written once as text and as HTML that says the same."""

from __future__ import annotations

from html import escape

from chalicelib.ports.mail import Letter

_BODY = "font:16px/1.5 system-ui,sans-serif;color:#111827;max-width:36em;margin:24px auto"
_BUTTON = (
    "display:inline-block;padding:10px 16px;border-radius:8px;background:#0f766e;color:#ffffff;"
    "text-decoration:none"
)


def letter(
    to: str, subject: str, *paragraphs: str, link: tuple[str, str] | None = None, after: str = ""
) -> Letter:
    """Write a letter; `link` is a button's words and address, `after` stands below it."""
    text, html = list(paragraphs), [f"<p>{escape(one)}</p>" for one in paragraphs]
    if link is not None:
        words, address = link
        text.append(f"{words}:\n{address}")
        html.append(f'<p><a style="{_BUTTON}" href="{escape(address)}">{escape(words)}</a></p>')
    if after:
        text.append(after)
        html.append(f"<p>{escape(after)}</p>")
    body = f'<!doctype html><html lang="en"><body style="{_BODY}">{"".join(html)}</body></html>'
    return Letter(to, subject, "\n\n".join(text) + "\n", body)
