"""Webhooks: signed, sent until they are taken, and as unreliable as somebody asks for.

`POST /_local/webhooks {"type": "checkout.session.*", "play": "fail", "value": 2, "times": 1}`
plays with the next events of a type: `lose`, `fail` (so many tries), `delay` (so many seconds),
`duplicate`, or `hold` until `POST /_local/webhooks/release {"reversed": true}`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field

from infra.local.stripe.account import Json

FIRST_WAIT = 1.0
LONGEST_WAIT = 3600.0
MOST_TRIES = 20


def signature(body: bytes, secret: str, at: int) -> str:
    """The header that proves a body of this second."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class Play(BaseModel):
    """What is to happen to the next events of a type; a `*` at its end stands for any rest."""

    model_config = ConfigDict(extra="forbid")

    type: str = "*"
    play: Literal["lose", "fail", "delay", "duplicate", "hold"]
    value: float = 1
    times: Annotated[int, Field(ge=1)] = 1

    def takes(self, kind: str) -> bool:
        """Whether an event is meant; counted down."""
        meant = kind.startswith(self.type[:-1]) if self.type.endswith("*") else kind == self.type
        if not meant or self.times == 0:
            return False
        self.times -= 1
        return True


@dataclass
class Delivery:
    """One event on its way. Times are seconds of a clock that only goes on."""

    event: Json
    due: float
    tries: int = 0
    failures: int = 0
    """How many tries fail on purpose."""


@dataclass
class Webhooks:
    """What is still to be sent to one address, by a thread of its own."""

    url: str
    secret: str
    now: Callable[[], int] = lambda: int(time.time())
    plays: list[Play] = field(default_factory=list)
    waiting: list[Delivery] = field(default_factory=list)
    held: list[Delivery] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)
    """What was tried: the event's id and type, the status of the answer, which try it was."""
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _ended: bool = False

    def tell(self, event: Json) -> None:
        """Put an event on its way, as it was asked for."""
        with self._changed:
            play = next((one for one in self.plays if one.takes(event["type"])), None)
            delivery = Delivery(event, time.monotonic())
            kind = play.play if play else ""
            if kind == "lose":
                return
            if kind == "hold":
                self.held.append(delivery)
                return
            self.waiting.append(delivery)
            if kind == "duplicate":
                self.waiting.append(Delivery(event, delivery.due))
            elif kind == "delay" and play:
                delivery.due += play.value
            elif kind == "fail" and play:
                delivery.failures = int(play.value)
            self._changed.notify()

    def release(self, *, backwards: bool) -> None:
        """Send what was held, in the order in which it came or in the opposite one."""
        with self._changed:
            held, self.held = self.held, []
            for delivery in held:
                delivery.due = held[0].due
            self.waiting += reversed(held) if backwards else held
            self._changed.notify()

    def run(self) -> None:
        """Send what is due until the end."""
        with httpx.Client(timeout=30, trust_env=False) as client:
            while (delivery := self._next()) is not None:
                status = 0 if delivery.failures else self._send(client, delivery.event)
                self._sent(delivery, status)

    def end(self) -> None:
        """Send nothing more."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def _next(self) -> Delivery | None:
        """Wait for what is due first; None at the end."""
        with self._changed:
            while not self._ended:
                first = min(self.waiting, key=lambda one: one.due, default=None)
                left = None if first is None else first.due - time.monotonic()
                if first is not None and left is not None and left <= 0:
                    self.waiting.remove(first)
                    return first
                self._changed.wait(left)
        return None

    def _send(self, client: httpx.Client, event: Json) -> int:
        body = json.dumps(event, indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self.secret, self.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            return client.post(self.url, content=body, headers=headers).status_code
        except httpx.HTTPError:
            return 0

    def _sent(self, delivery: Delivery, status: int) -> None:
        with self._changed:
            delivery.tries += 1
            delivery.failures = max(delivery.failures - 1, 0)
            event = delivery.event
            told = {"id": event["id"], "type": event["type"], "status": status}
            self.sent.append({**told, "try": delivery.tries})
            if not 200 <= status < 300 and delivery.tries < MOST_TRIES:
                wait = min(FIRST_WAIT * 2 ** (delivery.tries - 1), LONGEST_WAIT)
                delivery.due = time.monotonic() + wait
                self.waiting.append(delivery)
