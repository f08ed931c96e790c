"""Lead whoever opens the link of a mail program to the page on which they decide."""

from __future__ import annotations

from html import escape

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import plain, told
from chalicelib.runtime.http import PAGE_TYPE, Answer
from chalicelib.runtime.operation import Call, operation
from chalicelib.services.notices.notice_readers import page_of

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={place}">
<title>Stop notices to this address</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 32em; margin: 48px auto; padding: 0 16px }}
a {{ color: light-dark(#0f766e, #5eead4) }}
</style>
<h1>Stop notices to this address</h1>
<p><a href="{place}">Go on to stop them</a></p>
</html>
"""


@operation(
    "GET /v1/notice_unsubscriptions/{token}",
    access="anyone",
    answers=plain(str, media_type=PAGE_TYPE),
    needs=(told("mail"),),
)
def handler(call: Call) -> Answer:
    """Lead whoever opens the link of a mail program to the page on which they decide.

    Nothing is changed by it: what looks at letters for their readers opens every link. It is a page
    of its own that leads on, since gateways follow redirects by themselves.
    """
    place = page_of(wiring, call.request.parameters.get("token", ""))
    return Answer(200, page=PAGE.format(place=escape(place)))
