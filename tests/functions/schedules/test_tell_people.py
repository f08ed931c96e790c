"""What happens reaches the channels of the account that it happens to, once and grouped."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.notices import notice_rounds
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.notices import (
    asked,
    deliver,
    forget_all,
    go_round,
    happened,
    hook,
    received,
    tell,
)


def app(here: Checked, owner: str, node: str | None = None, **changes: Any) -> str:
    made = things.deployment(here, owner)
    things.put(made, status="running", node=node, **changes)
    return made


@pytest.fixture(autouse=True)
def _nothing_waits(here: Checked) -> None:
    """Begin without what other tests left to be told."""
    forget_all()


def test_app_is_told_down_once_and_up_again(here: Checked, owner: str) -> None:
    hook(here, owner)
    made = app(here, owner)

    happened(made, "failed", code="container_exited", detail="web ended with status 1")
    tell(here)
    happened(made, "failed", code="container_exited", detail="web ended with status 1")
    tell(here)
    happened(made, "running")
    tell(here)

    assert [one["type"] for one in received(here)] == ["app.down", "app.up"]
    [item] = received(here)[0]["items"]
    assert item["id"] == made
    assert item["detail"] == "Failed: web ended with status 1"


def test_dead_server_with_three_apps_is_one_message(here: Checked, owner: str) -> None:
    hook(here, owner)
    node = things.node(owner)
    apps = [app(here, owner, node, health="unreachable") for _ in range(3)]
    for one in apps:
        happened(one, "health_unreachable", message="no answer")
    things.put(node, status="offline")
    happened(node, "node_unreachable", detail="no answer")

    tell(here, later=20)

    [notice] = received(here)
    assert notice["type"] == "node.offline"
    assert sorted(one["id"] for one in notice["items"][0]["apps"]) == sorted(apps)


def test_apps_wait_until_their_server_is_called_offline(here: Checked, owner: str) -> None:
    hook(here, owner)
    node = things.node(owner)
    made = app(here, owner, node, health="unreachable")
    happened(made, "health_unreachable", message="no answer")

    tell(here, later=30)
    before = received(here)
    tell(here, later=150)

    assert before == []
    assert [one["type"] for one in received(here)] == ["app.down"]


def test_apps_wait_while_their_server_has_just_gone_offline(here: Checked, owner: str) -> None:
    hook(here, owner)
    node = things.node(owner)
    made = app(here, owner, node, health="unreachable")
    happened(made, "health_unreachable", message="no answer")
    tell(here, later=60)
    things.put(node, status="offline")
    happened(node, "node_unreachable", detail="no answer")

    tell(here, later=1)
    before = received(here)
    tell(here, later=20)

    assert before == []
    [notice] = received(here)
    assert notice["type"] == "node.offline"
    assert [one["id"] for one in notice["items"][0]["apps"]] == [made]


def test_what_is_young_waits_for_what_belongs_to_it(here: Checked, owner: str) -> None:
    hook(here, owner)
    happened(app(here, owner), "health_unhealthy", message="the check of web fails")

    tell(here, later=1)
    assert received(here) == []
    tell(here, later=20)
    assert len(received(here)) == 1


def test_nobody_hears_of_what_happens_to_others(here: Checked, owner: str, stranger: str) -> None:
    hook(here, stranger)
    happened(app(here, owner), "health_unhealthy", message="the check of web fails")

    tell(here)

    assert received(here) == []


def test_channel_hears_of_what_it_chose_and_of_its_app(here: Checked, owner: str) -> None:
    one, other = app(here, owner), app(here, owner)
    hook(here, owner, deployment_id=one)
    hook(here, owner, events=["payment"], url="https://money.example.com/")
    off = hook(here, owner, url="https://off.example.com/")
    assert here.call("PATCH", off, {"enabled": False}, user=owner).status == 200
    for made in (one, other):
        happened(made, "health_unhealthy", message="the check of web fails")

    tell(here)

    assert [[item["id"] for item in notice["items"]] for notice in received(here)] == [[one]]


def test_failed_start_is_told_with_its_reason(here: Checked, owner: str) -> None:
    hook(here, owner)
    happened(
        app(here, owner), "failed", code="image_not_found", detail="No such image.", work="deploy"
    )

    tell(here)

    [notice] = received(here)
    assert (notice["type"], notice["items"][0]["detail"]) == (
        "deploy.failed",
        "Failed: No such image.",
    )


def test_apps_of_proofs_are_nobodys_news(here: Checked, owner: str) -> None:
    hook(here, owner)
    made = app(here, owner, attributes={"proof_id": "prf_1"})
    happened(made, "failed", code="container_exited", detail="x")

    tell(here)

    assert received(here) == []
    assert go_round()["heard"] == 0


def test_round_that_died_makes_nothing_twice_and_loses_nothing(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(here, owner)
    happened(app(here, owner), "health_unhealthy", message="the check of web fails")
    here.world.skew += 60
    monkeypatch.setattr(notice_rounds, "_keep", died)
    with pytest.raises(RuntimeError):
        go_round()
    monkeypatch.undo()
    happened(app(here, owner), "health_unhealthy", message="the check of web fails")
    here.world.skew += 60

    go_round()
    go_round()
    deliver()

    told = [item["id"] for notice in received(here) for item in notice["items"]]
    assert len(told) == len(set(told)) == 2


def died(*_: Any) -> None:
    raise RuntimeError("told to die")


def test_channel_of_an_app_goes_with_it(here: Checked, owner: str) -> None:
    made = app(here, owner)
    channel = hook(here, owner, deployment_id=made)
    happened(made, "deleted")

    tell(here)

    assert here.call("GET", channel, user=owner).status == 404


def test_what_was_asked_for_and_is_lost_is_asked_for_again(here: Checked, owner: str) -> None:
    hook(here, owner)
    happened(app(here, owner), "health_unhealthy", message="the check of web fails")
    here.world.skew += 60
    go_round()
    asked()

    tell(here, later=1)

    assert len(received(here)) == 1


def test_delivery_is_not_kept_for_ever(here: Checked, owner: str) -> None:
    channel = hook(here, owner)
    reply = here.call("POST", f"{channel}/test", user=owner, kind="notice_deliveries")
    record = wiring.records().get(reply.id)

    assert record is not None
    assert record.attributes["expires_at"] > 0
    with pytest.raises(Stale):
        wiring.records().commit(Change(of=record, if_version=99))
