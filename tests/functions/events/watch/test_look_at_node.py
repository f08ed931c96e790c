"""What looks at nodes record: health, restarts, ends and their reasons, and nothing else."""

from __future__ import annotations

import json
import threading
from typing import Any

import boto3
import pytest

from chalicelib.domain.errors import (
    CommandFailed,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    ProductError,
)
from chalicelib.domain.health import ending
from chalicelib.ports.insight import Death
from chalicelib.ports.records import Change, Work
from chalicelib.runtime import wiring
from functions.events.watch import look_at_node
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.looks import App, app_on, asked, deliver, look, node_of

LATER = 15.0
"""Seconds between a look that doubts and the next one."""


@pytest.fixture
def node(owner: str) -> str:
    return node_of(owner)


@pytest.fixture
def app(here: Checked, owner: str, node: str) -> App:
    asked()
    return app_on(here.world.node, node, owner, "web", "db")


def look_later(here: Checked, node: str, seconds: float = LATER, **given: Any) -> None:
    here.world.skew += seconds
    look(node, **given)


def usage_of(app: App) -> list[str]:
    items = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    return [one["event"]["S"] for one in items if one.get("resource") == {"S": app.id}]


def route_of(app: App) -> dict[str, Any]:
    items = boto3.client("dynamodb").scan(TableName="test-routes")["Items"]
    return next((one for one in items if one.get("deployment_id") == {"S": app.id}), {})


def test_look_without_news_writes_nothing(here: Checked, app: App) -> None:
    before = app.record

    look(app.node_id)

    assert app.record == before
    assert app.told == []
    assert asked() == []
    assert len(here.world.node.logins) == 1


def test_crash_is_told_at_once_and_proven_by_the_second_look(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=137, finished_at="2026-01-01T00:01:00.000Z")

    look(app.node_id)

    seen = app.record
    assert (seen.status, seen.health) == ("running", "degraded")
    [web] = [one for one in seen.attributes["containers"] if one["service_name"] == "web"]
    assert (web["status"], web["exit_code"]) == ("exited", 137)
    assert web["since"] == "2026-01-01T00:01:00.000Z"
    assert app.told == ["container_died", "health_degraded"]
    assert app.said("container_died") == [f"web {ending(137)}"]
    [again] = asked()
    assert (again["node"], again["again"]) == (app.node_id, False)

    look_later(here, app.node_id)

    failed = app.record
    assert (failed.status, failed.health) == ("failed", "degraded")
    assert failed.attributes["error_code"] == "container_exited"
    assert failed.attributes["error_message"] == (
        f"web {ending(137)}. Docker will not start it again. Last lines of web: last words of web"
    )
    assert failed.attributes["stopped_at"]
    assert app.told == ["container_died", "failed", "health_degraded"]
    assert usage_of(app) == ["deployment.stopped"]
    assert route_of(app)["state"] == {"S": "failed"}
    assert app.node.engine.running[app.id, "db"].status == "running"
    assert asked() == []
    look_later(here, app.node_id)
    assert app.record == failed


def test_second_look_is_asked_for_with_a_delay(here: Checked, app: App) -> None:
    app.loses()

    look(app.node_id)

    attributes = boto3.client("sqs").get_queue_attributes(
        QueueUrl=wiring.settings().watch_queue, AttributeNames=["All"]
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    asked()


def test_container_that_is_gone_is_told_as_such(here: Checked, app: App) -> None:
    app.loses("web")
    app.loses("db")

    look(app.node_id)
    assert app.record.health == "unhealthy"
    assert {one["status"] for one in app.record.attributes["containers"]} == {"missing"}
    look_later(here, app.node_id)

    assert app.record.status == "failed"
    assert app.record.attributes["error_message"] == (
        "web is gone from its server; db is gone from its server. Docker will not start them again."
    )


def test_two_looks_within_a_moment_prove_nothing(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=1)

    look(app.node_id)
    look_later(here, app.node_id, seconds=2)

    assert app.record.status == "running"
    look_later(here, app.node_id)
    assert app.record.status == "failed"


def test_app_that_recovers_between_looks_stays_running(here: Checked, app: App) -> None:
    for _ in range(2):
        app.turns(status="exited", exit_code=1)
        look_later(here, app.node_id, seconds=60)
        app.turns(status="running", exit_code=None)
        look_later(here, app.node_id)

    assert (app.record.status, app.record.health) == ("running", "healthy")
    assert app.told == sorted(["container_died", "health_degraded", "health_healthy"] * 2)
    assert usage_of(app) == []


def test_another_loss_than_the_first_one_needs_its_own_proof(here: Checked, app: App) -> None:
    app.turns("db", status="exited", exit_code=1)
    look(app.node_id)
    app.turns("db", status="running", exit_code=None)
    app.turns("web", status="dead", exit_code=255)

    look_later(here, app.node_id)

    assert app.record.status == "running"
    assert len(asked()) == 2
    look_later(here, app.node_id)
    assert app.record.attributes["error_message"].startswith("web ended with status 255.")


def test_service_that_completed_by_design_is_no_loss(here: Checked, owner: str, node: str) -> None:
    app = app_on(here.world.node, node, owner, "job", "web")
    app.turns("job", status="exited", exit_code=0, completes=True)
    look(app.node_id)
    assert (app.record.health, app.told) == ("healthy", [])

    app.loses("job")
    look_later(here, app.node_id)
    look_later(here, app.node_id)

    assert (app.record.status, app.record.health) == ("running", "healthy")
    assert app.told == []


def test_kill_for_want_of_memory_is_told(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=137, out_of_memory=True)

    look(app.node_id)
    look_later(here, app.node_id)

    assert app.said("container_oom") == ["web"]
    assert (
        "web ran out of memory and ended with status 137"
        in (app.record.attributes["error_message"])
    )


def test_kills_and_restarts_between_looks_are_told_from_what_docker_remembers(
    here: Checked, app: App
) -> None:
    app.turns(restarts=2, started_at="2026-01-01T00:05:00.000Z")
    app.node.insight.ends[app.id] = [
        Death("web", "2025-12-31T00:00:00.000Z", 9, out_of_memory=True),
        Death("web", "2026-01-01T00:03:00.000Z", 137, out_of_memory=True),
        Death("web", "2026-01-01T00:04:00.000Z", 1),
    ]

    look(app.node_id)

    assert app.said("container_oom") == ["web"]
    assert app.said("container_restarted") == ["web 2 times, after status 1"]
    assert (app.record.status, app.record.health) == ("running", "healthy")
    [web] = [c for c in app.record.attributes["containers"] if c["service_name"] == "web"]
    assert web["restarts"] == 2


def test_restart_loop_is_told_once_and_its_end_too(here: Checked, app: App) -> None:
    for restarts in (2, 4, 7, 8):
        app.turns(status="restarting", exit_code=1, restarts=restarts)
        look_later(here, app.node_id, seconds=60)

    assert app.said("restart_loop") == ["web, 4 times in 5 minutes"]
    assert app.said("container_restarted") == ["web 2 times"]
    assert (app.record.status, app.record.health) == ("running", "degraded")
    assert asked() == []

    app.turns(status="running", exit_code=None)
    look_later(here, app.node_id, seconds=60)
    assert app.said("restart_loop_ended") == []
    look_later(here, app.node_id, seconds=300)
    assert app.said("restart_loop_ended") == ["web"]
    assert app.said("health_degraded")[-1] == "web is restarting"


def test_app_whose_loop_docker_gives_up_fails(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=3, restarts=5)

    look(app.node_id)
    look_later(here, app.node_id)

    assert app.record.attributes["error_message"].startswith(
        "web ended with status 3 after 5 restarts."
    )


@pytest.mark.parametrize(
    ("looks", "health", "says"),
    [
        ({"health": "unhealthy"}, "degraded", "the check of web fails"),
        ({"health": "starting"}, "degraded", "web is starting"),
        ({"status": "paused"}, "degraded", "web is paused"),
    ],
)
def test_health_follows_what_is_seen(
    here: Checked, app: App, looks: dict[str, str], health: str, says: str
) -> None:
    app.turns(**looks)
    look(app.node_id)
    assert app.record.health == health
    assert app.said(f"health_{health}") == [says]

    app.turns(health="none", status="running")
    look(app.node_id)
    assert app.record.health == "healthy"
    assert app.told == sorted([f"health_{health}", "health_healthy"])


@pytest.mark.parametrize(
    ("call", "error", "why"),
    [
        ("connect", HostUnreachable("away"), "it does not answer over SSH"),
        ("connect", LoginRefused("no"), "it refuses the login"),
        ("connect", HostKeyChanged("other"), "it shows another host key than the pinned one"),
        ("insight", DockerUnavailable("down"), "its Docker Engine does not answer"),
        ("insight", CommandFailed("500"), "its Docker Engine refuses to answer"),
    ],
)
def test_node_that_cannot_be_seen_changes_health_alone_and_not_at_the_first_miss(
    here: Checked, app: App, call: str, error: ProductError, why: str
) -> None:
    here.world.node.fails[call] = [error, error, error]

    look(app.node_id)
    assert (app.record.health, app.told) == ("healthy", [])
    [again] = asked()
    assert again["again"]

    look_later(here, app.node_id, again=True)
    assert (app.record.status, app.record.health) == ("running", "unreachable")
    assert app.said("health_unreachable") == [why]
    before = app.record
    asked()
    look_later(here, app.node_id, again=True)
    assert (app.record, asked()) == (before, [])

    look_later(here, app.node_id)
    assert app.record.health == "healthy"
    assert app.told == ["health_healthy", "health_unreachable"]


def test_node_that_passes_out_for_one_look_is_not_told(here: Checked, app: App) -> None:
    here.world.node.fails["connect"] = [HostUnreachable("away")]

    look(app.node_id)
    deliver(*asked())

    assert (app.record.health, app.told) == ("healthy", [])


def test_losses_before_and_after_a_silence_are_no_two_answers_in_a_row(
    here: Checked, app: App
) -> None:
    app.turns(status="exited", exit_code=1)
    look(app.node_id)
    here.world.node.fails["connect"] = [HostUnreachable("away")]
    look_later(here, app.node_id, again=True)

    look_later(here, app.node_id, seconds=60)

    assert app.record.status == "running"
    look_later(here, app.node_id)
    assert app.record.status == "failed"


def test_node_that_is_gone_is_not_logged_in_to(here: Checked, app: App) -> None:
    things.put(app.node_id, status="lost")

    look(app.node_id, again=True)

    assert here.world.node.logins == []
    assert app.record.health == "unreachable"


def test_app_that_is_being_worked_on_is_left_alone(here: Checked, app: App) -> None:
    work = Work("restart", 2, f"{app.id}-e1-g2-a1", wiring.now())
    things.put(app.id, set_work=work, generation=2)
    app.turns(status="exited", exit_code=1)
    before = app.record

    look(app.node_id)
    look_later(here, app.node_id)

    assert app.record == before


@pytest.mark.parametrize("looks", [1, 2])
def test_look_that_a_stop_overtakes_writes_nothing(
    here: Checked, app: App, monkeypatch: pytest.MonkeyPatch, looks: int
) -> None:
    app.turns(status="exited", exit_code=1)
    for _ in range(looks - 1):
        look_later(here, app.node_id)
    told = app.told
    seeing = app.node.insight.containers

    def stop_comes_between() -> Any:
        found = seeing()
        work = Work("stop", 2, f"{app.id}-e1-g2-a1", wiring.now())
        things.put(app.id, status="stopping", set_work=work, generation=2)
        return found

    monkeypatch.setattr(app.node.insight, "containers", stop_comes_between)
    look_later(here, app.node_id)

    assert app.record.status == "stopping"
    assert app.record.attributes.get("error_code") is None
    assert app.told == told
    assert usage_of(app) == []


def test_what_was_seen_before_a_restart_is_no_first_look(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=1)
    look(app.node_id)
    things.put(app.id, generation=2)

    look_later(here, app.node_id)

    assert app.record.status == "running"


def test_two_looks_at_once_tell_everything_once(
    here: Checked, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.turns(status="exited", exit_code=1)
    seeing, others = app.node.insight.containers, iter([True, False, True, False])

    def another_look_comes_between() -> Any:
        found = seeing()
        if next(others):
            look(app.node_id)
        return found

    monkeypatch.setattr(app.node.insight, "containers", another_look_comes_between)
    look(app.node_id)
    look_later(here, app.node_id)

    assert app.record.status == "failed"
    assert app.told == ["container_died", "failed", "health_degraded"]
    assert usage_of(app) == ["deployment.stopped"]


def test_trouble_with_one_app_keeps_no_other_one_waiting(
    here: Checked, app: App, owner: str
) -> None:
    other = app_on(here.world.node, app.node_id, owner)
    app.turns(status="exited", exit_code=1)
    other.turns(health="unhealthy")

    look(app.node_id)

    assert (app.record.health, other.record.health) == ("degraded", "unhealthy")


def test_secrets_are_taken_out_of_the_last_lines(
    here: Checked, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = json.dumps({"PASSWORD": "hunter22"})
    sealed = wiring.seal().seal(given, record=app.id, field="variables")
    wiring.records().change(Change(of=app.record, sealed={"variables": sealed}))
    words = "x" * 1490 + " cannot log in as root:hunter22"
    monkeypatch.setattr(app.node.engine, "logs", lambda *_given, **_named: words)
    app.turns(status="exited", exit_code=1)

    look(app.node_id)
    look_later(here, app.node_id)

    assert app.record.attributes["error_message"].endswith("cannot log in as root:•••")
    assert "hunter22" not in json.dumps(
        [entry.data for entry in wiring.records().journal(app.id, limit=100)]
    )


def test_last_lines_are_not_shown_when_the_secrets_cannot_be_opened(
    here: Checked, app: App
) -> None:
    wiring.records().change(Change(of=app.record, sealed={"variables": "v1.broken"}))
    app.turns(status="exited", exit_code=1)

    look(app.node_id)
    look_later(here, app.node_id)

    assert app.record.attributes["error_message"].endswith(
        "Its last lines are not shown, since its secrets cannot be opened here."
    )


def test_node_whose_key_cannot_be_opened_is_not_seen(here: Checked, app: App) -> None:
    node = wiring.records().get(app.node_id)
    assert node is not None
    things.put(node.attributes["ssh_key_id"], sealed={"private_key": "v1.broken"})

    look(app.node_id, again=True)

    assert app.said("health_unreachable") == ["its SSH key cannot be opened here"]


def test_stale_and_foreign_messages_are_let_go(here: Checked, app: App) -> None:
    app.turns(status="exited", exit_code=1)
    stale = {"node": app.node_id, "due": wiring.now()}
    here.world.skew += 61

    assert deliver(stale, "no json", "[]", {"other": 1}, {"node": app.node_id}) == [
        "1",
        "2",
        "3",
        "4",
    ]
    assert here.world.node.logins == []


def test_node_that_is_not_there_is_not_logged_in_to(here: Checked) -> None:
    look("node_unknown")

    assert here.world.node.logins == []


def test_node_that_answers_too_slowly_keeps_no_other_one_waiting(
    here: Checked, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_at_node, "LOOK_SECONDS", 0.2)
    enough = threading.Event()
    monkeypatch.setattr(app.node.insight, "containers", lambda: enough.wait(10) and {})

    look(app.node_id, again=True)

    assert app.record.health == "unreachable"
    assert app.said("health_unreachable") == ["it answers too slowly"]
    enough.set()
