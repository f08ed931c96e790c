"""Deleting deployments: the answer waits a little for the end of the work."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest

from chalicelib.runtime import settle, wiring
from chalicelib.services.deployments import removing
from tests.functions import things
from tests.functions.checks import Checked


@pytest.fixture
def patient() -> Iterator[None]:
    with mock.patch.object(settle, "PATIENCE_SECONDS", 5.0):
        yield


def finish(entity: str) -> None:
    record = wiring.records().get(entity)
    assert record is not None
    removing.finish_remove(wiring, record)


@pytest.mark.usefixtures("patient")
def test_removal_that_ends_in_time_is_told_as_gone(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.workflows.then = finish

    assert here.call("DELETE", f"/deployments/{app}", user=owner).status == 204

    assert here.call("GET", f"/deployments/{app}", user=owner).status == 404
    assert here.call("DELETE", f"/deployments/{app}", user=owner).status == 404
    assert here.call("GET", "/deployments", user=owner).body["data"] == []
    tombs = here.call("GET", "/deployments?filter[status]=deleted", user=owner).body["data"]
    assert [tomb["id"] for tomb in tombs] == [app]


@pytest.mark.usefixtures("patient")
def test_removal_that_fails_in_time_is_told_with_the_reason(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    def fail(entity: str) -> None:
        why = {"error_message": "The server does not answer."}
        things.put(entity, status="failed", clear_work=True, attributes=why)

    here.workflows.then = fail

    reply = here.call("DELETE", f"/deployments/{app}", user=owner)

    assert (reply.status, reply.codes) == (409, ["delete_failed"])
    assert reply.body["errors"][0]["detail"] == "The server does not answer."


def test_removal_that_goes_on_is_shown_and_can_be_joined(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)

    first = here.call("DELETE", f"/deployments/{app}", user=owner)
    second = here.call("DELETE", f"/deployments/{app}", user=owner)

    for reply in (first, second):
        assert (reply.status, reply.attributes["status"]) == (202, "deleting")
        assert reply.attributes["work"]["kind"] == "remove"
    assert here.workflows.started == [(app, "remove")]


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    ("query", "keeps"), [("", False), ("?keep_volumes=false", False), ("?keep_volumes=true", True)]
)
def test_wish_to_keep_volumes_is_recorded_with_the_work(
    here: Checked, owner: str, query: str, *, keeps: bool
) -> None:
    app = things.deployment(here, owner)
    things.put(app, attributes={"keep_volumes": not keeps})
    seen = []

    def look(entity: str) -> None:
        record = wiring.records().get(entity)
        assert record is not None
        seen.append(record.attributes["keep_volumes"])
        finish(entity)

    here.workflows.then = look

    assert here.call("DELETE", f"/deployments/{app}{query}", user=owner).status == 204

    assert seen == [keeps]


@pytest.mark.parametrize("word", ["", "yes", "TRUE", "1"])
def test_wish_is_true_or_false(here: Checked, owner: str, word: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("DELETE", f"/deployments/{app}?keep_volumes={word}", user=owner)

    assert (reply.status, reply.codes) == (400, ["bad_request"])
    assert reply.body["errors"][0]["source"] == {"parameter": "keep_volumes"}
    assert here.workflows.started == []


def test_volumes_do_not_stay_on_somebody_elses_server(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(stranger, public=True)
    app = things.deployment(here, owner, node_id=node, allow_public_nodes=True)

    refused = here.call("DELETE", f"/deployments/{app}?keep_volumes=true", user=owner)

    assert (refused.status, refused.codes) == (409, ["not_your_server"])
    assert here.workflows.started == []


@pytest.mark.usefixtures("patient")
def test_wish_of_the_removal_in_hand_holds(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    here.workflows.then = None
    with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
        here.call("DELETE", f"/deployments/{app}?keep_volumes=true", user=owner)
        joined = here.call("DELETE", f"/deployments/{app}", user=owner)

    record = wiring.records().get(app)
    assert record is not None
    assert (joined.status, record.attributes["keep_volumes"]) == (202, True)
    assert here.workflows.started == [(app, "remove")]
