"""Storing logins at registries: sealed, and one for each host."""

from __future__ import annotations

import boto3
import pytest

from chalicelib.runtime import wiring
from chalicelib.services.secrets import registry_credentials
from tests.functions import things
from tests.functions.checks import TOKEN, Checked


def path_of(record_id: str) -> str:
    return f"/registry_credentials/{record_id}"


def opened(record_id: str) -> str:
    record = wiring.records().get(record_id)
    assert record is not None
    return registry_credentials.opened(wiring, record).password


def test_secret_is_sealed_and_never_shown(here: Checked, owner: str) -> None:
    credential = things.registry_credential(here, owner, host="GHCR.io")

    shown = here.call("GET", path_of(credential), user=owner).attributes

    assert (shown["host"], shown["username"], shown["status"]) == ("ghcr.io", "ann", "unchecked")
    assert shown["secret"] is None
    assert opened(credential) == TOKEN
    item = boto3.client("dynamodb").get_item(
        TableName="test-resources", Key={"id": {"S": credential}}
    )
    assert TOKEN not in str(item)


@pytest.mark.parametrize("called", ["docker.io", "https://index.docker.io/v1/", "hub.docker.com"])
def test_registry_has_one_login_whatever_it_is_called(
    here: Checked, owner: str, stranger: str, called: str
) -> None:
    things.registry_credential(here, owner, host="registry-1.docker.io")

    again = here.call(
        "POST", "/registry_credentials", things.registry_attributes(host=called), user=owner
    )

    assert (again.status, again.codes) == (409, ["registry_taken"])
    assert things.registry_credential(here, stranger, host=called)


@pytest.mark.parametrize("host", ["ghcr.io/ann", "", "ghcr", "[::1]:5000", "a b.io", 7])
def test_what_is_no_registry_is_refused(here: Checked, owner: str, host: object) -> None:
    given = things.registry_attributes(host=host)

    reply = here.call("POST", "/registry_credentials", given, user=owner)

    assert reply.status == 422
    assert [e["source"]["pointer"] for e in reply.body["errors"]] == ["/data/attributes/host"]


@pytest.mark.parametrize("name", ["username", "secret"])
def test_login_is_one_line_of_text(here: Checked, owner: str, name: str) -> None:
    for value in ("", "a\nX-Injected: b", "a\0", 7):
        given = things.registry_attributes(**{name: value})
        reply = here.call("POST", "/registry_credentials", given, user=owner)
        assert reply.status == 422, value


def test_account_has_so_many_and_no_more(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_credentials, "AT_MOST", 2)
    first, _ = (things.registry_credential(here, owner) for _ in range(2))
    given = things.registry_attributes()

    reply = here.call("POST", "/registry_credentials", given, user=owner)

    assert (reply.status, reply.codes) == (409, ["too_many"])
    assert here.call("DELETE", path_of(first), user=owner).status == 204
    assert here.call("POST", "/registry_credentials", given, user=owner).status == 201
