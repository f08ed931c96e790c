"""Checks of rates, quotas and streams: C-69 to C-80 of the gateway's contract.

They need two plans that are no product of ours, `tiny` and `slow`.
"""

from __future__ import annotations

import re
import time

from infra.gateway.admin import Admin
from infra.gateway.blackbox.accounts import X
from infra.gateway.blackbox.bench import Bench, Differs, is_error, same, true
from infra.gateway.blackbox.suite import check

PLANS = (
    {"id": "tiny", "name": "Tiny", "rate_limit_per_minute": 60, "requests_per_month": 2},
    {"id": "slow", "name": "Slow", "rate_limit_per_minute": 2, "requests_per_month": -1},
)
BURST = 5
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
MINUTE = 60
ENOUGH_SECONDS = 20
"""How much of a minute has to be left for a handful of requests."""


def prepare(admin: Admin) -> bool:
    """Have the plans; tell whether the gateway has to be started again for them."""
    known = {one["id"] for one in admin.all("plans")}
    missing = [plan for plan in PLANS if plan["id"] not in known]
    for plan in missing:
        admin.call("POST", "/plans", {**plan, "enabled": True})
    return bool(missing)


@check("C-69")
def rate(on: Bench) -> None:
    """An answer tells what is left of the rate, and no quota where there is none."""
    headers = on.get(X, headers=on.one.session).headers
    true(headers.get("X-RateLimit-Remaining", "").isdigit(), "X-RateLimit-Remaining is no number")
    true(bool(MOMENT.fullmatch(headers.get("X-RateLimit-Reset", ""))), "X-RateLimit-Reset")
    same([name for name in headers if name.lower().startswith("x-quota")], [], "quota")


@check("C-70 C-71 C-75")
def quota(on: Bench) -> None:
    """A quota that is used up is told, and closes no open way."""
    member = on.member("tiny")
    answers = [on.get(X, headers=member.session) for _ in range(3)]
    same([answer.status_code for answer in answers], [200, 200, 402], "statuses")
    first = [answers[0].headers.get(name) for name in ("X-Quota-Used", "X-Quota-Limit")]
    same(first, ["1", "2"], "quota of the first answer")
    last = answers[2].headers
    same([last.get("X-Quota-Used"), last.get("X-Quota-Limit")], ["3", "2"], "of the last")
    true(int(last["Retry-After"]) > 0, "Retry-After")
    is_error(answers[2], 402, "quota_exceeded", "Monthly request quota exceeded")
    same(on.get("/api/v1/templates", headers=member.session).status_code, 200, "open way")


@check("C-73 C-76")
def too_fast(on: Bench) -> None:
    """A rate that is used up is told, and each key has its own."""
    member = on.member("slow")
    _, text = on.key(member)
    left = MINUTE - time.time() % MINUTE
    if left < ENOUGH_SECONDS:
        time.sleep(left)
    key = {"X-API-Key": text}
    answers = [on.get(X, headers=key) for _ in range(2 + BURST + 1)]
    same([a.status_code for a in answers], [200] * (2 + BURST) + [429], "statuses")
    is_error(answers[-1], 429, "rate_limit_exceeded", "Rate limit exceeded")
    same(answers[-1].headers.get("X-RateLimit-Remaining"), "0", "X-RateLimit-Remaining")
    true(0 <= int(answers[-1].headers["Retry-After"]) <= MINUTE, "Retry-After")
    same(on.get(X, headers=member.session).status_code, 200, "status of the session")


@check("C-74")
def no_plan(on: Bench) -> None:
    """A plan that does not exist allows nothing."""
    member = on.member("no-such-plan")
    answer = on.get(X, headers=member.session)
    same((answer.status_code, answer.headers.get("X-Quota-Limit")), (402, "0"))


@check("C-77")
def events(on: Bench) -> None:
    """Events arrive as they are made."""
    began = time.monotonic()
    headers = {**on.one.session, "Accept": "text/event-stream"}
    with on.http.stream("GET", "/api/sse", headers=headers) as answer:
        for _ in answer.iter_raw():
            first = time.monotonic() - began
            break
        else:
            raise Differs("there are no events")
        told = [answer.headers.get(name) for name in ("cache-control", "x-accel-buffering")]
    same(told, ["no-cache", "no"], "headers")
    true(first < 2, f"the first event took {first:.1f} s")
    same(on.api.last.one("X-User-ID"), on.one.id, "X-User-ID")


@check("C-78")
def no_events(on: Bench) -> None:
    """Events need an account too."""
    answer = on.get("/api/sse", headers={"Accept": "text/event-stream"})
    is_error(answer, 401, "missing_api_key")


@check("C-80")
def no_socket(on: Bench) -> None:
    """No connection becomes a WebSocket."""
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for path in (X, "/deep/link", "/api/v1/templates"):
        answer = on.get(path, headers={**handshake, **on.one.session})
        true(answer.status_code != 101, f"{path} switches protocols")
