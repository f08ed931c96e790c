"""The metering endpoint: each event gets its own verdict (contract, section 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from infra.local.gateway.accounts import Accounts

TYPES = frozenset(
    [
        "api.request",
        "deployment.created",
        "deployment.started",
        "deployment.stopped",
        "deployment.deleted",
        "compute.minutes",
        "storage.gb_hours",
        "bandwidth.gb",
    ]
)
MOST = 1000


class BadBatch(Exception):
    """A batch that is refused as a whole."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


@dataclass
class Meter:
    """What was reported. Ids are remembered for the life of the process, rows in a file."""

    accounts: Accounts
    file: Path
    seen: set[str] = field(default_factory=set)

    def take(self, body: bytes) -> dict[str, Any]:
        """Judge a batch and keep what is accepted. Raises `BadBatch`."""
        try:
            events = json.loads(body)["data"]
            attributes = [event["attributes"] for event in events]
        except (ValueError, TypeError, KeyError) as error:
            raise BadBatch(400, "bad_request", "Invalid JSON body") from error
        if not attributes:
            raise BadBatch(422, "validation_error", "At least one event is required")
        if len(attributes) > MOST:
            raise BadBatch(422, "validation_error", "Maximum 1000 events per batch")
        errors = []
        accepted = 0
        with self.file.open("a") as rows:
            for index, event in enumerate(attributes):
                fault = self._fault(event)
                if fault is None:
                    self.seen.add(event["id"])
                    rows.write(json.dumps(event) + "\n")
                    accepted += 1
                else:
                    entry = {"index": index, "id": event.get("id", ""), "code": fault}
                    errors.append({**entry, "detail": fault.replace("_", " ")})
        if not accepted:
            raise BadBatch(422, "validation_error", "All events failed validation")
        return {"meta": {"accepted": accepted, "errors": errors or None, "rejected": len(errors)}}

    def _fault(self, event: dict[str, Any]) -> str | None:
        if any(not event.get(name) for name in ("id", "user_id", "event_type")):
            return "validation_error"
        kind = event["event_type"]
        if kind not in TYPES and not (kind.startswith("custom.") and len(kind) > 7):
            return "invalid_event_type"
        if event["id"] in self.seen:
            return "duplicate_event"
        if self.accounts.get(event["user_id"]) is None:
            return "user_not_found"
        if not _timely(event.get("timestamp")):
            return "invalid_timestamp"
        quantity = event.get("quantity") or 1
        return "invalid_quantity" if quantity < 0 else None


def _timely(text: str | None) -> bool:
    if not text:
        return True
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return False
    now = datetime.now(UTC)
    return now - timedelta(days=7) <= moment <= now + timedelta(minutes=1)
