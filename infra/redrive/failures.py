"""The queue of failures: whose messages wait in it, and the two ways for them to leave.

It holds what a function could not take from a queue, and SQS tells with each message which queue
that was. And it holds calls that failed: in the form of Lambda's destinations, which tells the
function and what it was given, or as the event that a rule could not hand on. Each is handed back
first and removed then, so that what is cut off between is handed back twice: whoever takes them
takes them twice without harm. SQS's own way back knows no calls, and no single queue.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
CALLS = "events"
"""What the calls that failed are asked for by, beside the names of queues."""
SOURCE = "DeadLetterQueueSourceArn"
"""Where SQS says from which queue it moved a message."""
RULE = "RULE_ARN"
"""Where EventBridge says which rule could not hand an event on."""
AT_ONCE = 10
"""Messages that SQS gives, or hides, in one call; and as many are shown."""
HELD_SECONDS = 120
"""For how long nobody else sees a message that is in hand."""


@dataclass(frozen=True)
class Failures:
    """What waits in an installation's queue of failures."""

    installation: str
    sqs: Any
    functions: Any
    """Lambda's client."""

    @property
    def url(self) -> str:
        """The queue's. Raises `ClientError` where there is none."""
        return str(self.sqs.get_queue_url(QueueName=f"{self.installation}-failures")["QueueUrl"])

    def waiting(self) -> Counter[str]:
        """How many messages wait, by the queue that they are from."""
        with self._all() as messages:
            return Counter(self.origin(one) for one in messages)

    def shown(self, name: str) -> list[Json]:
        """Up to ten of those of one queue, which go on waiting."""
        with self._all() as messages:
            found = (one for one in messages if self.origin(one) == name)
            return [
                {"body": one["Body"], "attributes": one["Attributes"]}
                for one, _ in zip(found, range(AT_ONCE), strict=False)
            ]

    def hand_back(self, name: str) -> int:
        """Hand back what waits now of one queue; how many. What fails again is left for later."""
        return self._end(name, self._again)

    def drop(self, name: str) -> int:
        """Remove what waits now of one queue; how many."""
        return self._end(name, lambda _: None)

    def origin(self, message: Json) -> str:
        """The queue that a message is from; `events` for a call that failed."""
        source = str(message["Attributes"].get(SOURCE, CALLS)).rsplit(":", 1)[-1]
        return source.removeprefix(f"{self.installation}-")

    def _end(self, name: str, do: Callable[[Json], None]) -> int:
        count = 0
        with self._all() as messages:
            for message in messages:
                if self.origin(message) == name:
                    do(message)
                    handle = message["ReceiptHandle"]
                    self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=handle)
                    count += 1
        return count

    @contextmanager
    def _all(self) -> Iterator[Iterator[Json]]:
        """Each message that waits now, once; what was not removed then waits on for everybody."""
        url, held = self.url, dict[str, str]()
        try:
            yield self._each(url, held)
        finally:
            handles = list(held.values())
            for start in range(0, len(handles), AT_ONCE):
                entries = [
                    {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for number, handle in enumerate(handles[start : start + AT_ONCE])
                ]
                # Those that are gone are told one by one in the answer.
                self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)

    def _each(self, url: str, held: dict[str, str]) -> Iterator[Json]:
        asked = "ApproximateNumberOfMessages"
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[asked])
        left = int(told["Attributes"][asked])
        while left > 0 and (found := self._received(url)):
            left -= len(found)
            new = [one for one in found if one["MessageId"] not in held]
            held.update({one["MessageId"]: one["ReceiptHandle"] for one in found})
            yield from new

    def _received(self, url: str) -> list[Json]:
        found = self.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=AT_ONCE,
            VisibilityTimeout=HELD_SECONDS,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=[SOURCE, "SentTimestamp", "ApproximateReceiveCount"],
            WaitTimeSeconds=1,
        )
        return list(found.get("Messages", ()))

    def _again(self, message: Json) -> None:
        name = self.origin(message)
        if name == CALLS:
            function, payload = call_in(message)
            self.functions.invoke(
                FunctionName=function, InvocationType="Event", Payload=payload.encode()
            )
            return
        source = f"{self.installation}-{name}"
        self.sqs.send_message(
            QueueUrl=self.sqs.get_queue_url(QueueName=source)["QueueUrl"],
            MessageBody=message["Body"],
            MessageAttributes=message.get("MessageAttributes", {}),
        )


def call_in(message: Json) -> tuple[str, str]:
    """The function and payload of a call that failed. Raises `LookupError` for what tells none."""
    rule = message.get("MessageAttributes", {}).get(RULE, {}).get("StringValue")
    if rule:
        # A rule has the name of the one function that it calls.
        return str(rule).rsplit("/", 1)[1], str(message["Body"])
    try:
        said = json.loads(message["Body"])
        return str(said["requestContext"]["functionArn"]), json.dumps(said["requestPayload"])
    except (ValueError, KeyError, TypeError) as error:
        told = f"Message {message['MessageId']} tells neither its queue nor a call: LOOK=1 shows it"
        raise LookupError(told) from error
