"""POST requests that are sent again: with `Idempotency-Key`, the second is an echo of the first.

Powertools keeps who is being answered and what was answered. What it keeps of a record is its
id, so that nothing of a record's lies in two places, and no secret in a place of its own. The id
of a new record is chosen before anything is made: whoever repeats a request whose function died
finds what it made, and makes no second one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from aws_lambda_powertools.utilities.idempotency import IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
    IdempotencyValidationError,
)

from chalicelib.domain.errors import (
    BadRequest,
    IdempotencyInProgress,
    IdempotencyMismatch,
    NotFound,
    ProductError,
    Unavailable,
)
from chalicelib.domain.errors_as_data import as_data, from_data
from chalicelib.ports.records import Record
from chalicelib.runtime import http, new_ids, wiring
from chalicelib.runtime.http import Answer, Request
from chalicelib.runtime.operation import IDEMPOTENCY_KEY, Call

HEADER = "Idempotency-Key"
WITHOUT_ANSWER = frozenset({503, 504})
"""Statuses of errors after which it may have been done all the same."""
MAX_LENGTH = 255
RETRY_SECONDS = 2
"""After how long it is worth asking again for an answer that is in the making."""


def answer_once(call: Call, do: Callable[[], Answer]) -> Answer:
    """Do what a request wants, or repeat the answer of the same request.

    `call` shows a record as the request wants it. Raises `BadRequest` for a key that is none,
    `IdempotencyMismatch` for one that came with another body, `IdempotencyInProgress` while the
    first request is being answered, and `Unavailable` when that cannot be told. A refusal is
    not kept: the key is free again, except for what may be done at most once and got no answer.
    """
    first = _First(call, do, *_marks(call))
    once = idempotent_function(
        first.run,
        data_keyword_argument="marks",
        persistence_store=wiring.idempotency(call.operation.repeats.seconds),
        config=_config(call),
        key_prefix="answer",
    )
    try:
        kept = once(marks={"request": first.request, "body": first.body})
    except IdempotencyValidationError as error:
        detail = f"This {HEADER} came with another body before; take a new one."
        raise IdempotencyMismatch(detail) from error
    except IdempotencyAlreadyInProgressError as error:
        detail = f"The request with this {HEADER} is being answered; ask again in a moment."
        raise IdempotencyInProgress(detail, retry_after=RETRY_SECONDS) from error
    except (IdempotencyPersistenceLayerError, IdempotencyInconsistentStateError) as error:
        if first.outcome is None:
            detail = f"Whether this {HEADER} came before cannot be told now; try again."
            raise Unavailable(detail) from error
    if first.outcome is None:
        return _repeated(call, kept)
    if isinstance(first.outcome, Exception):
        raise first.outcome
    return first.outcome


def _marks(call: Call) -> tuple[str, str]:
    """What tells a request and its body apart, under a secret: a short body cannot be guessed."""
    secret = wiring.idempotency_secret().encode()
    entry, request = call.operation, call.request
    who = [wiring.settings().installation, call.caller.member]
    what = [entry.method, entry.path, request.parameters]

    def mark(*parts: Any) -> str:
        text = json.dumps(parts, sort_keys=True)
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    marked = mark(who, what, _key_of(request))
    return marked, mark(marked, http.document_of(request))


def _key_of(request: Request) -> str:
    sent = request.headers[IDEMPOTENCY_KEY]
    key = sent[0] if len(sent) == 1 else ""
    if not (0 < len(key) <= MAX_LENGTH and key.isascii() and key.isprintable() and key.strip()):
        detail = f"{HEADER} must be sent once and have 1 to {MAX_LENGTH} printable ASCII letters."
        raise BadRequest(detail, header=HEADER)
    return key


@dataclass(frozen=True)
class _Lifetime:
    """How long a function can go on, in seconds: after that, nobody answers any more."""

    seconds: int

    def get_remaining_time_in_millis(self) -> int:
        """What Powertools asks a Lambda's context."""
        return self.seconds * 1000


def _config(call: Call) -> IdempotencyConfig:
    return IdempotencyConfig(
        event_key_jmespath="request",
        payload_validation_jmespath="body",
        raise_on_no_idempotency_key=True,
        expires_after_seconds=call.operation.repeats.seconds,
        hash_function="sha256",
        lambda_context=_Lifetime(call.operation.timeout),  # type: ignore[arg-type]
    )


@dataclass
class _First:
    """The first time that a request is answered: what comes of it, and what is kept of that."""

    call: Call
    do: Callable[[], Answer]
    request: str
    body: str
    outcome: Answer | Exception | None = None

    def run(self, *, marks: dict[str, str]) -> dict[str, Any]:  # noqa: ARG002 - Powertools reads it
        """Do it, and say what is kept of its answer."""
        try:
            answer = self._made() if _makes_record(self.call) else self.do()
        except ProductError as error:
            self.outcome = error
            if self.call.operation.repeats.at_most_once and error.status in WITHOUT_ANSWER:
                return {"error": as_data(error)}
            raise
        self.outcome = answer
        return _kept(answer, self.call.operation.repeats.without)

    def _made(self) -> Answer:
        """Make a record under the id that was chosen for it, unless it is there already."""
        prefix = self.call.resource.prefix
        fresh = new_ids.new_id(prefix)
        chosen = wiring.intents().choose(
            self.request + self.body, fresh, seconds=self.call.operation.repeats.seconds
        )
        record = wiring.records().get(chosen) if chosen != fresh else None
        if record is not None:
            return _shown(self.call, record, self.call.operation.success, {})
        with new_ids.next_id(prefix, chosen):
            return self.do()


def _makes_record(call: Call) -> bool:
    operation = call.operation
    return operation.success == 201 and (operation.shows is not None or operation.shows_secret)


def _kept(answer: Answer, without: tuple[str, ...]) -> dict[str, Any]:
    if answer.record_id:
        meta = (answer.document or {}).get("meta")
        return {"status": answer.status, "record": answer.record_id, "meta": meta}
    document = answer.document
    if document and without:
        data = document["data"]
        attributes = {**data["attributes"], **dict.fromkeys(without)}
        document = {**document, "data": {**data, "attributes": attributes}}
    return {"status": answer.status, "document": document, "headers": answer.headers}


def _repeated(call: Call, kept: dict[str, Any]) -> Answer:
    """Answer as before: with the record as it is now, or with the document as it was.

    Raises what the first request ended with where that is kept.
    """
    if "error" in kept:
        raise from_data(kept["error"])
    if "record" not in kept:
        return _echo(Answer(kept["status"], kept["document"], kept["headers"]))
    record = wiring.records().get(kept["record"])
    if record is None:
        raise NotFound("What this request made is not there any more.")
    return _shown(call, record, kept["status"], kept.get("meta") or {})


def _shown(call: Call, record: Record, status: int, meta: dict[str, Any]) -> Answer:
    """Show a record again with what was said besides; of a secret, that it was shown."""
    answer = call.show(record, status)
    if call.operation.shows_secret:
        meta = {**meta, "secret_shown": True}
    if meta and answer.document is not None:
        answer = replace(answer, document={**answer.document, "meta": meta})
    return _echo(answer)


def _echo(answer: Answer) -> Answer:
    return replace(answer, headers={**answer.headers, "Idempotent-Replayed": "true"})
