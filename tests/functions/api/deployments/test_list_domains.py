"""Listing the host names of an app."""

from __future__ import annotations

from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.names import domain_of


def test_automatic_name_needs_nothing(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    path = f"/deployments/{app}/domains"
    here.call("POST", path, {"hostname": f"a.{owner}.example.com"}, user=owner)

    [automatic, _] = here.call("GET", path, user=owner).body["data"]

    assert automatic["id"].endswith(".apps.test")
    shown = {key: value for key, value in automatic["attributes"].items() if value is not None}
    assert shown == {
        "hostname": automatic["id"],
        "type": "auto",
        "status": "verified",
        "ssl_enabled": False,
        "deployment_id": app,
    }


def test_code_of_what_is_wrong_with_a_certificate_is_shown(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    path = f"/deployments/{app}/domains"
    here.call("POST", path, {"hostname": f"a.{owner}.example.com"}, user=owner)
    change = Change(of=domain_of(app), attributes={"certificate_error_code": "caa_forbids"})
    wiring.records().commit(change)

    [_, own] = here.call("GET", path, user=owner).body["data"]

    assert own["attributes"]["certificate_error_code"] == "caa_forbids"


def test_every_name_is_a_resource_object(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    path = f"/deployments/{app}/domains"
    assert here.call("GET", path, user=owner).body == {"data": []}
    for name in ("a", "b"):
        here.call("POST", path, {"hostname": f"{name}.{owner}.example.com"}, user=owner)

    data = here.call("GET", path, user=owner).body["data"]

    assert [(d["type"], d["id"], d["attributes"]["status"]) for d in data] == [
        ("domains", data[0]["id"], "verified"),
        ("domains", f"a.{owner}.example.com", "pending"),
        ("domains", f"b.{owner}.example.com", "pending"),
    ]
