"""Orders of which nobody knows whether they made a server: in whose account, and for how long."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    ProviderUnavailable,
    QuotaExceeded,
    Throttled,
)
from chalicelib.ports.clouds import Server, ServerOrder
from chalicelib.ports.records import Change
from chalicelib.runtime import settle, wiring
from chalicelib.services.provisions.doubts import ASKING_SECONDS
from tests.factories import gone, ordered_server, settled
from tests.fakes.cloud import FakeCloud
from tests.statemachines.test_destroy import wait_until
from tests.world import World

ALWAYS = 99


def attributes_of(provision: str) -> dict[str, Any]:
    found = wiring.records().get(provision)
    assert found is not None
    return found.attributes


def failed_in_doubt(here: World) -> str:
    """A provision whose order made a server that nobody was told of."""
    create = here.cloud.create

    def say_nothing(order: ServerOrder) -> Server:
        create(order)
        here.cloud.fails["find"] = [InvalidCredential("revoked")] * ALWAYS
        raise ProviderUnavailable("no answer")

    here.cloud.create = say_nothing  # type: ignore[method-assign]
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["status"] == "failed"
    return provision


@pytest.mark.parametrize("refuses", [False, True], ids=["takes orders", "takes none"])
def test_order_in_doubt_is_not_repeated_in_another_account(here: World, refuses: bool) -> None:
    provision, own = failed_in_doubt(here), here.cloud
    path = f"/cloud_credentials/{attributes_of(provision)['credential_id']}"
    assert here.call("PATCH", path, {"credentials": {"api_token": "another"}}).status == 200
    here.cloud = FakeCloud()
    if refuses:
        here.cloud.fails["create"] = [QuotaExceeded("no more servers")] * ALWAYS
    here.skew = 400.0

    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200
    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "gone_unproven")
    assert (here.cloud.orders, here.cloud.keys) == ([], set())
    assert attributes_of(provision)["ordered_at"]
    assert here.call("DELETE", f"/cloud_provisions/{provision}").codes == ["destroy_failed"]
    own.fails.clear()
    here.cloud = own
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert (own.servers, own.keys) == ({}, set())


def test_lag_counts_from_when_an_order_was_answered(here: World) -> None:
    """An answer may come most of a minute after the order: the provider lags from then on."""
    here.readings.stand_still()
    create = here.cloud.create

    def slow(order: ServerOrder) -> Server:
        here.skew = 40.0
        return create(order)

    def nearly_a_lag_later() -> None:
        here.skew = 40.0 + wiring.settings().provider_lag_seconds - 5
        here.cloud.fails["get"] = [Gone("not shown yet")]

    here.cloud.create = slow  # type: ignore[method-assign]
    here.before["AwaitServer"] = nearly_a_lag_later
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert len(here.cloud.orders) == 1


def test_answer_to_an_order_says_nothing_of_the_next_one(here: World) -> None:
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["status"] == "ready"
    record = wiring.records().get(provision)
    assert record is not None
    assert record.attributes["answered_at"] >= record.attributes["ordered_at"]
    here.cloud.servers.clear()
    known = {"failed_from": "configuring", "node_id": None}
    wiring.records().change(Change(of=record, status="failed", attributes=known))
    here.cloud.fails["create"] = [Throttled("wait a bit")] * ALWAYS
    here.skew = 400.0

    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200
    settled(here, "cloud_provisions", provision)

    assert attributes_of(provision)["ordered_at"] > record.attributes["answered_at"]
    assert attributes_of(provision)["answered_at"] is None


@pytest.mark.parametrize("is_destroyed", [False, True], ids=["at once", "while it is destroyed"])
def test_declaration_waits_for_an_order_on_its_way(here: World, is_destroyed: bool) -> None:
    """Until then the credential stays, by which a sweep finds what was made."""
    here.readings.stand_still()
    create = here.cloud.create

    def slow(order: ServerOrder) -> Server:
        [found] = here.call("GET", "/cloud_provisions").body["data"]
        path = f"/cloud_provisions/{found['id']}"
        credential = f"/cloud_credentials/{found['attributes']['credential_id']}"
        if is_destroyed:
            with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
                assert here.call("DELETE", path).status == 202
            wait_until(lambda: here.invoked.count("DestroyServer") > 1)
        given = {"name": "server-1"}
        declared = here.call("POST", f"{path}/declare_gone", given, kind="cloud_provisions")
        assert declared.status == 200
        seen = here.invoked.count("DestroyServer")
        here.skew = ASKING_SECONDS - 10
        wait_until(lambda: here.invoked.count("DestroyServer") > seen + 3)
        answers.append(here.call("DELETE", credential).codes)
        here.skew = ASKING_SECONDS + 1
        return create(order)

    answers: list[list[str]] = []
    here.cloud.create = slow  # type: ignore[method-assign]
    provision = ordered_server(here)

    assert gone(here, "cloud_provisions", provision)
    assert answers == [["in_use"]]
