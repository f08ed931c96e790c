"""The customer of the journeys: what tells it that a record is gone."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from infra.local.journey.client import Account, Refused

WORKING = {"data": {"attributes": {"work": {"step": "DestroyServer"}}}}
SETTLED = {"data": {"attributes": {"work": None}}}
NOT_FOUND = {"errors": [{"code": "not_found", "detail": "There is no such thing."}]}
FORBIDDEN = {"errors": [{"code": "forbidden", "detail": "No."}]}


def an_account(*answers: tuple[int, dict[str, Any]]) -> Account:
    """An account whose calls are answered with these, one after the other."""
    left = list(answers)
    account = Account("http://gateway")

    def answer(_request: httpx.Request) -> httpx.Response:
        status, body = left.pop(0)
        return httpx.Response(status, json=body)

    account.http = httpx.Client(
        base_url="http://gateway", transport=httpx.MockTransport(answer), trust_env=False
    )
    return account


def test_record_that_is_not_found_any_more_is_gone() -> None:
    account = an_account((200, WORKING), (503, NOT_FOUND), (404, NOT_FOUND))

    assert account.gone("cloud_provisions", "prov_1", within=5)


def test_record_that_settles_is_still_there() -> None:
    assert not an_account((200, WORKING), (200, SETTLED)).gone("deployments", "1", within=5)


def test_other_refusals_are_told() -> None:
    with pytest.raises(Refused):
        an_account((403, FORBIDDEN)).gone("deployments", "1", within=5)
