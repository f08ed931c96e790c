"""What a test account at Stripe holds: its objects by kind, kept in a file, and its events."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local.stripe.refusals import missing

Json = dict[str, Any]
PREFIXES = {
    "customer": "cus_",
    "checkout.session": "cs_test_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "dispute": "dp_",
    "event": "evt_",
}
API_VERSION = "2025-03-31.basil"
"""What events say where nobody asked for another version yet."""


class Account:
    """Objects by kind and id. Whoever listens is told each event as it happens."""

    def __init__(self, file: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self.file = file
        self.clock = now
        self.api_version = API_VERSION
        self.listeners: list[Callable[[Json], None]] = []
        self.objects: dict[str, dict[str, Json]] = {kind: {} for kind in PREFIXES}
        if file is not None and file.exists():
            self.objects |= json.loads(file.read_text())

    def now(self) -> int:
        """The present in seconds since 1970."""
        return int(self.clock())

    def add(self, kind: str, **fields: Any) -> Json:
        """Make an object of a kind."""
        made = {
            "id": PREFIXES[kind] + secrets.token_hex(12),
            "object": kind,
            "created": self.now(),
            "livemode": False,
            **fields,
        }
        self.objects[kind][made["id"]] = made
        return made

    def get(self, kind: str, object_id: str, *, param: str = "id", status: int = 404) -> Json:
        """An object. Raises `Refused` where there is none."""
        found = self.objects[kind].get(object_id)
        if found is None:
            raise missing(kind, object_id, param=param, status=status)
        return found

    def tell(self, kind: str, about: Json) -> Json:
        """Have something happened: an event with the object as it is now."""
        event = self.add(
            "event",
            api_version=self.api_version,
            type=kind,
            data={"object": json.loads(json.dumps(about))},
            pending_webhooks=len(self.listeners),
            request={"id": None, "idempotency_key": None},
        )
        for listener in self.listeners:
            listener(event)
        return event

    def keep(self) -> None:
        """Write everything down, in one move."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        draft = self.file.with_suffix(".draft")
        draft.write_text(json.dumps(self.objects))
        draft.rename(self.file)
