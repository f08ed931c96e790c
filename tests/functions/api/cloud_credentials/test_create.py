"""Storing accounts at providers."""

from __future__ import annotations

import json

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import TOKEN, Checked


@pytest.mark.parametrize(
    "credentials", [{"api_token": TOKEN}, json.dumps({"api_token": TOKEN})], ids=["object", "text"]
)
def test_credential_is_stored_unchecked_and_sealed(
    here: Checked, owner: str, credentials: object
) -> None:
    given = things.credential_attributes(credentials=credentials, default_region="fra1")

    reply = here.call("POST", "/cloud_credentials", given, user=owner)

    shown = reply.attributes
    assert (shown["status"], shown["credentials"]) == ("unchecked", None)
    assert (shown["name"], shown["default_region"]) == ("my cloud", "fra1")
    record = wiring.records().get(reply.id)
    assert record is not None
    assert TOKEN not in str(record)
    opened = wiring.seal().open(record.sealed["credentials"], record=reply.id, field="credentials")
    assert json.loads(opened) == {"api_token": TOKEN}


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"token": TOKEN},
        {"api_token": ""},
        {"api_token": 1},
        {"api_token": f"{TOKEN}\n"},
        {"api_token": TOKEN, "more": "x"},
        {"api_token": "x" * 513},
        "not json",
        json.dumps([TOKEN]),
        "[" * 8000,
    ],
)
def test_credential_of_another_shape_is_refused_without_repeating_it(
    here: Checked, owner: str, credentials: object
) -> None:
    given = things.credential_attributes(credentials=credentials)

    reply = here.call("POST", "/cloud_credentials", given, user=owner)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/credentials"}
    assert "api_token" in reply.body["errors"][0]["detail"]


def test_provider_that_is_not_known_is_refused(here: Checked, owner: str) -> None:
    reply = here.call(
        "POST", "/cloud_credentials", things.credential_attributes(provider="acme"), user=owner
    )

    assert reply.status == 422
    assert "digitalocean" in reply.body["errors"][0]["detail"]


@pytest.mark.parametrize("provider", ["aws", "digitalocean", "hetzner"])
def test_every_provider_is_stored_and_opened_for_its_region(
    here: Checked, owner: str, provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = things.SECRETS[provider]
    opened: list[tuple[object, ...]] = []
    monkeypatch.setattr(wiring, "cloud", lambda *given: opened.append(given) or here.cloud)
    given = things.credential_attributes(
        provider=provider, credentials=secret, default_region="eu-central-1"
    )

    reply = here.call("POST", "/cloud_credentials", given, user=owner)

    assert (reply.status, reply.attributes["provider"]) == (201, provider)
    for verb, what in (("POST", "check"), ("GET", "regions"), ("GET", "sizes")):
        path = f"/cloud_credentials/{reply.id}/{what}"
        assert here.call(verb, path, user=owner).status == 200
    assert opened == [(provider, secret, "eu-central-1")] * 3


def test_every_wrong_member_of_an_access_key_is_told(here: Checked, owner: str) -> None:
    given = things.credential_attributes(
        provider="aws",
        credentials={"access_key_id": "never-shown", "secret_access_key": "never shown"},
    )

    reply = here.call("POST", "/cloud_credentials", given, user=owner)

    assert reply.status == 422
    details = [error["detail"] for error in reply.body["errors"]]
    assert [detail.split()[0] for detail in details] == ["access_key_id", "secret_access_key"]


@pytest.mark.parametrize("provider", ["aws", "hetzner"])
def test_credentials_of_another_provider_are_refused(
    here: Checked, owner: str, provider: str
) -> None:
    other = {"aws": "hetzner", "hetzner": "aws"}[provider]
    given = things.credential_attributes(provider=provider, credentials=things.SECRETS[other])

    reply = here.call("POST", "/cloud_credentials", given, user=owner)

    assert (reply.status, len(reply.body["errors"])) == (422, 1)
    for name in things.SECRETS[provider]:
        assert name in reply.body["errors"][0]["detail"]
