"""What DynamoDB refuses for the moment is asked again; what it fails at is named.

A conflict of transactions or a throttled call was not done, so that repeating it is safe.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from pynamodb.exceptions import DoesNotExist, PynamoDBException

from chalicelib.domain.errors import Contended, TooLarge, Unavailable

TRIES = 8
PASSING = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ThrottlingException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
    }
)
"""Codes of calls and of a transaction's reasons after which trying again helps."""
FAILING = frozenset({None, "InternalServerError", "InternalFailure", "ServiceUnavailable"})
"""Codes that tell of DynamoDB's own trouble; None when no answer came."""

TOO_LARGE = "exceeded the maximum allowed size"
"""Part of what DynamoDB says of an item over 400 KB."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def pause(attempt: int) -> None:
    """Wait with jitter that grows from 10 ms to 0.6 s, so that forty writers of one item pass."""
    time.sleep(random.uniform(0.005, 0.01 * 2 ** min(attempt, 6)))  # noqa: S311 - no secret


def code_of(error: PynamoDBException) -> str | None:
    """DynamoDB's code for a refusal; None when no answer came.

    pynamodb's own property breaks on a timeout, whose answer is None.
    """
    answer = getattr(error.cause, "response", None) or {}
    code: str | None = answer.get("Error", {}).get("Code")
    return code


def _said(error: PynamoDBException) -> str:
    """Everything that DynamoDB says, a transaction's reasons included."""
    reasons = getattr(error, "cancellation_reasons", None) or ()
    messages = [reason.message for reason in reasons if reason]
    return " ".join(filter(None, [str(error), str(error.cause), *messages]))


def patient(call: Callable[Given, Result]) -> Callable[Given, Result]:
    """Repeat a call that is refused for the moment.

    Raises `Contended` when that does not help, `Unavailable` when DynamoDB does not answer and
    `TooLarge` for a record beyond what one item holds.
    """

    @wraps(call)
    def repeated(*given: Given.args, **named: Given.kwargs) -> Result:
        for attempt in range(TRIES):
            try:
                return call(*given, **named)
            except DoesNotExist:
                raise
            except PynamoDBException as error:
                code = code_of(error)
                if code in FAILING:
                    raise Unavailable("The store does not answer now; try again.") from error
                if TOO_LARGE in _said(error):
                    raise TooLarge("This is more than one record can hold.") from error
                if code not in PASSING:
                    raise
            pause(attempt)
        raise Contended("Too many changes at once; nothing was written. Try again.")

    return repeated
