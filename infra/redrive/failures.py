"""A queue of failures: what waits in it, and the two ways for it to leave.

It holds messages that a function could not take from a queue; or calls that failed: in the form of
Lambda's destinations, which tells the function and what it was given, or as the event that a rule
could not hand on. Each is handed back first and removed then, so that what is cut off between is
handed back twice: whoever takes them takes them twice without harm.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
SUFFIX = "-failures"
AT_ONCE = 10
"""Messages that SQS gives in one call."""
RULE = "RULE_ARN"
"""Where EventBridge says which rule could not hand an event on."""
HELD_SECONDS = 120
"""For how long nobody else sees a message that is in hand."""


@dataclass(frozen=True)
class Failures:
    """The queue of failures beside one queue, or of calls that Lambda made by itself."""

    name: str
    url: str
    installation: str
    sqs: Any
    functions: Any
    """Lambda's client."""

    def waiting(self) -> int:
        """How many messages wait, about."""
        asked = ["ApproximateNumberOfMessages"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=asked)
        return int(found["Attributes"][asked[0]])

    def shown(self) -> list[Json]:
        """Up to ten of those that wait, which go on waiting."""
        found = self._received(seconds=0)
        return [{"body": one["Body"], "attributes": one.get("Attributes", {})} for one in found]

    def hand_back(self) -> int:
        """Hand back what waits now; how many. What fails again meanwhile is left for later."""
        count = 0
        for message in self._each():
            self._again(message)
            self._remove(message)
            count += 1
        return count

    def drop(self) -> int:
        """Remove what waits now; how many."""
        count = 0
        for message in self._each():
            self._remove(message)
            count += 1
        return count

    def _each(self) -> Iterator[Json]:
        left = self.waiting()
        while left > 0 and (found := self._received(seconds=HELD_SECONDS)):
            left -= len(found)
            yield from found

    def _received(self, *, seconds: int) -> list[Json]:
        found = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=AT_ONCE,
            VisibilityTimeout=seconds,
            MessageAttributeNames=["All"],
            AttributeNames=["SentTimestamp", "ApproximateReceiveCount"],
            WaitTimeSeconds=1,
        )
        return list(found.get("Messages", ()))

    def _again(self, message: Json) -> None:
        if (call := call_in(message)) is not None:
            function, payload = call
            self.functions.invoke(
                FunctionName=function, InvocationType="Event", Payload=payload.encode()
            )
            return
        source = f"{self.installation}-{self.name}"
        self.sqs.send_message(
            QueueUrl=self.sqs.get_queue_url(QueueName=source)["QueueUrl"],
            MessageBody=message["Body"],
            MessageAttributes=message.get("MessageAttributes", {}),
        )

    def _remove(self, message: Json) -> None:
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])


def call_in(message: Json) -> tuple[str, str] | None:
    """The function and payload of a call that failed; None for any other message."""
    rule = message.get("MessageAttributes", {}).get(RULE, {}).get("StringValue")
    if rule:
        # A rule has the name of the one function that it calls.
        return str(rule).rsplit("/", 1)[1], str(message["Body"])
    try:
        said = json.loads(message["Body"])
        return str(said["requestContext"]["functionArn"]), json.dumps(said["requestPayload"])
    except (ValueError, KeyError, TypeError):
        return None


def queues(sqs: Any, functions: Any, installation: str) -> dict[str, Failures]:
    """Every queue of failures of an installation, by the name of the queue beside it."""
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{installation}-")
    found = {}
    for page in pages:
        for url in page.get("QueueUrls", ()):
            full = str(url).rsplit("/", 1)[1]
            if full.endswith(SUFFIX):
                name = full.removeprefix(f"{installation}-").removesuffix(SUFFIX)
                found[name] = Failures(name, url, installation, sqs, functions)
    return dict(sorted(found.items()))
