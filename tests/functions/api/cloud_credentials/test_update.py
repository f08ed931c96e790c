"""Changing a credential: its names, and the token itself."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from chalicelib.runtime import wiring
from chalicelib.services.secrets.credentials import opened
from tests.functions import things
from tests.functions.checks import TOKEN, Checked

ANOTHER = "dop_v1_never-shown-either"


def stored_token(record_id: str) -> str:
    record = wiring.records().get(record_id)
    assert record is not None
    text = wiring.seal().open(record.sealed["credentials"], record=record_id, field="credentials")
    return str(json.loads(text)["api_token"])


@pytest.mark.parametrize(
    "sent", [{"api_token": ANOTHER}, json.dumps({"api_token": ANOTHER})], ids=["object", "text"]
)
def test_token_is_replaced_sealed_and_unchecked(here: Checked, owner: str, sent: Any) -> None:
    credential = things.credential(here, owner)
    checked = here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)
    assert checked.attributes["last_checked_at"] is not None

    reply = here.call(
        "PATCH", f"/cloud_credentials/{credential}", {"credentials": sent}, user=owner
    )

    assert reply.status == 200
    assert reply.attributes["credentials"] is None
    assert (reply.attributes["status"], reply.attributes["last_checked_at"]) == ("unchecked", None)
    assert stored_token(credential) == ANOTHER
    item = boto3.client("dynamodb").get_item(
        TableName="test-resources", Key={"id": {"S": credential}}
    )
    assert ANOTHER not in str(item)
    told = wiring.records().journal(credential, limit=1)[0]
    assert (told.name, told.data) == ("updated", {"fields": ["credentials"]})


def test_name_alone_leaves_the_token_and_its_status(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)
    here.call("POST", f"/cloud_credentials/{credential}/check", user=owner)

    reply = here.call("PATCH", f"/cloud_credentials/{credential}", {"name": "new"}, user=owner)

    assert (reply.attributes["name"], reply.attributes["status"]) == ("new", "valid")
    assert stored_token(credential) == TOKEN


@pytest.mark.parametrize(
    "sent", [{}, {"token": ANOTHER}, {"api_token": ""}, {"api_token": 1}, "{", "[]", ""]
)
def test_credentials_of_another_shape_are_refused(here: Checked, owner: str, sent: Any) -> None:
    credential = things.credential(here, owner)

    reply = here.call(
        "PATCH", f"/cloud_credentials/{credential}", {"credentials": sent}, user=owner
    )

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/credentials"}
    assert stored_token(credential) == TOKEN


def test_provider_stays_what_it_is(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call(
        "PATCH", f"/cloud_credentials/{credential}", {"provider": "digitalocean"}, user=owner
    )

    assert reply.status in {403, 422}


def test_nothing_to_change_is_said(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call("PATCH", f"/cloud_credentials/{credential}", {}, user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])


def test_check_of_a_token_that_is_replaced_meanwhile_says_nothing_of_the_new_one(
    here: Checked, owner: str
) -> None:
    credential = things.credential(here, owner)
    path = f"/cloud_credentials/{credential}"

    def replaced() -> str:
        given = {"credentials": {"api_token": ANOTHER}}
        here.call("PATCH", path, given, user=owner)
        return "fake@example.com"

    here.cloud.check = replaced  # type: ignore[method-assign]
    reply = here.call("POST", f"{path}/check", user=owner)

    assert (reply.status, reply.codes) == (409, ["conflict"])
    assert here.call("GET", path, user=owner).attributes["status"] == "unchecked"
    record = wiring.records().get(credential)
    assert record is not None
    assert opened(wiring, record)
