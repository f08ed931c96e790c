"""Removing host names of one's own."""

from __future__ import annotations

from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key
from tests.functions import things
from tests.functions.checks import Checked


def test_removed_name_is_free_for_others(here: Checked, owner: str, stranger: str) -> None:
    app, host = things.deployment(here, owner), f"b\u00fccher.{owner}.example.com"
    path = f"/deployments/{app}/domains"
    ascii_host = here.call("POST", path, {"hostname": host}, user=owner).id
    encoded = f"b%C3%BCcher.{owner}.example.com"

    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 204

    assert here.call("GET", path, user=owner).body == {"data": []}
    assert wiring.records().reservation(host_key(ascii_host)) is None
    other = things.deployment(here, stranger)
    taken = here.call(
        "POST", f"/deployments/{other}/domains", {"hostname": ascii_host}, user=stranger
    )
    assert taken.status == 201
    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 404


def test_automatic_name_goes_with_the_app(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    auto = {"hostname": f"{owner}.apps.test", "type": "auto", "status": "verified"}
    things.put(app, attributes={"domains": [auto]})

    reply = here.call("DELETE", f"/deployments/{app}/domains/{owner}.apps.test", user=owner)

    assert (reply.status, reply.codes) == (409, ["automatic_domain"])
