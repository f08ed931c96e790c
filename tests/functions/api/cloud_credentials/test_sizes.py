"""The sizes of a provider."""

from __future__ import annotations

import pytest

from chalicelib.ports.clouds import Size
from tests.functions import things
from tests.functions.checks import Checked


def test_sizes_are_resource_objects_that_keep_flat_members(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    [size] = here.call("GET", f"/cloud_credentials/{credential}/sizes", user=owner).body["data"]

    assert (size["type"], size["id"], size["name"]) == ("sizes", "s-1vcpu-2gb", "Small")
    assert size["attributes"]["memory_mb"] == size["memory_mb"] == 2048
    assert size["attributes"]["regions"] == ["fra1"]
    assert (size["currency"], size["prices"]) == ("USD", {})


def test_price_that_is_not_known_is_null_and_those_of_regions_are_told(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = {"fsn1": 0.006, "ash": 0.007}
    offered = (
        Size("t3.small", "t3.small", 2, 2048, 20, None, None, ()),
        Size("cx22", "CX22", 2, 4096, 40, 0.006, 3.6, ("ash", "fsn1"), "EUR", prices),
    )
    monkeypatch.setattr(here.cloud, "sizes", lambda: offered)
    credential = things.credential(here, owner)

    shown = here.call("GET", f"/cloud_credentials/{credential}/sizes", user=owner).body["data"]

    unknown, priced = (size["attributes"] for size in shown)
    assert (unknown["price_hourly"], unknown["price_monthly"], unknown["regions"]) == (
        None,
        None,
        [],
    )
    assert (priced["currency"], priced["prices"]) == ("EUR", prices)
