"""What `make templates-prove` asks for when it is not told."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.journey.client import Json
from infra.prove.__main__ import lines_of, summary
from infra.prove.choices import order_of, template_of

TEMPLATE: Json = {
    "id": "tmpl_1",
    "attributes": {"slug": "wordpress", "version": "1.0.0", "resources_memory_mb": 1024},
}


def size(name: str, memory_mb: int, price: float | None, *regions: str) -> Json:
    attributes = {"memory_mb": memory_mb, "price_hourly": price, "regions": list(regions)}
    return {"id": name, "attributes": attributes}


class Account:
    """An account with one template, and with credentials or none."""

    def __init__(self, *credentials: str) -> None:
        self.credentials = [{"id": one} for one in credentials]
        self.sizes = [
            size("large", 8192, 0.07, "fra1", "ams3"),
            size("small", 1024, 0.01, "fra1"),
            size("fits", 2048, 0.02, "fra1"),
            size("elsewhere", 2048, 0.01, "sfo3"),
            size("unpriced", 4096, None, "fra1"),
        ]

    def call(self, _method: str, path: str, *_: Any) -> Json:
        regions = [
            {"id": "nyc1", "attributes": {"available": False}},
            {"id": "fra1", "attributes": {"available": True}},
        ]
        return {"data": self.sizes if path.endswith("/sizes") else regions}

    def create(self, _resource: str, attributes: Json) -> Json:
        self.credentials.append({"id": attributes["credentials"]["api_token"]})
        return self.credentials[-1]

    def all(self, resource: str, _query: str = "") -> list[Json]:
        return [TEMPLATE] if resource == "templates" else self.credentials


@pytest.mark.parametrize("wanted", ["wordpress", "tmpl_1"])
def test_template_is_named_by_slug_or_id(wanted: str) -> None:
    assert template_of(Account(), wanted) == TEMPLATE


@pytest.mark.parametrize("wanted", ["", "drupal"])
def test_template_that_is_none_of_the_accounts_is_told(wanted: str) -> None:
    with pytest.raises(LookupError):
        template_of(Account(), wanted)


def test_cheapest_size_on_which_the_app_has_room_is_taken() -> None:
    found = order_of(Account("cred_1"), TEMPLATE, {}, None)

    assert found == {"cloud_credential_id": "cred_1", "region": "fra1", "size": "fits"}


def test_what_is_said_is_taken() -> None:
    said = {"CREDENTIAL": "cred_2", "REGION": "ams3", "SIZE": "small"}

    found = order_of(Account("cred_1"), TEMPLATE, said, None)

    assert found == {"cloud_credential_id": "cred_2", "region": "ams3", "size": "small"}


def test_local_account_without_a_credential_gets_one() -> None:
    assert order_of(Account(), TEMPLATE, {}, "token")["cloud_credential_id"] == "token"


def test_other_account_without_a_credential_is_told() -> None:
    with pytest.raises(LookupError, match="CREDENTIAL"):
        order_of(Account(), TEMPLATE, {}, None)


def test_region_without_a_size_is_told() -> None:
    with pytest.raises(LookupError, match="SIZE"):
        order_of(Account("cred_1"), TEMPLATE, {"REGION": "syd1"}, None)


def test_each_stage_that_was_entered_is_told_with_its_time() -> None:
    begun, ended = "2026-03-01T00:00:00.000Z", "2026-03-01T00:00:02.500Z"
    steps = [
        {"name": "OrderServer", "state": "done", "started_at": begun, "ended_at": ended},
        {"name": "AwaitNode", "state": "failed", "started_at": begun, "ended_at": ended},
        {"name": "StartApp", "state": "waiting", "started_at": None, "ended_at": None},
    ]

    first, second = lines_of(steps)

    assert first.split() == ["✓", "OrderServer", "2.5", "s"]
    assert second.split() == ["✗", "AwaitNode", "2.5", "s"]


def test_figures_are_told_in_a_sentence() -> None:
    known = {
        "healthy_seconds": 14.2,
        "restart_seconds": 9.1,
        "peak_memory_mb": 180,
        "peak_cpu_cores": 0.4,
        "disk_mb": 620,
    }

    assert summary(known) == (
        "Healthy in 14.2 s, again 9.1 s after a restart; 180 MB of memory and 0.4 cores at most,"
        " 620 MB of disk."
    )
