"""APIGate's metering endpoint: `chalicelib.ports.metering.Meter` made real."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from chalicelib.adapters.metering.edge import Edge, NoAnswer, NotReached
from chalicelib.domain.errors import (
    MeterInDoubt,
    MeterUnavailable,
    NoneCounted,
    ProductError,
    ReportRefused,
)
from chalicelib.ports.metering import Rejection
from chalicelib.ports.records import Usage

MEDIA_TYPE = "application/vnd.api+json"
NOT_NOW = frozenset({401, 404, 405, 429})
"""Answers of a gateway that did not look at the events."""
REFUSED = frozenset({400, 413})
JUDGED = REFUSED | {422}
"""Answers by which events are judged, if they are the gateway's own documents: what stands between,
as an edge that misses a client certificate, answers 400 with a page."""
SCOPE = "insufficient_scope"
"""The code of the same with 403; anybody between may answer 403 for a reason of their own."""
WORDS = 300
"""Letters of the gateway's own words that are kept."""


class APIGateMeter:
    """The meter of one gateway."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.edge = Edge(url, secret)

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        """Send one report, once."""
        document = json.dumps({"data": [_resource(event) for event in events]}).encode()
        headers = {"Content-Type": MEDIA_TYPE, "X-Service-Name": "hoster"}
        try:
            said = self.edge.ask("POST", "", document, headers)
        except NotReached as error:
            raise MeterUnavailable(str(error)) from error
        except NoAnswer as error:
            raise MeterInDoubt(f"The gateway did not answer a report: {error}.") from error
        if said.status != 202:
            raise _refusal(said.status, said.text, said.retry_after)
        return _verdicts(said.text, events)


def _resource(event: Usage) -> dict[str, Any]:
    """An event as the gateway reads it; one without a time is of the gateway's own now."""
    attributes = {
        "id": event.id,
        "user_id": event.user,
        "event_type": event.event,
        "resource_id": event.resource,
        "resource_type": event.resource_type,
        "quantity": event.quantity,
        "metadata": {name: str(value) for name, value in event.metadata.items()},
    }
    return {
        "type": "usage_events",
        "attributes": attributes | ({"timestamp": event.at} if event.at else {}),
    }


def _verdicts(text: bytes, events: Sequence[Usage]) -> dict[str, Rejection]:
    """What is not counted, of an answer that tells of each event. Raises `MeterInDoubt`."""
    try:
        meta = json.loads(text)["meta"]
        told = {
            events[one["index"]].id: Rejection(str(one["code"]), str(one["detail"])[:WORDS])
            for one in meta["errors"] or ()
        }
        is_whole = meta["accepted"] + meta["rejected"] == len(events)
        if is_whole and meta["rejected"] == len(told):
            return told
    except (ValueError, LookupError, TypeError):
        pass
    raise MeterInDoubt("The gateway took a report and did not say what it counted of it.")


def _refusal(status: int, text: bytes, retry_after: str | None) -> ProductError:
    """What another answer means."""
    code, words = _first_error(text)
    detail = f"The gateway answered a report with {status}" + (f": {words}" if words else ".")
    if status == 422 and code:
        return NoneCounted(detail)
    if status in REFUSED and code:
        return ReportRefused(detail, code=code)
    known = status in NOT_NOW or status in JUDGED or (status == 403 and code == SCOPE)
    error: ProductError = MeterUnavailable(detail) if known else MeterInDoubt(detail)
    error.retry_after = _seconds(retry_after)
    return error


def _first_error(text: bytes) -> tuple[str, str]:
    """The code and the words of an error document; empty for anything else."""
    try:
        [error, *_] = json.loads(text)["errors"]
        return str(error["code"])[:WORDS], str(error["detail"])[:WORDS]
    except (ValueError, LookupError, TypeError):
        return "", ""


def _seconds(retry_after: str | None) -> int | None:
    """Read a `Retry-After`: seconds, or a date."""
    if retry_after is None:
        return None
    if retry_after.strip().isascii() and retry_after.strip().isdigit():
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
        return max(0, int((moment - datetime.now(UTC)).total_seconds()))
    except (ValueError, TypeError):
        return None
