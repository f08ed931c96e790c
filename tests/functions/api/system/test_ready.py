"""Whether the API can do its work."""

from __future__ import annotations

from unittest import mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.runtime import clients
from tests.functions.checks import Checked

TABLES = {"resources", "reservations", "journal"}


def test_ready_needs_nobody(here: Checked) -> None:
    reply = here.call("GET", "/ready", user=None)

    assert (reply.status, reply.body["status"]) == (200, "ready")
    assert reply.body["checks"] == dict.fromkeys(TABLES, "ok")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            EndpointConnectionError(endpoint_url="http://somewhere"),
            "cannot be reached (EndpointConnectionError)",
        ),
        (
            ClientError({"Error": {"Code": "InternalServerError"}}, "GetItem"),
            "fails (InternalServerError)",
        ),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": "x"}}, "GetItem"),
            "may not be read (AccessDeniedException)",
        ),
        (ClientError({"Error": {"Code": "secret: 1"}}, "GetItem"), "fails (an unknown error)"),
        (ValueError("a secret"), "fails (ValueError)"),
    ],
    ids=["away", "failing", "forbidden", "unreadable", "broken"],
)
def test_what_is_wrong_is_said_without_its_words(
    here: Checked, trouble: Exception, said: str
) -> None:
    with mock.patch.object(clients.impatient(), "get_item", side_effect=trouble):
        reply = here.call("GET", "/ready", user=None)

    assert (reply.status, reply.codes) == (503, ["not_ready"])
    assert reply.headers["Retry-After"] == "2"
    [error] = reply.body["errors"]
    assert error["meta"] == {"checks": dict.fromkeys(TABLES, said)}
    assert f"the table journal {said}" in error["detail"]
    assert not any(word in str(reply.body) for word in ("somewhere", "secret"))


def test_table_that_is_missing_is_named(here: Checked) -> None:
    ask = clients.impatient().get_item

    def asking(**given: object) -> object:
        missing = given["TableName"] == "test-journal"
        return ask(**{**given, "TableName": "test-none"} if missing else given)

    with mock.patch.object(clients.impatient(), "get_item", asking):
        reply = here.call("GET", "/ready", user=None)

    [error] = reply.body["errors"]
    assert error["detail"] == (
        "The store is not ready: the table journal does not exist (ResourceNotFoundException)."
    )
    assert error["meta"]["checks"]["resources"] == "ok"
