"""A gateway that knows nothing is configured by its admin API, and then leads as the table says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.gateway.admin import Admin, NotConfigured
from infra.gateway.configure import Done, configure
from infra.gateway.payloads import Addresses, table
from infra.local.gateway.app import make_app
from infra.local.gateway.edge import PastEdge
from tests.local.gateway.rig import FREE, HOST, SECRET, Gateway, Upstreams, error
from tests.local.serving import serving

OPERATOR = ("ops@example.com", "a long password")


@dataclass
class Private:
    """A gateway as the operator reaches it, and as people do."""

    gate: Gateway
    url: str
    addresses: Addresses

    def configured(self, **given: Any) -> Done:
        return configure(self.url, OPERATOR, self.addresses, **given)

    def admin(self) -> Admin:
        admin = Admin(self.url)
        admin.log_in(*OPERATOR)
        return admin

    def route(self, name: str) -> dict[str, Any]:
        [found] = [one for one in self.admin().all("routes") if one["attributes"]["name"] == name]
        return found


@contextmanager
def empty(behind: Upstreams, state: Path) -> Iterator[Private]:
    """A gateway that was just started, perhaps on what an earlier one left in its folder."""
    config = replace(behind.config(state), addresses=None, operator=OPERATOR, rate_per_minute=None)
    app = make_app(config)
    with (
        serving(app) as url,
        serving(PastEdge(app), lifespan="off") as private,
        httpx.Client(base_url=url, trust_env=False, timeout=10) as http,
    ):
        http.headers.clear()
        yield Private(Gateway(http, behind, config), f"{private}/_gw/admin", behind.addresses())


@pytest.fixture
def fresh(behind: Upstreams, tmp_path: Path) -> Iterator[Private]:
    with empty(behind, tmp_path) as running:
        behind.api.seen.clear()
        behind.spa.seen.clear()
        yield running


def test_empty_gateway_leads_nowhere(fresh: Private) -> None:
    assert error(fresh.gate.get("/api/v1/templates"))["code"] == "missing_api_key"


def test_requests_go_their_way_with_who_calls_and_nothing_forged(fresh: Private) -> None:
    done = fresh.configured()

    assert done.counts == {
        "plans made": 2,
        "plans changed": 1,
        "upstreams made": 2,
        "routes made": len(table()["routes"]),
        "keys made": 1,
    }
    member = fresh.gate.member()
    forged = {"X-User-ID": "evil", "X-Plan-Limits": "{}", "X-Gateway-Secret": "guess"}
    fresh.gate.get("/api/v1/deployments?a=1&b=%20", headers={**forged, **member.session})
    seen = fresh.gate.api.last
    assert (seen.path, seen.query) == ("/stage/v1/deployments", "a=1&b=%20")
    assert seen.one("X-User-ID") == member.id
    assert seen.one("X-Plan-Limits") == FREE
    assert seen.one("X-Gateway-Secret") == SECRET
    assert seen.one("X-Forwarded-Host") == HOST
    fresh.gate.get("/api/v1/templates", headers=forged)
    assert fresh.gate.api.last.one("X-User-ID") == ""
    page = fresh.gate.get("/deep/link", headers={"Cookie": "a=b"})
    assert fresh.gate.spa.last.path == "/bucket/index.html"
    assert fresh.gate.spa.last.all("Cookie") == fresh.gate.spa.last.all("X-Gateway-Secret") == []
    assert page.headers["x-frame-options"] == "DENY"


def test_configuring_again_changes_nothing(fresh: Private) -> None:
    key = fresh.configured().service_key

    again = fresh.configured(service_key=key)

    assert (again.told(), again.service_key) == ("nothing to change", "")


def test_what_was_changed_by_hand_is_put_right(fresh: Private) -> None:
    key, admin = fresh.configured().service_key, fresh.admin()
    first, second = fresh.route("hoster-api"), fresh.route("hoster-billing")
    open_to_all = {"auth_required": False, "request_transform": {"delete_headers": []}}
    admin.call("PATCH", f"/routes/{first['id']}", open_to_all)
    admin.call("DELETE", f"/routes/{second['id']}")
    for name in ("default", "hoster-former"):
        admin.call("POST", "/routes", {"name": name, "path_pattern": "/*", "priority": 99})
    admin.call("POST", "/routes", {"name": "ours-own", "path_pattern": "/own"})

    done = fresh.configured(service_key=key)

    assert done.counts == {"routes changed": 1, "routes made": 1, "routes removed": 2}
    assert fresh.route("ours-own")
    assert error(fresh.gate.get("/api/v1/nodes"))["code"] == "missing_api_key"


def test_another_address_of_the_api_is_at_work_at_once(fresh: Private) -> None:
    key = fresh.configured().service_key
    fresh.addresses = replace(fresh.addresses, api=fresh.addresses.api.replace("stage", "api"))

    fresh.configured(service_key=key)

    fresh.gate.get("/api/v1/templates/a%2Fb")
    assert fresh.gate.api.last.path == "/api/v1/templates/a%2Fb"
    assert fresh.route("hoster-api")["attributes"]["path_rewrite"] == ""


def test_plans_are_at_work_after_a_restart_and_that_is_told(
    behind: Upstreams, tmp_path: Path
) -> None:
    with empty(behind, tmp_path) as first:
        done = first.configured()
        member = first.gate.member()
        before = first.gate.get("/api/v1/x", headers=member.session)
    with empty(behind, tmp_path) as second:
        after = second.gate.get("/api/v1/x", headers=member.session)
        again = second.configured(service_key=done.service_key)

    assert "restart it once" in done.told()
    assert int(before.headers["X-RateLimit-Remaining"]) == 60 + 5 - 1
    assert int(after.headers["X-RateLimit-Remaining"]) == 120 + 5 - 1
    assert again.told() == "nothing to change"


def test_key_that_the_gateway_does_not_take_is_replaced(fresh: Private) -> None:
    fresh.configured()

    done = fresh.configured(service_key="ak_" + "0" * 64)

    usage = fresh.url.removesuffix("/_gw/admin") + "/_internal/meter"
    headers = {"X-API-Key": done.service_key}
    told = httpx.post(usage, json={"data": []}, headers=headers, trust_env=False)
    assert told.status_code == 422


def test_operator_gets_a_plan_that_exists(fresh: Private) -> None:
    fresh.configured()

    me = fresh.admin().call("GET", "/me")["data"]
    assert me["relationships"]["plan"]["data"]["id"] == "pro"


def test_wrong_password_is_told(fresh: Private) -> None:
    with pytest.raises(NotConfigured, match="401 Invalid email or password"):
        configure(fresh.url, (OPERATOR[0], "wrong"), fresh.addresses)


def test_account_of_anybody_administers_nothing(fresh: Private) -> None:
    member = fresh.gate.member()

    answer = httpx.get(f"{fresh.url}/users", headers=member.session, trust_env=False)

    assert answer.status_code == 401


def test_broken_route_leaves_the_others_at_work(fresh: Private) -> None:
    fresh.configured()
    broken = {"name": "x", "path_pattern": "/x", "path_rewrite": "path +"}
    fresh.admin().call("POST", "/routes", broken)

    with pytest.raises(NotConfigured, match="500 Reload failed"):
        fresh.admin().call("POST", "/reload")

    assert fresh.gate.get("/api/v1/templates").status_code == 200


@pytest.mark.parametrize(
    ("path", "given", "pointer"),
    [("/plans", {"id": "x"}, "name"), ("/upstreams", {"name": "x"}, "base_url"),
     ("/routes", {"name": "x"}, "path_pattern"), ("/keys", {}, "user_id")],
)  # fmt: skip
def test_what_lacks_something_is_refused_with_its_name(
    fresh: Private, path: str, given: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(NotConfigured, match=f"422 .* /data/attributes/{pointer}"):
        fresh.admin().call("POST", path, given)
