"""Asks the API: one request at a time, repeated where that does no harm, errors told by meaning.

Every POST carries an `Idempotency-Key`, so that a request whose answer was lost can be sent again
and is done once; a repeated delete joins the one in hand. Redirects are not followed: the API has
none, and a token goes nowhere else.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx

from hoster_cli import __version__
from hoster_cli.calls import Call
from hoster_cli.errors import Document, NotFound, Problem, Refused, Unreachable

BASE = "/api/v1"
MEDIA_TYPE = "application/vnd.api+json"
SECONDS = 35.0
"""Longer than the gateway's own deadline of 29 s, so that its answer is what is told."""
PAUSES = (0.5, 1.5, 4.0)
"""Seconds before each further try."""
LONGEST_WAIT = 30.0
"""An answer that asks to come back later than this is told instead."""
PAGE = "200"
PASSING = {HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT}
NEXT_STEPS: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Sign in with a token that is valid: hoster login.",
    HTTPStatus.PAYMENT_REQUIRED: "Your plan's requests are used up; a larger plan has more.",
}
"""What to do where the API's own words cannot know the command."""
NARROW = "scope_missing"
"""The code of a refusal that another token would not meet."""
NO_TOKEN = "session_required"  # noqa: S105 - the code of a refusal


@dataclass
class Api:
    """One installation's API with one token."""

    url: str
    token: str = ""
    sleep: Callable[[float], None] = time.sleep
    """What passes between tries."""
    seconds: float = SECONDS
    """For an answer, and before that for a connection."""
    pauses: tuple[float, ...] = PAUSES
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Accept": MEDIA_TYPE, "User-Agent": f"hoster-cli/{__version__}"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        self.http = httpx.Client(base_url=self.url, timeout=self.seconds, headers=headers)

    def ask(
        self,
        call: Call,
        *places: str,
        query: Mapping[str, str] | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Document:
        """Do a call and return its document; an answer without one is an empty document.

        Raises `NotFound`, `Refused` or `Unreachable`.
        """
        _hold_to(call, query or {}, attributes or {})
        request = self.http.build_request(
            call.method,
            f"{BASE}{call.to(*places)}",
            params=dict(query or {}),
            headers={"Idempotency-Key": str(uuid.uuid4())} if call.method == "POST" else None,
            json=_document(call, attributes) if call.sends else None,
        )
        if call.sends:
            request.headers["Content-Type"] = MEDIA_TYPE
        return _told(self._answered(request))

    def all(self, call: Call, *places: str, query: Mapping[str, str] | None = None) -> Document:
        """A list with all of its pages as one document."""
        found = self.ask(call, *places, query={"page[size]": PAGE, **(query or {})})
        for page in self._further(call, places, query or {}, found):
            found["data"] = [*found["data"], *page["data"]]
        found.pop("links", None)
        return found

    def _further(
        self, call: Call, places: tuple[str, ...], query: Mapping[str, str], page: Document
    ) -> Iterator[Document]:
        """The pages after one."""
        while following := (page.get("links") or {}).get("next"):
            after = httpx.URL(following).params["page[after]"]
            words = {"page[size]": PAGE, "page[after]": after, **query}
            page = self.ask(call, *places, query=words)
            yield page

    def _answered(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again after what passes by itself, and return what came last."""
        for usual in (*self.pauses, None):
            pause = usual
            try:
                answer = self.http.send(request)
            except httpx.TransportError as error:
                if pause is None or not _may_be_sent_again(request, error):
                    said = f"{self.url} cannot be reached: {_reason(error)}"
                    hint = "Look at your network and at the address: hoster whoami, HOSTER_URL."
                    raise Unreachable(said, hint=hint) from error
            else:
                pause = None if usual is None else _comes_again(answer, usual)
                if pause is None:
                    return answer
            self.sleep(pause)
        raise AssertionError  # the last try returns or raises


def _hold_to(call: Call, query: Mapping[str, str], attributes: Mapping[str, Any]) -> None:
    """See that nothing is sent that a call does not declare."""
    undeclared = ({*query} - call.query) | ({*attributes} - call.sends)
    if undeclared:
        detail = f"{call.method} {call.path} does not declare {', '.join(sorted(undeclared))}"
        raise ValueError(detail)


def _document(call: Call, attributes: Mapping[str, Any] | None) -> Document:
    return {"data": {"type": call.type, "attributes": dict(attributes or {})}}


def _may_be_sent_again(request: httpx.Request, error: httpx.TransportError) -> bool:
    """Whether a request did not arrive, or does no harm when it arrives twice."""
    return request.method != "PATCH" or isinstance(error, httpx.ConnectError)


def _comes_again(answer: httpx.Response, pause: float) -> float | None:
    """After how many seconds a refused request is sent again; None where it is not."""
    again = answer.status_code == HTTPStatus.TOO_MANY_REQUESTS or (
        answer.status_code == HTTPStatus.CONFLICT and "Retry-After" in answer.headers
    )
    if again:
        asked = answer.headers.get("Retry-After", "")
        wait = float(asked) if asked.isdecimal() else pause
        return wait if wait <= LONGEST_WAIT else None
    return pause if answer.status_code in PASSING else None


def _reason(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__


def _told(answer: httpx.Response) -> Document:
    """The document of a good answer. Raises what any other one says."""
    if answer.is_success:
        return _json(answer) if answer.content else {}
    raise problem(answer.status_code, _json(answer), answer.headers.get("Retry-After"))


def _json(answer: httpx.Response) -> Document:
    """An answer's document; what is none comes from something else than the API."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    said = f"{answer.url.host} answered {answer.status_code}, and not as the API does."
    hint = "Is this the address of a Hoster installation? Sign in again with its own: hoster login."
    raise Unreachable(said, hint=hint)


def problem(status: int, document: Document, retry_after: str | None = None) -> Problem:
    """What an error document says, by meaning."""
    errors = [error for error in document.get("errors") or [] if isinstance(error, dict)]
    lines = [_line(error) for error in errors] or [str(document.get("error") or f"It is {status}.")]
    hint = NEXT_STEPS.get(status, "")
    if status == HTTPStatus.TOO_MANY_REQUESTS and retry_after:
        hint = f"Try again in {retry_after} s."
    for meta in (error.get("meta") for error in errors if error.get("code") == NARROW):
        hint = f"Sign in with a token of scope {(meta or {}).get('needed')}: hoster login."
    if any(error.get("code") == NO_TOKEN for error in errors):
        hint = "No token may do that, whatever its scope: sign in in the web app and do it there."
    return _kind(status)("\n".join(lines), hint=hint, document=document)


def _kind(status: int) -> type[Problem]:
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return NotFound
    return Unreachable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Refused


def _line(error: Document) -> str:
    """One error in a line: what it is about, what is wrong, and its code for programs."""
    source = error.get("source") or {}
    about = str(source.get("pointer") or "").removeprefix("/data/attributes/")
    detail = str(error.get("detail") or error.get("title") or "It was refused.")
    code = f" ({error['code']})" if error.get("code") else ""
    return f"{f'{about}: ' if about else ''}{detail}{code}"
