"""Adding host names of one's own."""

from __future__ import annotations

import pytest

from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key, plan_key
from tests.functions import things
from tests.functions.checks import Checked
from tests.world import Reply


def add(here: Checked, app: str, host: str, user: str, plan: str = "pro") -> Reply:
    path = f"/deployments/{app}/domains"
    return here.call("POST", path, {"hostname": host}, user=user, plan=plan, kind="domains")


def test_name_is_reserved_and_pending(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    reply = add(here, app, f" WWW.{owner}.Example.com. ", owner)

    host = f"www.{owner}.example.com"
    assert (reply.status, reply.body["data"]["type"], reply.id) == (201, "domains", host)
    assert reply.attributes == {
        "hostname": host,
        "type": "custom",
        "status": "pending",
        "ssl_enabled": False,
    }
    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert shown["domains"] == [reply.attributes]
    held = wiring.records().reservation(host_key(host))
    assert held == {"holder": app}


def test_name_of_another_app_is_taken(here: Checked, owner: str, stranger: str) -> None:
    app, other = things.deployment(here, owner), things.deployment(here, stranger)
    assert add(here, app, f"{owner}.example.com", owner).status == 201

    reply = add(here, other, f"{owner}.example.com", stranger)
    again = add(here, app, f"{owner}.example.com", owner)

    assert (reply.status, reply.codes) == (409, ["name_taken"])
    assert (again.status, again.codes) == (409, ["name_taken"])
    assert here.call("GET", f"/deployments/{other}", user=stranger).attributes["domains"] == []


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
    ],
)
def test_name_that_cannot_be_ones_own_is_refused(here: Checked, owner: str, host: str) -> None:
    app = things.deployment(here, owner)

    reply = add(here, app, host, owner)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/hostname"}


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
    assert wiring.records().reservation(host_key(f"n5.{owner}.example.com")) is None
    gone = f"/deployments/{apps[0]}/domains/n0.{owner}.example.com"
    assert here.call("DELETE", gone, user=owner).status == 204
    assert add(here, apps[1], f"n5.{owner}.example.com", owner, "starter").status == 201
    assert wiring.records().counter(plan_key("max_domains", owner)) == 5


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
