"""Removing host names of one's own."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key, own_name_key, plan_key
from tests.functions import things
from tests.functions.checks import Checked


def test_removed_name_is_free_again(here: Checked, owner: str, stranger: str) -> None:
    app, host = things.deployment(here, owner), f"b\u00fccher.{owner}.example.com"
    path = f"/deployments/{app}/domains"
    ascii_host = here.call("POST", path, {"hostname": host}, user=owner).id
    [named] = here.call("GET", f"/deployments/{app}", user=owner).attributes["custom_domains"]
    encoded = f"b%C3%BCcher.{owner}.example.com"

    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 204

    left = here.call("GET", path, user=owner).body["data"]
    assert [one["attributes"]["type"] for one in left] == ["auto"]
    domain = wiring.records().get(named["id"])
    assert domain is not None
    assert (domain.status, domain.attributes["due_at"]) == ("removed", None)
    for key in (host_key(ascii_host), own_name_key(owner, ascii_host)):
        assert wiring.records().reservation(key) is None
    assert wiring.records().counter(plan_key("max_domains", owner)) == 0
    assert here.call("POST", path, {"hostname": ascii_host}, user=owner).status == 201
    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 204
    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 404


def test_automatic_name_goes_with_the_app(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    auto = {"hostname": f"{owner}.apps.test", "type": "auto", "status": "verified"}
    things.put(app, attributes={"domains": [auto]})

    reply = here.call("DELETE", f"/deployments/{app}/domains/{owner}.apps.test", user=owner)

    assert (reply.status, reply.codes) == (409, ["automatic_domain"])
