"""Adding host names of one's own."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from chalicelib.domain.routes import shard_of
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key, plan_key
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply


def add(here: Checked, app: str, host: str, user: str, plan: str = "pro") -> Reply:
    path = f"/deployments/{app}/domains"
    return here.call("POST", path, {"hostname": host}, user=user, plan=plan, kind="domains")


def route_of(host: str) -> dict[str, Any]:
    found = boto3.client("dynamodb").get_item(
        TableName="test-routes", Key={"shard": {"S": shard_of(host)}, "host": {"S": host}}
    )
    return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}


def test_name_is_pending_and_says_what_to_do(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = add(here, app, f" WWW.{owner}.Example.com. ", owner)

    host = f"www.{owner}.example.com"
    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    [automatic] = shown["domains"]
    [named] = shown["custom_domains"]
    domain = wiring.records().get(named["id"])
    assert domain is not None
    assert (reply.status, reply.body["data"]["type"], reply.id) == (201, "domains", host)
    known = {name: value for name, value in reply.attributes.items() if value is not None}
    assert known == {
        "hostname": host,
        "type": "custom",
        "status": "pending",
        "verification_status": "pending",
        "deployment_id": app,
        "ssl_enabled": False,
        "next_check_at": domain.attributes["due_at"],
        "instructions": [
            {
                "type": "TXT",
                "name": f"_hoster-challenge.{host}",
                "value": domain.attributes["token"],
                "priority": "required",
            },
            {
                "type": "CNAME",
                "name": host,
                "value": automatic["hostname"],
                "priority": "required",
            },
        ],
    }
    assert named["hostname"] == host
    assert wiring.records().reservation(host_key(host)) is None


def test_name_that_is_a_domain_by_itself_is_told_of_addresses(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = add(here, app, f"{owner}-shop.com", owner)

    kinds = [(one["type"], one["value"]) for one in reply.attributes["instructions"][1:]]
    [automatic] = here.call("GET", f"/deployments/{app}", user=owner).attributes["domains"]
    assert kinds == [("A", "203.0.113.10"), ("ALIAS", automatic["hostname"])]


def test_app_that_never_ran_gets_its_automatic_name_and_the_name_says_that_it_waits(
    here: Checked, owner: str
) -> None:
    app, host = things.deployment(here, owner), f"www.{owner}.example.com"
    assert here.call("GET", f"/deployments/{app}", user=owner).attributes["domains"] == []

    add(here, app, host, owner)

    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    [automatic] = shown["domains"]
    assert (automatic["type"], automatic["status"]) == ("auto", "verified")
    assert shown["url"] == f"http://{automatic['hostname']}:9091"
    assert wiring.records().reservation(host_key(automatic["hostname"])) == {"holder": app}
    route = route_of(host)
    assert (route["deployment_id"], route["state"]) == (app, "unverified")
    assert route["alias"] == automatic["hostname"]


def test_name_may_wait_at_several_tenants_and_at_one_app_of_each(
    here: Checked, owner: str, stranger: str
) -> None:
    app, other = things.deployment(here, owner), things.deployment(here, stranger)
    second = things.deployment(here, owner)
    host = f"{owner}.example.com"
    assert add(here, app, host, owner).status == 201

    strangers = add(here, other, host, stranger)
    again, elsewhere = add(here, app, host, owner), add(here, second, host, owner)

    assert strangers.status == 201
    assert (again.status, again.codes) == (409, ["name_taken"])
    assert (elsewhere.status, elsewhere.codes) == (409, ["name_taken"])
    assert route_of(host)["deployment_id"] == app
    tokens = [
        here.call("GET", f"/deployments/{one}/domains", user=user).body["data"][1]["attributes"]
        for one, user in ((app, owner), (other, stranger))
    ]
    first, others = (one["instructions"][0]["value"] for one in tokens)
    assert first != others
    assert wiring.records().counter(plan_key("max_domains", owner)) == 1


@pytest.mark.parametrize(
    "host",
    [
        "",
        " ",
        "localhost",
        "a b.com",
        "-a.com",
        "a..com",
        "1.2.3.4",
        "x.apps.test",
        "apps.test",
        "a.com/x",
        "*.a.com",
        "x" * 64 + ".com",
        ".".join(["x" * 59] * 4) + ".com",
    ],
)
def test_name_that_cannot_be_ones_own_is_refused(here: Checked, owner: str, host: str) -> None:
    app = things.deployment(here, owner)

    reply = add(here, app, host, owner)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/hostname"}


def test_app_that_nobody_reaches_by_a_name_gets_none(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    things.put(app, attributes={"ports": []})

    reply = add(here, app, f"a.{owner}.example.com", owner)

    assert (reply.status, reply.codes) == (409, ["no_route"])


def test_plan_bounds_the_names_of_all_apps_together(here: Checked, owner: str) -> None:
    apps = [things.deployment(here, owner) for _ in range(2)]
    for n in range(5):
        assert add(here, apps[n % 2], f"n{n}.{owner}.example.com", owner, "starter").status == 201

    reply = add(here, apps[0], f"n5.{owner}.example.com", owner, "starter")

    assert (reply.status, reply.codes) == (403, ["plan_limit_exceeded"])
    assert reply.body["errors"][0]["meta"] == {
        "limit": "domains",
        "bound": 5,
        "used": 5,
        "wanted": 1,
        "plan": "pro",
    }
    gone = f"/deployments/{apps[0]}/domains/n0.{owner}.example.com"
    assert here.call("DELETE", gone, user=owner).status == 204
    assert add(here, apps[1], f"n5.{owner}.example.com", owner, "starter").status == 201
    assert wiring.records().counter(plan_key("max_domains", owner)) == 5


def test_one_app_has_as_many_names_as_its_plan_allows_altogether(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    known = [{"hostname": f"n{n}.example.com", "id": f"dom_{n}"} for n in range(5)]
    things.put(app, attributes={"custom_domains": known})

    small = add(here, app, f"a.{owner}.example.com", owner, "starter")
    large = add(here, app, f"a.{owner}.example.com", owner, "pro")

    assert (small.status, small.codes) == (409, ["too_many_domains"])
    assert large.status == 201


def test_name_is_added_and_removed_only_while_nothing_is_in_progress(
    here: Checked, owner: str
) -> None:
    """A step of the work would write over it, and the removal would leave it counted."""
    app = things.deployment(here, owner)
    assert add(here, app, f"a.{owner}.example.com", owner).status == 201
    assert here.call("POST", f"/deployments/{app}/start", user=owner).status == 200

    added = add(here, app, f"b.{owner}.example.com", owner)
    gone = f"/deployments/{app}/domains/a.{owner}.example.com"
    removed = here.call("DELETE", gone, user=owner)

    assert (added.status, added.codes) == (409, ["work_in_progress"])
    assert (removed.status, removed.codes) == (409, ["work_in_progress"])
    assert wiring.records().counter(plan_key("max_domains", owner)) == 1
