"""Whether the API can do its work."""

from __future__ import annotations

from unittest import mock

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from chalicelib.runtime import wiring
from tests.functions.checks import Checked


def test_ready_needs_nobody(here: Checked) -> None:
    reply = here.call("GET", "/ready", user=None)

    assert (reply.status, reply.body["status"]) == (200, "ready")


@pytest.mark.parametrize(
    "trouble",
    [
        EndpointConnectionError(endpoint_url="http://somewhere"),
        ClientError({"Error": {"Code": "InternalServerError"}}, "GetItem"),
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetItem"),
    ],
    ids=["away", "failing", "forbidden"],
)
def test_store_that_does_not_answer_is_named_in_an_error_document(
    here: Checked, trouble: Exception
) -> None:
    client = wiring.records().tables.resources._get_connection().connection.client
    with mock.patch.object(client, "_make_api_call", side_effect=trouble):
        reply = here.call("GET", "/ready", user=None)

    assert (reply.status, reply.codes) == (503, ["not_ready"])
    assert reply.headers["Retry-After"] == "2"
    assert "somewhere" not in str(reply.body)
