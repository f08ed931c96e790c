"""Rates and monthly quotas, with the headers that tell what is left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.gateway.rig import (
    Clock,
    Gateway,
    Member,
    Plans,
    Upstreams,
    error,
    gateway,
    proxy_error,
)
from tests.ports import free_port

PLACE = "/api/v1/x"
RATE = proxy_error("rate_limit_exceeded", "Rate limit exceeded", 429)
QUOTA = proxy_error("quota_exceeded", "Monthly request quota exceeded", 402)
MINUTE = "2027-01-15T08:01:00Z"
"""The end of the minute at which the clock stands."""
MONTH = "2027-01-31T23:59:59Z"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def metered(behind: Upstreams, clock: Clock, tmp_path) -> Iterator[Gateway]:
    """A gateway whose rates are those of its plans."""
    plans = Plans({"tiny": (60, 2), "slow": (2, -1), "none": (60, 0), "fast": (0, -1)})
    table = plans.write(tmp_path)
    settings = {"table": table, "rate_per_minute": None, "clock": clock}
    with gateway(behind, tmp_path / "state", **settings) as running:
        behind.api.seen.clear()
        yield running


def ask(gate: Gateway, member: Member, times: int) -> list[int]:
    return [gate.get(PLACE, headers=member.session).status_code for _ in range(times)]


def test_answer_tells_the_rate_that_is_left(metered: Gateway) -> None:
    member = metered.member()

    first, second = (metered.get(PLACE, headers=member.session) for _ in range(2))

    assert first.headers["X-RateLimit-Reset"] == MINUTE
    assert int(first.headers["X-RateLimit-Remaining"]) == 120 + 5 - 1
    assert int(second.headers["X-RateLimit-Remaining"]) == 120 + 5 - 2
    assert not [name for name in first.headers if name.startswith("x-quota")]


def test_rate_ends_after_its_burst_and_begins_with_the_next_minute(
    metered: Gateway, clock: Clock
) -> None:
    member = metered.member(plan_id="slow")

    assert ask(metered, member, 7) == [200] * 7

    refused = metered.get(PLACE, headers=member.session)
    assert error(refused) == RATE
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert refused.headers["X-RateLimit-Reset"] == MINUTE
    assert refused.headers["Retry-After"] == "50"
    assert len(metered.api.seen) == 7
    clock.now += 50
    assert ask(metered, member, 1) == [200]


def test_rate_is_each_keys_and_sessions_own(metered: Gateway) -> None:
    member = metered.member(plan_id="slow")
    key = {"X-API-Key": metered.key(member)["key"]}

    with_key = [metered.get(PLACE, headers=key).status_code for _ in range(8)]

    assert with_key == [200] * 7 + [429]
    assert ask(metered, member, 1) == [200]
    assert ask(metered, metered.member(plan_id="slow"), 1) == [200]


def test_plan_without_a_rate_has_the_usual_one(metered: Gateway) -> None:
    answer = metered.get(PLACE, headers=metered.member(plan_id="fast").session)

    assert answer.headers["X-RateLimit-Remaining"] == str(60 + 5 - 1)


def test_one_rate_for_everybody_replaces_the_plans(behind: Upstreams, clock, tmp_path) -> None:
    with gateway(behind, tmp_path, rate_per_minute=1, clock=clock) as strict:
        assert ask(strict, strict.member(), 7) == [200] * 6 + [429]


def test_quota_ends_with_what_the_month_allows(metered: Gateway, clock: Clock) -> None:
    member = metered.member(plan_id="tiny")

    first = metered.get(PLACE, headers=member.session)
    assert ask(metered, member, 1) == [200]
    refused = metered.get(PLACE, headers=member.session)

    told = ("X-Quota-Used", "X-Quota-Limit", "X-Quota-Reset")
    assert [first.headers[name] for name in told] == ["1", "2", MONTH]
    assert error(refused) == QUOTA
    assert [refused.headers[name] for name in told] == ["3", "2", MONTH]
    assert refused.headers["Retry-After"] == str(16 * 86400 + 16 * 3600 - 11)
    clock.now += 17 * 86400
    assert ask(metered, member, 1) == [200]


def test_quota_is_of_the_user_and_a_key_may_pass_it_by(metered: Gateway) -> None:
    member = metered.member(plan_id="tiny")
    key = {"X-API-Key": metered.key(member)["key"]}
    free = {"X-API-Key": metered.key(member, quota_bypass=True)["key"]}

    with_key = [metered.get(PLACE, headers=key).status_code for _ in range(3)]
    bypassing = metered.get(PLACE, headers=free)

    assert with_key == [200, 200, 402]
    assert ask(metered, member, 1) == [402]
    assert bypassing.status_code == 200
    assert "X-Quota-Used" not in bypassing.headers


@pytest.mark.parametrize("plan", ["none", "unheard-of"])
def test_plan_of_nothing_allows_nothing(metered: Gateway, plan: str) -> None:
    answer = metered.get(PLACE, headers=metered.member(plan_id=plan).session)

    assert error(answer) == QUOTA
    assert answer.headers["X-Quota-Limit"] == "0"
    assert metered.api.seen == []


def test_public_routes_are_open_to_who_has_used_everything(metered: Gateway) -> None:
    member = metered.member(plan_id="none")

    answer = metered.get("/api/v1/templates", headers=member.session)

    assert answer.status_code == 200


def test_answer_of_an_upstream_that_fails_counts_and_none_does_not(
    behind: Upstreams, clock: Clock, tmp_path
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    addresses = behind.addresses(api=nowhere, web=nowhere)
    table = Plans({"tiny": (60, 2)}).write(tmp_path)
    settings = {"table": table, "clock": clock, "addresses": addresses}
    with gateway(behind, tmp_path / "state", **settings) as away:
        assert ask(away, away.member(plan_id="tiny"), 4) == [502] * 4
    del settings["addresses"]
    with gateway(behind, tmp_path / "other", **settings) as there:
        member = there.member(plan_id="tiny")
        given = [there.get("/api/v1/500", headers=member.session) for _ in range(3)]
        assert [answer.status_code for answer in given] == [500, 500, 402]
