"""The document that describes the API, as it is served."""

from __future__ import annotations

import json

from infra.packaging.openapi.document import text
from tests.functions.checks import Checked


def test_document_is_shown_to_everybody_as_it_was_packaged(here: Checked) -> None:
    reply = here.call("GET", "/openapi.json", user=None)

    assert reply.status == 200
    assert reply.body == json.loads(text())
    assert reply.headers["Content-Type"] == "application/json"


def test_known_document_is_not_sent_again(here: Checked) -> None:
    tag = here.call("GET", "/openapi.json", user=None).headers["ETag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}'):
        again = here.call("GET", "/openapi.json", user=None, headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["ETag"]) == (304, None, tag)
    other = here.call("GET", "/openapi.json", user=None, headers={"If-None-Match": '"other"'})
    assert other.status == 200
