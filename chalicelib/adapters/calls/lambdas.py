"""Functions asked through Lambda: `chalicelib.ports.calls.Calls` made real."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from chalicelib.domain.errors import DeadlinePassed, Unavailable
from chalicelib.domain.errors_as_data import from_data

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

ANSWER_SECONDS = 26
"""Longer than a called function may run, and shorter than the one that asks."""
ONCE = Config(
    connect_timeout=2,
    read_timeout=ANSWER_SECONDS,
    retries={"total_max_attempts": 1, "mode": "standard"},
)
"""A call that got no answer may have been made: it is never made again."""
_TIMED_OUT = ("Sandbox.Timedout", "timed out")


class LambdaCalls:
    """The called functions of one installation."""

    def __init__(self, client: LambdaClient, installation: str) -> None:
        self.client = client
        self.installation = installation

    def call(self, name: str, given: dict[str, Any]) -> dict[str, Any]:
        """Invoke a function and wait for its answer."""
        try:
            said = self.client.invoke(
                FunctionName=f"{self.installation}-calls_{name}",
                Payload=json.dumps(given).encode(),
            )
            body: dict[str, Any] = json.loads(said["Payload"].read())
        except ReadTimeoutError as error:
            raise _late() from error
        except (ClientError, BotoCoreError, ValueError) as error:
            detail = "This cannot be looked up now; try again in a moment."
            raise Unavailable(detail) from error
        if "FunctionError" in said:
            raise _broken(body)
        if "error" in body:
            raise from_data(body["error"])
        answer: dict[str, Any] = body["answer"]
        return answer


def _late() -> DeadlinePassed:
    return DeadlinePassed(f"The server gave no answer within {ANSWER_SECONDS} s; try again.")


def _broken(body: dict[str, Any]) -> DeadlinePassed | Unavailable:
    """The error of a function that ended without an answer."""
    told = f"{body.get('errorType', '')} {body.get('errorMessage', '')}"
    if any(words in told for words in _TIMED_OUT):
        return _late()
    return Unavailable("This cannot be looked up now; it is logged. Try again in a moment.")
