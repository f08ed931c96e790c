"""Plans of the gateway's accounts over its edge, at the stand-in, and their twin in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chalicelib.adapters.metering.plans import APIGatePlans
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.plans import AccountPlans
from tests.fakes.account_plans import FakePlans
from tests.local.gateway.rig import METER_KEY, Edged
from tests.local.serving import serving
from tests.ports import free_port


@dataclass
class Planned:
    """An account that is known, which plan it has, and how the next change is made to fail."""

    plans: AccountPlans
    account: str
    plan: Callable[[], str]
    fail: Callable[[str], Any]


def plans_of(edged: Edged, **secret: str) -> APIGatePlans:
    return APIGatePlans(edged.admin, lambda: edged.secret(**secret))


@pytest.fixture(params=("gateway", "memory"))
def planned(request: Any, edged: Edged) -> Planned:
    if request.param == "memory":
        fake = FakePlans()
        return Planned(fake, "user", lambda: fake.of("user"), fake.failures.append)
    member = edged.gate.member()

    def fail(how: str) -> None:
        edged.fail(f"PATCH /users/{member.id}", how)

    def plan() -> str:
        shown = edged.gate.get("/mod/auth/me", headers=member.session).json()
        return str(shown["user"]["plan_id"])

    return Planned(plans_of(edged), member.id, plan, fail)


def test_account_has_the_plan_that_it_is_given_and_again(planned: Planned) -> None:
    for _ in range(2):
        planned.plans.set(planned.account, "pro")
        assert planned.plan() == "pro"


@pytest.mark.parametrize(
    ("how", "error", "plan"),
    [
        ("refused", GatewayUnavailable, "free"),
        ("dead", GatewayInDoubt, "free"),
        ("lost", GatewayInDoubt, "pro"),
    ],
)
def test_what_fails_is_told_apart_from_what_may_be_done(
    planned: Planned, how: str, error: type[Exception], plan: str
) -> None:
    planned.fail(how)

    with pytest.raises(error):
        planned.plans.set(planned.account, "pro")

    assert planned.plan() == plan
    planned.plans.set(planned.account, "starter")
    assert planned.plan() == "starter"


@pytest.mark.parametrize(
    ("secret", "error"),
    [
        ({"key": "ak_" + "0" * 64}, GatewayUnavailable),
        ({"certificate": ""}, GatewayInDoubt),
        ({"certificate": "none"}, GatewayUnavailable),
        ({"authority": ""}, GatewayUnavailable),
        ({"authority": "none"}, GatewayUnavailable),
    ],
)
def test_secret_that_does_not_open_changes_nothing(
    edged: Edged, secret: dict[str, str], error: type[Exception]
) -> None:
    """With TLS 1.3 who shows no certificate hears of it only where it waits for the answer."""
    member = edged.gate.member()

    with pytest.raises(error) as refused:
        plans_of(edged, **secret).set(member.id, "pro")

    assert "ak_" not in str(refused.value)
    shown = edged.gate.get("/mod/auth/me", headers=member.session).json()["user"]
    assert shown["plan_id"] == "free"


def test_account_that_the_gateway_does_not_know_is_told(edged: Edged) -> None:
    with pytest.raises(GatewayUnavailable, match="404"):
        plans_of(edged).set("nobody", "pro")


def test_account_is_kept_out_and_let_in_again(edged: Edged) -> None:
    member, plans = edged.gate.member(), plans_of(edged)

    for standing, status in (("suspended", 403), ("suspended", 403), ("active", 200)):
        plans.stand(member.id, standing)  # type: ignore[arg-type]
        assert edged.gate.get("/api/v1/account", headers=member.session).status_code == status


def test_standing_of_nobody_is_told_apart(edged: Edged) -> None:
    with pytest.raises(NotFound):
        plans_of(edged).stand("nobody", "suspended")


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"fault": "status", "value": 429}, GatewayUnavailable),
        ({"fault": "status", "value": 200}, GatewayInDoubt),
        ({"fault": "drop"}, GatewayInDoubt),
    ],
)
def test_standing_that_the_gateway_did_not_confirm_is_told(
    edged: Edged, fault: dict[str, Any], error: type[Exception]
) -> None:
    member = edged.gate.member()
    edged.gate.post("/_local/faults", {"call": f"PATCH /_gw/admin/users/{member.id}", **fault})

    with pytest.raises(error, match="standing"):
        plans_of(edged).stand(member.id, "suspended")


def test_page_of_somebody_between_is_no_answer(edged: Edged) -> None:
    member = edged.gate.member()
    call = f"PATCH /_gw/admin/users/{member.id}"
    edged.gate.post("/_local/faults", {"call": call, "fault": "status", "value": 200})

    with pytest.raises(GatewayInDoubt):
        plans_of(edged).set(member.id, "pro")


ATTRIBUTE = {"attributes": {"plan_id": "pro"}}
RELATIONSHIP = {
    "attributes": {"status": "active"},
    "relationships": {"plan": {"data": {"type": "plans", "id": "pro"}}},
}


@pytest.mark.parametrize("account", [ATTRIBUTE, RELATIONSHIP], ids=["attribute", "relationship"])
def test_plan_is_confirmed_in_either_form(account: dict[str, Any]) -> None:
    """Of a gateway's versions one tells the plan beside the name, another as a relationship."""

    async def answer(_: Request) -> Response:
        return JSONResponse({"data": {"type": "users", "id": "user", **account}})

    with serving(Starlette(routes=[Route("/users/user", answer, methods=["PATCH"])])) as url:
        plans = APIGatePlans(url, lambda: METER_KEY)

        plans.set("user", "pro")
        with pytest.raises(GatewayInDoubt):
            plans.set("user", "starter")


def test_gateway_that_is_away_was_told_nothing() -> None:
    plans = APIGatePlans(f"http://127.0.0.1:{free_port()}/_gw/admin", lambda: METER_KEY)

    with pytest.raises(GatewayUnavailable):
        plans.set("user", "pro")
