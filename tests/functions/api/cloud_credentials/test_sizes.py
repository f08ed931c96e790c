"""The sizes of a provider."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_sizes_are_resource_objects_that_keep_flat_members(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    [size] = here.call("GET", f"/cloud_credentials/{credential}/sizes", user=owner).body["data"]

    assert (size["type"], size["id"], size["name"]) == ("sizes", "s-1vcpu-2gb", "Small")
    assert size["attributes"]["memory_mb"] == size["memory_mb"] == 2048
    assert size["attributes"]["regions"] == ["fra1"]
