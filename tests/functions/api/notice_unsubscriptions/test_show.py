"""The link that a browser opens leads to a page, and changes nothing by itself."""

from __future__ import annotations

from chalicelib.runtime import wiring
from tests.functions.cases import a_readers_link
from tests.functions.checks import Checked


def test_link_leads_to_the_page_and_silences_nothing(here: Checked, owner: str) -> None:
    path = a_readers_link(here, owner)
    token = path.rsplit("/", 1)[1]
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}

    reply = here.call("GET", path, headers=browser)

    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert f'content="0; url=https://hoster.test/unsubscribe#{token}"' in reply.body
    assert f'<a href="https://hoster.test/unsubscribe#{token}">' in reply.body
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]
    assert wiring.records().get(token.partition(".")[0]).status == "active"


def test_what_is_no_link_leads_nowhere(here: Checked) -> None:
    for wrong in ("chn_1", "chn_1.a%0d%0aSet-Cookie", "chn_1." + "a" * 65, "x.y"):
        assert here.call("GET", f"/notice_unsubscriptions/{wrong}").status == 404
