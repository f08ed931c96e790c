"""Whether an installation works, asked from outside, as anybody could."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

WITHIN_SECONDS = 60.0
"""How long all of it may take to become true: names, caches and first starts take a while."""
PAUSE_SECONDS = 2.0
DOCUMENT = "application/vnd.api+json"


class Amiss(Exception):
    """Something is not as it should be; the text says what."""


@dataclass(frozen=True)
class Outcome:
    """One thing that was asked."""

    name: str
    detail: str
    """Why not; empty when it is as it should be."""

    @property
    def ok(self) -> bool:
        """Whether it is as it should be."""
        return not self.detail


Check = Callable[["Outside"], None]


class Outside:
    """Somebody anywhere: the platform by its address, and the API by its own."""

    def __init__(self, url: str, api: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self.api = api

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Ask the platform."""
        return self.http.get(path, **given)


def web_app(ask: Outside) -> None:
    """The web app is there, with what browsers are told of it."""
    page = ask.get("/some/page")
    _is(page, 200, "text/html")
    wanted = ("content-security-policy", "strict-transport-security", "x-content-type-options")
    missing = [name for name in wanted if name not in page.headers]
    _must(not missing, f"no {', '.join(missing)}")
    is_asked = "no-cache" in page.headers.get("cache-control", "")
    _must(is_asked, "the page may be kept unasked")


def health(ask: Outside) -> None:
    """The API lives."""
    _is(ask.get("/api/v1/health"), 200)


def readiness(ask: Outside) -> None:
    """The API reaches its tables, machines and key."""
    _is(ask.get("/api/v1/ready"), 200)


def catalogue(ask: Outside) -> None:
    """Visitors see the catalogue."""
    _is(ask.get("/api/v1/templates?page[size]=1"), 200, DOCUMENT)


def strangers(ask: Outside) -> None:
    """Nobody sees what is an account's, and what they say of themselves is not believed."""
    _is(ask.get("/api/v1/deployments"), 401)
    _is(ask.get("/api/v1/deployments", headers={"X-User-ID": "somebody"}), 401)


def accounts(ask: Outside) -> None:
    """Sign-in answers, and refuses a wrong password."""
    given = {"email": "nobody@example.com", "password": "not a password"}
    _is(ask.http.post("/mod/auth/login", json=given), 401)


def past_the_gateway(ask: Outside) -> None:
    """The API refuses who does not come through the gateway."""
    answer = httpx.get(f"{ask.api}/v1/templates", timeout=30, trust_env=False)
    _must(answer.status_code == 403, f"its own address answers {answer.status_code}, not 403")


def administration(ask: Outside) -> None:
    """The gateway's own calls are not there from outside."""
    for path in ("/_gw/admin/users", "/_internal/meter?user_id=x", "/metrics", "/mod/users"):
        answer = ask.get(path)
        kind = answer.headers.get("content-type", "")
        is_shown = answer.status_code == 200 and "text/html" not in kind
        _must(not is_shown, f"{path} answers {answer.status_code} {kind}")


CHECKS: tuple[Check, ...] = (
    web_app,
    health,
    readiness,
    catalogue,
    strangers,
    accounts,
    past_the_gateway,
    administration,
)

WITHOUT_GATEWAY: tuple[Check, ...] = (past_the_gateway,)
"""What is true of an installation whose gateway is still to come."""


def tried(
    url: str, api: str, *, within: float = WITHIN_SECONDS, checks: tuple[Check, ...] = CHECKS
) -> list[Outcome]:
    """Ask everything; what is not as it should be is asked again until the time is over.

    `url` is the platform's address, `api` the API's own, with its stage.
    """
    end, outside = time.monotonic() + within, Outside(url, api)
    while True:
        outcomes = [_outcome(check, outside) for check in checks]
        if all(one.ok for one in outcomes) or time.monotonic() > end:
            return outcomes
        time.sleep(PAUSE_SECONDS)


def _outcome(check: Check, outside: Outside) -> Outcome:
    title = (check.__doc__ or check.__name__).rstrip(".")
    try:
        check(outside)
    except (Amiss, httpx.HTTPError) as error:
        return Outcome(title, str(error) or type(error).__name__)
    return Outcome(title, "")


def _is(answer: httpx.Response, status: int, kind: str = "") -> None:
    path, found = answer.request.url.path, answer.headers.get("content-type", "")
    _must(answer.status_code == status, f"{path} answers {answer.status_code}, not {status}")
    _must(kind in found, f"{path} is {found or 'of no type'}, not {kind}")


def _must(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Amiss(otherwise)
