"""Listing the host names of an app."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_every_name_is_a_resource_object(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    path = f"/deployments/{app}/domains"
    assert here.call("GET", path, user=owner).body == {"data": []}
    for name in ("a", "b"):
        here.call("POST", path, {"hostname": f"{name}.{owner}.example.com"}, user=owner)

    data = here.call("GET", path, user=owner).body["data"]

    assert [(d["type"], d["id"], d["attributes"]["status"]) for d in data] == [
        ("domains", f"a.{owner}.example.com", "pending"),
        ("domains", f"b.{owner}.example.com", "pending"),
    ]
