"""The regions of a provider."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_regions_are_resource_objects_that_keep_flat_members(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    reply = here.call("GET", f"/cloud_credentials/{credential}/regions", user=owner)

    shown = {"name": "Frankfurt", "available": True}
    assert reply.body["data"] == [
        {"type": "regions", "id": "fra1", "attributes": shown, **shown},
    ]
