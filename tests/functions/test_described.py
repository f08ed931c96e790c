"""The check of answers against the OpenAPI document can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.functions import described, things
from tests.functions.checks import Checked


def test_answer_that_is_not_described_is_found(here: Checked, owner: str) -> None:
    path = f"/cloud_credentials/{things.credential(here, owner)}"
    reply = here.call("GET", path, user=owner)
    data = reply.body["data"]
    more = {**data["attributes"], "colour": "red"}
    less = {name: value for name, value in data["attributes"].items() if name != "provider"}
    shown = {**data["attributes"], "credentials": "text"}

    for attributes in (more, less, shown):
        other = replace(reply, body={"data": {**data, "attributes": attributes}})
        with pytest.raises(AssertionError, match="described otherwise"):
            described.check("GET", path, other)
    with pytest.raises(AssertionError, match="does not describe 418"):
        described.check("GET", path, replace(reply, status=418))
    with pytest.raises(AssertionError, match="ETag"):
        described.check("GET", path, replace(reply, headers={"X-Request-ID": "req-1"}))


def test_chosen_fields_are_fields_of_the_resource(here: Checked, owner: str) -> None:
    path = f"/ssh_keys/{things.ssh_key(here, owner)}?fields[ssh_keys]=name"
    reply = here.call("GET", path, user=owner)
    data = reply.body["data"]

    assert data["attributes"] == {"name": "mine"}
    other = replace(reply, body={"data": {**data, "attributes": {"colour": "red"}}})
    with pytest.raises(AssertionError, match="described otherwise"):
        described.check("GET", path, other)
