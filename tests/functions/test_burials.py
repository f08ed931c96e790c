"""Apps closed whose server is gone: what they held is free, whatever was being done to them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.ports.records import Record, Selection
from chalicelib.runtime import wiring
from chalicelib.services.accounts import limits
from chalicelib.services.counters import total_key, use_keys
from chalicelib.services.deployments import burying, coming
from chalicelib.services.work.failures import fail_run
from functions.steps.lose import finish_lose
from functions.steps.redeploy import place_redeploy
from functions.steps.shared import bury_apps, place_deployment, pull_images
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.test_counters import LIMITED, recount

SEEN = "2026-03-01T12:00:00.000Z"


def record_of(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def step(handler: Any, record_id: str, **state: Any) -> dict[str, Any]:
    record = record_of(record_id)
    answer: dict[str, Any] = handler(
        {"id": record.id, "generation": record.generation, **state}, None
    )
    return answer


def placed(here: Checked, owner: str, home: str, **changes: Any) -> str:
    """An app that is being started, with its place on the node."""
    app = things.deployment(here, owner, node_id=home, **changes)
    assert here.call("POST", f"/deployments/{app}/start", user=owner).status == 200
    step(place_deployment.handler, app)
    return app


def ran(here: Checked, owner: str, home: str, **changes: Any) -> str:
    app = placed(here, owner, home, **changes)
    times = {"started_at": "2026-03-01T10:00:00.000Z", "stopped_at": None}
    things.put(app, status="running", clear_work=True, attributes=times)
    return app


def starting(here: Checked, owner: str, home: str) -> str:
    return placed(here, owner, home)


def pending(here: Checked, owner: str, home: str) -> str:
    return things.deployment(here, owner, node_id=home)


def failed(here: Checked, owner: str, home: str) -> str:
    app = placed(here, owner, home)
    fail_run(wiring, record_of(app), "States.Timeout")
    return app


def stopping(here: Checked, owner: str, home: str) -> str:
    app = ran(here, owner, home)
    assert here.call("POST", f"/deployments/{app}/stop", user=owner).status == 200
    return app


def deleting(here: Checked, owner: str, home: str) -> str:
    app = ran(here, owner, home)
    assert here.call("DELETE", f"/deployments/{app}", user=owner).status == 202
    return app


def with_domain(here: Checked, owner: str, home: str) -> str:
    app = ran(here, owner, home)
    given = {"hostname": f"{owner}.example.com"}
    path = f"/deployments/{app}/domains"
    assert here.call("POST", path, given, user=owner, kind="domains").status == 201
    return app


def redeploying(here: Checked, owner: str, home: str) -> str:
    """An app with ports, room and limits taken for what comes next, beside its own."""
    app = ran(here, owner, home)
    things.put(app, attributes={"template_version": "1.0.0"})
    template = record_of(app).attributes["template_id"]
    given = {"version": "1.1.0", "compose_spec": things.COMPOSE.replace("alpine", "1.27")}
    path = f"/templates/{template}/versions"
    assert here.call("POST", path, given, user=owner, kind="template_versions").status == 201
    wanted = {"version": "1.1.0"}
    assert here.call("POST", f"/deployments/{app}/redeploy", wanted, user=owner).status == 200
    step(place_redeploy.handler, app)
    assert coming.reserved_ports(record_of(app))
    return app


STATES = [pending, starting, ran, stopping, deleting, failed, with_domain, redeploying]


def lose(here: Checked, home: str, owner: str) -> None:
    """Have a node declared lost and the work done, as its machine does."""
    declared = here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)
    assert (declared.status, declared.attributes["status"]) == (200, "lost")
    bury_all(home)
    step(finish_lose.handler, home)


def bury_all(record_id: str) -> None:
    poll: dict[str, Any] = {}
    while not poll.get("ready"):
        poll = step(bury_apps.handler, record_id, poll=poll)


def held_by(app: str, home: str) -> list[str]:
    """What is still reserved, routed or counted for an app and on its node."""
    client = boto3.client("dynamodb")
    found = client.scan(TableName="test-reservations")["Items"]
    left = [i["key"]["S"] for i in found if i.get("holder", {}).get("S") == app]
    left += [
        i["key"]["S"]
        for i in found
        if home in i["key"]["S"] and round(float(i.get("value", {}).get("N", 0)), 6) != 0
    ]
    routes = client.scan(TableName="test-routes")["Items"]
    return left + [i["host"]["S"] for i in routes if i.get("deployment_id", {}).get("S") == app]


def usage_of(app: str) -> list[tuple[str, str]]:
    found = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    told = sorted(
        (i["sort"]["S"], i["event"]["S"], i["at"]["S"])
        for i in found
        if i.get("resource") == {"S": app}
    )
    return [(event, at) for _, event, at in told]


def assert_counters_are_a_recount(owner: str) -> None:
    there, used = recount(owner)
    totals = wiring.records().counters(tuple(total_key(kind, owner) for kind in there))
    ours = set(there) - {"nodes"}  # the node was put there without being counted
    assert {k: totals[total_key(k, owner)] for k in ours} == {k: there[k] for k in ours}
    counted = set(LIMITED) - {"max_nodes"}
    assert {k: v for k, v in limits.used_by(wiring, owner, LIMITED).items() if k in counted} == {
        k: v for k, v in used.items() if k in counted
    }


@pytest.mark.parametrize("make", STATES, ids=lambda make: make.__name__)
def test_app_of_a_lost_node_leaves_nothing_behind(here: Checked, owner: str, make: Any) -> None:
    home = things.server(here, owner)
    app = make(here, owner, home)
    before = record_of(app)

    lose(here, home, owner)

    after = record_of(app)
    assert (after.status, after.work) == ("deleted", None)
    assert after.generation > before.generation
    assert held_by(app, home) == []
    assert_counters_are_a_recount(owner)
    assert here.call("GET", f"/deployments/{app}", user=owner).status == 404
    [tomb] = here.call("GET", "/deployments?filter[status]=deleted", user=owner).body["data"]
    assert (tomb["id"], tomb["attributes"]["ended_reason"]) == (app, "node_lost")
    [told] = wiring.records().journal(app, limit=10, names=("deleted",))
    assert told.data["reason"] == "node_lost"
    assert here.call("DELETE", f"/nodes/{home}", user=owner).status == 204


def test_step_that_was_at_work_on_a_buried_app_writes_no_more(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = placed(here, owner, home)
    before = record_of(app)

    lose(here, home, owner)

    with pytest.raises(Stale):
        pull_images.handler({"id": app, "generation": before.generation}, None)


@pytest.mark.parametrize(
    ("seen", "until"),
    [
        (SEEN, SEEN),
        (None, "2026-03-01T10:00:00.000Z"),
        ("2026-03-01T09:00:00.000Z", "2026-03-01T10:00:00.000Z"),
    ],
    ids=["seen since", "never seen", "seen before it started"],
)
@pytest.mark.parametrize("make", [ran, stopping], ids=lambda make: make.__name__)
def test_app_is_billed_until_it_was_last_known_to_run(
    here: Checked, owner: str, make: Any, seen: str | None, until: str
) -> None:
    home = things.server(here, owner)
    things.put(home, attributes={"looked_at": seen})
    app = make(here, owner, home)

    lose(here, home, owner)

    told = usage_of(app)
    events = [event for event, _ in told]
    assert events.count("deployment.stopped") == events.count("deployment.deleted") == 1
    assert record_of(app).attributes["stopped_at"] == until


def test_evidence_is_never_later_than_now(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    things.put(home, attributes={"looked_at": "2999-01-01T00:00:00.000Z"})
    app = ran(here, owner, home)

    lose(here, home, owner)

    assert dict(usage_of(app))["deployment.stopped"] <= wiring.now()


def test_app_that_did_not_run_is_not_stopped_for_the_meter(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = failed(here, owner, home)

    lose(here, home, owner)

    assert "deployment.stopped" not in [event for event, _ in usage_of(app)]


def test_strangers_app_is_closed_and_its_owner_is_told(
    here: Checked, owner: str, stranger: str
) -> None:
    home = things.server(here, owner, public=True)
    app = ran(here, stranger, home, allow_public_nodes=True)

    lose(here, home, owner)

    assert held_by(app, home) == []
    assert_counters_are_a_recount(stranger)
    trail = here.call("GET", "/events", user=stranger).body["data"]
    [said] = [e for e in trail if e["attributes"]["name"] == "deleted"]
    assert said["attributes"]["message"] == "App deleted: its server is lost"
    assert said["attributes"]["actor"] == "hoster"


def test_many_apps_are_closed_a_page_at_a_time(here: Checked, owner: str) -> None:
    home, template = things.server(here, owner), things.published(here, owner)
    apps = [ran(here, owner, home, template_id=template) for _ in range(5)]
    here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)

    with mock.patch.object(burying, "PAGE", 2):
        poll = step(bury_apps.handler, home)
        gone = [app for app in apps if record_of(app).status == "deleted"]
        assert (poll["ready"], len(gone)) == (False, 2)
        bury_all(home)

    assert {record_of(app).status for app in apps} == {"deleted"}
    assert_counters_are_a_recount(owner)


def test_more_than_one_transaction_holds_is_given_back_in_pieces(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = redeploying(here, owner, home)

    with mock.patch.object(burying, "CHUNK", 1):
        lose(here, home, owner)

    assert held_by(app, home) == []
    assert_counters_are_a_recount(owner)


@pytest.mark.parametrize(
    ("make", "dies_at"),
    [
        *[(ran, commit) for commit in (1, 2)],
        *[(make, commit) for make in (starting, redeploying) for commit in (1, 2, 3)],
    ],
)
def test_closing_that_dies_in_the_middle_is_repeated(
    here: Checked, owner: str, make: Any, dies_at: int
) -> None:
    """Each commit in turn is the last one: what follows is done by the next attempt."""
    home = things.server(here, owner)
    app = make(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)
    commit, left = wiring.records().commit, [dies_at]

    def dying(*writes: Any) -> None:
        commit(*writes)
        left[0] -= 1
        if left[0] == 0:
            raise Unavailable("The function dies after this.")

    with (
        mock.patch.object(burying, "CHUNK", 2),
        mock.patch.object(wiring.records(), "commit", dying),
        pytest.raises(Unavailable),
    ):
        bury_all(home)
    bury_all(home)

    assert record_of(app).status == "deleted"
    assert held_by(app, home) == []
    assert_counters_are_a_recount(owner)
    told = [event for event, _ in usage_of(app)]
    assert told.count("deployment.deleted") == 1
    assert told.count("deployment.stopped") == (make is not starting)


def test_app_that_changes_at_that_moment_is_closed_as_it_is_then(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = ran(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)
    old = record_of(app)
    things.put(app, attributes={"disk_used_mb": 7})
    page = wiring.records().select(
        Selection("deployments", node=home), limit=9, after=None, before=None
    )

    with mock.patch.object(
        burying, "residents", side_effect=[replace(page, records=(old,)), replace(page, records=())]
    ):
        step(bury_apps.handler, home)

    assert record_of(app).attributes["disk_used_mb"] == 7
    assert record_of(app).status == "deleted"


def test_work_that_was_superseded_closes_nothing(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = ran(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)
    before = record_of(home)
    things.put(home, generation=before.generation + 1)

    with pytest.raises(Stale):
        burying.bury_apps(wiring, before, waited=0.0)

    assert record_of(app).status == "running"


def test_app_that_the_list_lacks_is_waited_for(here: Checked, owner: str) -> None:
    home = things.server(here, owner)
    app = ran(here, owner, home)
    here.call("POST", f"/nodes/{home}/declare_lost", {"name": "server-1"}, user=owner)
    empty = wiring.records().select(
        Selection("deployments", node="none"), limit=1, after=None, before=None
    )

    with mock.patch.object(burying, "residents", return_value=empty):
        assert step(bury_apps.handler, home)["ready"] is False
        later = burying.bury_apps(wiring, record_of(home), waited=burying.UNLISTED_SECONDS)

    assert later == ""
    assert record_of(app).status == "running"
    assert sum(wiring.records().counters(use_keys(home)).values()) == 1
