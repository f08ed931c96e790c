"""APIGate's metering endpoint: `chalicelib.ports.metering.Meter` made real."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from chalicelib.domain.errors import (
    MeterInDoubt,
    MeterUnavailable,
    NoneCounted,
    ProductError,
    ReportRefused,
    Unavailable,
)
from chalicelib.ports.metering import Rejection
from chalicelib.ports.records import Usage

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
IDLE_SECONDS = 2.0
"""How long a connection may be unused and is still used: longer, and the gateway may hang up."""
MOST_BYTES = 10_000_000
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
    """The meter of one gateway, over one connection that is kept while it is used.

    `secret` gives the key, or an object with the `key` and a `certificate`: the PEM of a client
    certificate with its key, where the gateway's edge asks for one.
    """

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.url = urlsplit(url)
        self.secret = secret
        self._connection: http.client.HTTPConnection | None = None
        self._used_at = 0.0

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        """Send one report, once."""
        document = {"data": [_resource(event) for event in events]}
        key, certificate = _login(self._secret())
        headers = {"Content-Type": MEDIA_TYPE, "X-Service-Name": "hoster", "X-API-Key": key}
        connection = self._open(certificate)
        try:
            connection.request("POST", self.url.path, json.dumps(document).encode(), headers)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            self._close()
            detail = f"The gateway did not answer a report: {type(error).__name__}."
            raise MeterInDoubt(detail) from error
        if answer.will_close:
            self._close()
        self._used_at = time.monotonic()
        if answer.status != 202:
            raise _refusal(answer.status, text, answer.getheader("Retry-After"))
        return _verdicts(text, events)

    def _secret(self) -> str:
        """The secret, without which nothing is sent. Raises `MeterUnavailable`."""
        try:
            return self.secret()
        except Unavailable as error:
            raise MeterUnavailable("The meter's secret cannot be read now.") from error

    def _open(self, certificate: str) -> http.client.HTTPConnection:
        """The connection, which stands before anything is sent. Raises `MeterUnavailable`."""
        if self._connection and time.monotonic() - self._used_at < IDLE_SECONDS:
            return self._connection
        self._close()
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "https":
            opened: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=CONNECT_SECONDS, context=_tls(certificate)
            )
        else:
            opened = http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)
        try:
            opened.connect()
        except OSError as error:
            detail = f"The gateway cannot be reached: {type(error).__name__}."
            raise MeterUnavailable(detail) from error
        opened.sock.settimeout(ANSWER_SECONDS)
        self._connection = opened
        return opened

    def _close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


def _login(secret: str) -> tuple[str, str]:
    """The key, and the client certificate or an empty text. Raises `MeterUnavailable`."""
    if not secret.lstrip().startswith("{"):
        return secret, ""
    try:
        given = json.loads(secret)
        return str(given["key"]), str(given.get("certificate") or "")
    except (ValueError, LookupError):
        raise MeterUnavailable("The meter's secret is no object with a key.") from None


def _tls(certificate: str) -> ssl.SSLContext:
    """Whom the gateway is believed by, and who asks. Raises `MeterUnavailable`."""
    context = ssl.create_default_context()
    if certificate:
        with NamedTemporaryFile("w") as file:  # OpenSSL reads files alone; nobody else reads this
            file.write(certificate)
            file.flush()
            try:
                context.load_cert_chain(file.name)
            except (ssl.SSLError, OSError):
                raise MeterUnavailable("The meter's client certificate is none.") from None
    return context


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
