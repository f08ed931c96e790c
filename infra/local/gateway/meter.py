"""Reported usage: each event gets its own verdict (contract, section 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

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
CUSTOM = "custom."
MOST = 1000
SHOWN = 50
POINTER = "/data/attributes/data"
Fault = tuple[str, str]
"""The code and the detail of what is wrong with an event."""


class BadBatch(Exception):
    """A batch that is refused as a whole."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code


class Event(BaseModel):
    """One event as it is sent; what is left out is as good as empty."""

    model_config = ConfigDict(strict=True)

    id: str | None = None
    user_id: str | None = None
    event_type: str | None = None
    resource_id: str | None = None
    resource_type: str | None = None
    quantity: float | None = None
    metadata: dict[str, str] | None = None
    timestamp: str | None = None


class _Item(BaseModel):
    attributes: Event = Event()


class _Batch(BaseModel):
    data: list[_Item] | None = None


@dataclass
class Meter:
    """What was reported, in a file of rows, each under an id of its own.

    Duplicates are told by what was seen since the start alone. As with the real one, a report that
    holds an id which was stored before that is lost as a whole, and answered as if it was taken.
    """

    accounts: Accounts
    file: Path
    rows: list[dict[str, Any]] = field(init=False)
    stored: set[str] = field(init=False)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Read what was reported before a restart."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        self.rows = [json.loads(line) for line in lines]
        self.stored = {row["id"] for row in self.rows}

    def forget(self) -> None:
        """Know no more than after a restart."""
        self.seen.clear()

    def take(self, body: bytes, source: str) -> dict[str, Any]:
        """Judge a batch and keep what is accepted. Raises `BadBatch`."""
        events = _read(body)
        errors, taken = [], []
        for index, event in enumerate(events):
            fault = self._fault(event)
            if fault is None:
                self.seen.add(str(event.id))
                taken.append(_row(event, source))
            else:
                code, detail = fault
                entry = {"index": index, "id": event.id or "", "code": code, "detail": detail}
                errors.append(entry)
        if not taken:
            raise BadBatch(422, "validation_error", "All events failed validation")
        self._keep(taken)
        return {"meta": {"accepted": len(taken), "errors": errors or None, "rejected": len(errors)}}

    def of_user(self, user_id: str) -> list[dict[str, Any]]:
        """The newest events of a user, newest first, as resource objects."""
        rows = [row for row in self.rows if row["user_id"] == user_id][-SHOWN:]
        return [{"type": "usage_events", "id": r["id"], "attributes": r} for r in reversed(rows)]

    def _keep(self, taken: list[dict[str, Any]]) -> None:
        """Store all rows, or none where one has the id of another."""
        ids = {row["id"] for row in taken}
        if ids & self.stored:
            return
        with self.file.open("a") as rows:
            rows.writelines(json.dumps(row) + "\n" for row in taken)
        self.rows += taken
        self.stored |= ids

    def _fault(self, event: Event) -> Fault | None:
        """The first check that an event fails."""
        checks = (_lacking, _unknown, self._repeated, self._nobody, _untimely, _negative)
        return next((fault for check in checks if (fault := check(event))), None)

    def _repeated(self, event: Event) -> Fault | None:
        if event.id not in self.seen:
            return None
        return "duplicate_event", "Event with this ID already processed"

    def _nobody(self, event: Event) -> Fault | None:
        if self.accounts.get(str(event.user_id)) is not None:
            return None
        return "user_not_found", f"User '{event.user_id}' does not exist"


def _row(event: Event, source: str) -> dict[str, Any]:
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    row = event.model_dump(exclude_none=True)
    row |= {"quantity": event.quantity or 1, "timestamp": event.timestamp or now}
    return row | {"source": source}


def _read(body: bytes) -> list[Event]:
    try:
        batch = _Batch.model_validate_json(body)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        raise BadBatch(400, "bad_request", f"Invalid JSON body: {reason}") from error
    if not batch.data:
        raise BadBatch(422, "validation_error", "At least one event is required")
    if len(batch.data) > MOST:
        raise BadBatch(422, "validation_error", f"Maximum {MOST} events per batch")
    return [item.attributes for item in batch.data]


def _lacking(event: Event) -> Fault | None:
    missing = [name for name in ("id", "user_id", "event_type") if not getattr(event, name)]
    return ("validation_error", f"{missing[0]} is required") if missing else None


def _unknown(event: Event) -> Fault | None:
    kind = str(event.event_type)
    if kind in TYPES or (kind.startswith(CUSTOM) and kind != CUSTOM):
        return None
    return "invalid_event_type", f"Unknown event type '{kind}'"


def _untimely(event: Event) -> Fault | None:
    """What is wrong with a timestamp; a missing one is now."""
    if not event.timestamp:
        return None
    try:
        moment = datetime.fromisoformat(event.timestamp)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        return "invalid_timestamp", "Timestamp must be in RFC3339 format"
    now = datetime.now(UTC)
    if moment > now + timedelta(minutes=1):
        return "invalid_timestamp", "Timestamp cannot be in the future"
    if moment < now - timedelta(days=7):
        return "invalid_timestamp", "Timestamp cannot be older than 7 days"
    return None


def _negative(event: Event) -> Fault | None:
    if (event.quantity or 0) >= 0:
        return None
    return "invalid_quantity", "Quantity must be >= 0"
