"""Errors on their way from one function to another."""

from __future__ import annotations

import json

import pytest

from chalicelib.domain import errors
from chalicelib.domain.errors import Fault, ProductError
from chalicelib.domain.errors_as_data import as_data, from_data

ERRORS: list[ProductError] = [
    errors.NodeUnreachable("It does not answer."),
    errors.Conflict("Not now.", code="wrong_state", pointer="/data", meta={"a": [1]}),
    errors.BadRequest("No.", parameter="cursor"),
    errors.RateLimited("Slower.", retry_after=7),
    errors.LimitReached("Full.", limit="nodes"),
    errors.InvalidPlan("Wrong.", rule="no_image", line=3),
    errors.MethodNotAllowed("No.", allowed=("GET",)),
    errors.Invalid((Fault("/data/attributes/name", "Too long."), Fault("/data", "Bad.", "x"))),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_error_arrives_as_it_was(error: ProductError) -> None:
    arrived = from_data(json.loads(json.dumps(as_data(error))))

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert (arrived.status, arrived.retry_after) == (error.status, error.retry_after)
    sent = {k: list(v) if k == "allowed" else v for k, v in vars(error).items()}
    assert vars(arrived) == sent


def test_error_that_is_not_known_keeps_its_words() -> None:
    arrived = from_data({"name": "Newer", "members": {"detail": "Soon.", "error_code": "newer"}})

    assert isinstance(arrived, errors.Unavailable)
    assert (str(arrived), arrived.detail) == ("Soon.", "Soon.")
