"""What waits in a queue, taken out of moto itself."""

from __future__ import annotations

from moto.sqs.models import sqs_backends

ACCOUNT, REGION = "123456789012", "us-east-1"


def taken(url: str) -> list[str]:
    """Take the body of every message, whatever its delay.

    Whoever receives is shown none that was sent later than now, which is any message once the
    machine's clock was set back.
    """
    waiting = sqs_backends[ACCOUNT][REGION].queues[url.rsplit("/", 1)[1]]._messages
    bodies = [message.body for message in waiting]
    waiting.clear()
    return bodies
