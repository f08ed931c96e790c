"""Deploying, stopping and removing apps: every outcome as the list of states entered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from chalicelib import domain
from chalicelib.domain.errors import DockerUnavailable, HostUnreachable, LoginRefused
from chalicelib.domain.host_ports import FIRST_PORT
from chalicelib.services.counters import port_key
from functions.steps.shared import await_healthy
from tests.factories import TWO_SERVICES, deployment, gone, node, settled, template
from tests.world import World

WHOLE = [
    "PlaceDeployment",
    "PrepareNode",
    "PullImages",
    "StartServices",
    "AwaitHealthy",
    "PublishRoute",
    "ConfirmRoute",
    "FinishDeploy",
    "Done",
]


def items(table: str) -> list[dict]:
    """Every item of a table, to see what is left."""
    return boto3.client("dynamodb").scan(TableName=f"test-{table}")["Items"]


def held(prefix: str) -> list[str]:
    return [i["key"]["S"] for i in items("reservations") if i["key"]["S"].startswith(prefix)]


def hosts() -> dict[str, str]:
    return {i["host"]["S"]: i["state"]["S"] for i in items("routes") if "state" in i}


def test_app_with_the_largest_texts_comes_up(here: World) -> None:
    """Every step that plans reads the texts where they lie, as its role allows."""
    large = template(
        here,
        name="Large",
        compose_spec=TWO_SERVICES + "#" + "x" * (131_071 - len(TWO_SERVICES)),
        config_files=[{"name": "f", "path": "/etc/f.conf", "content": "x" * 262_144}],
        readme="r" * 65_536,
    )
    app = deployment(here, template_id=large)

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert here.states_of(app) == WHOLE


def start(here: World, app: str) -> dict:
    answer = here.call("POST", f"/deployments/{app}/start")
    assert answer.status == 200, answer.body
    return settled(here, "deployments", app)


def test_app_that_comes_up_runs_and_is_routed(here: World) -> None:
    app = deployment(here)

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    assert here.states_of(app) == WHOLE
    assert here.node.engine.started == ["db", "web"]
    assert hosts() == {"my-app.apps.test": "running"}
    assert done["url"] == "http://my-app.apps.test:9091"
    assert [c["service_name"] for c in done["containers"]] == ["db", "web"]
    assert {i["event"]["S"] for i in items("money") if "event" in i} == {
        "deployment.created",
        "deployment.started",
    }


SEVERAL = """\
services:
  web: {image: "nginx:alpine", ports: ["80", "81:8081", "53:53/udp"], depends_on: [db]}
  db: {image: "redis:alpine", ports: ["5432"]}
"""


def test_every_published_port_has_a_host_port_of_its_own_until_removal(here: World) -> None:
    several = template(here, name="Several", compose_spec=SEVERAL, variables=[])
    app = deployment(here, template_id=several)
    made = here.call("GET", f"/deployments/{app}").attributes["ports"]

    done = start(here, app)

    assert [port.pop("host_port") for port in made] == [None] * 4
    at = [port["host_port"] for port in done["ports"]]
    assert sorted(held("port#")) == sorted(port_key(done["node_id"], port) for port in at)
    assert [{k: v for k, v in p.items() if k != "host_port"} for p in done["ports"]] == made
    assert [p["routed"] for p in done["ports"]] == [False, True, False, False]
    assert done["proxy_port"] == at[1]
    shown = {c["service_name"]: c["ports"] for c in done["containers"]}
    assert {p["host_port"] for ports in shown.values() for p in ports} == set(at)
    here.call("POST", f"/deployments/{app}/stop")
    settled(here, "deployments", app)
    assert start(here, app)["ports"] == done["ports"]
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert held("port#") == []


def test_app_without_a_route_runs_without_a_name(here: World) -> None:
    quiet = template(here, name="Quiet", compose_spec="services: {job: {image: a}}", variables=[])
    app = deployment(here, template_id=quiet)

    done = start(here, app)

    assert done["status"] == "running", done["error_message"]
    names = ("url", "direct_url", "proxy_port")
    assert [done[name] for name in names] == [None] * 3
    assert done["domains"] == done["ports"] == held("host#") == held("port#") == []
    told = here.call("GET", f"/events?filter[resource_id]={app}").body["data"]
    said = [event["attributes"]["message"] for event in told]
    assert f"Placed on {done['node_id']}; no name leads to it" in said
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    node = here.call("GET", f"/nodes/{done['node_id']}")
    assert node.status == 200


def test_stopped_app_keeps_its_data_port_and_name(here: World) -> None:
    app = deployment(here)
    before = start(here, app)

    assert here.call("POST", f"/deployments/{app}/stop").status == 200
    stopped = settled(here, "deployments", app)

    assert stopped["status"] == "stopped"
    assert here.invoked[-3:] == ["WithdrawRoute", "StopServices", "FinishStop"]
    assert hosts() == {"my-app.apps.test": "stopped"}
    assert here.node.engine.volumes == {f"{app}/data"}
    again = start(here, app)
    assert again["status"] == "running"
    assert again["proxy_port"] == before["proxy_port"]
    assert hosts() == {"my-app.apps.test": "running"}


def test_removed_app_leaves_nothing(here: World) -> None:
    app = deployment(here)
    start(here, app)

    assert here.call("DELETE", f"/deployments/{app}").status == 204

    assert here.call("GET", f"/deployments/{app}").status == 404
    assert here.node.engine.remains(app) == ()
    assert held("port#") == held("host#") == []
    assert hosts() == {}
    counters = {
        i["key"]["S"]: float(i["value"]["N"]) for i in items("reservations") if "value" in i
    }
    left = {k: v for k, v in counters.items() if v and "deployments" in k}
    assert left == {}


def test_volumes_stay_when_that_is_asked_and_all_else_goes(here: World) -> None:
    app = deployment(here)
    node = start(here, app)["node_id"]
    volume = f"hoster_{app}_data"

    assert here.call("DELETE", f"/deployments/{app}?keep_volumes=true").status == 204

    assert here.node.engine.remains(app) == ("volume data",)
    assert here.node.engine.files == {}
    assert held("port#") == held("host#") == []
    assert hosts() == {}
    [tomb] = here.call("GET", "/deployments?filter[status]=deleted").body["data"]
    assert tomb["attributes"]["kept_volumes"] == [volume]
    for entity in (app, node):
        told = here.call("GET", f"/events?filter[resource_id]={entity}").body["data"]
        said = {event["attributes"]["name"]: event["attributes"] for event in told}
        assert said["volumes_kept"]["message"] == f"Volumes of my app kept on server-1: {volume}"
        assert said["volumes_kept"]["actor"] == "user-a"


def test_removal_that_failed_can_ask_otherwise(here: World) -> None:
    app = deployment(here)
    start(here, app)
    here.node.fails["remove_everything"] = [HostUnreachable("away")] * 6
    refused = here.call("DELETE", f"/deployments/{app}?keep_volumes=true")

    assert (refused.status, refused.codes) == (409, ["delete_failed"])
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.node.engine.remains(app) == ()


def test_app_that_was_never_started_can_be_removed(here: World) -> None:
    app = deployment(here)

    assert here.call("DELETE", f"/deployments/{app}").status == 204


def test_image_that_does_not_exist_fails_with_its_name(here: World) -> None:
    here.node.engine.missing.add("nginx:alpine")

    done = start(here, app := deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", "image_not_found")
    assert "nginx:alpine" in done["error_message"]
    assert here.states_of(app)[-3:] == ["UndoDeploy", "FailWork", "Failed"]
    assert here.node.engine.remains(app) == ("volume data",)


@pytest.mark.parametrize(
    ("looks", "code", "says"),
    [
        ({"status": "exited", "exit_code": 3}, "container_exited", "status 3"),
        ({"health": "unhealthy", "last_probe": "no route"}, "unhealthy", "no route"),
        (
            {"status": "exited", "exit_code": 137, "out_of_memory": True},
            "container_exited",
            "memory",
        ),
        ({"restarts": 9, "exit_code": 1}, "container_exited", "restarted 9 times"),
    ],
)
def test_container_that_does_not_stay_up_fails_with_its_words(here, looks, code, says) -> None:
    here.node.engine.behaviour["web"] = looks

    done = start(here, app := deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", code)
    assert says in done["error_message"]
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}


@pytest.mark.parametrize(
    "looks",
    [
        {"status": "exited", "exit_code": 3},
        {"health": "unhealthy", "last_probe": "login:hunter22 refused"},
    ],
    ids=["exited", "unhealthy"],
)
def test_what_a_failed_app_wrote_is_told_without_its_secrets(
    here: World, monkeypatch: pytest.MonkeyPatch, looks: dict[str, object]
) -> None:
    secret = {"name": "GREETING", "type": "secret", "label": "Greeting", "required": True}
    made = template(here, name="With a secret", variables=[secret])
    here.node.engine.behaviour["web"] = looks
    words = "x" * 1490 + " cannot log in as root:hunter22"
    monkeypatch.setattr(here.node.engine, "logs", lambda *_given, **_named: words)
    app = deployment(here, template_id=made, variables={"GREETING": "hunter22"})

    done = start(here, app)

    assert "cannot log in as root:•••" in done["error_message"]
    events = here.call("GET", f"/events?filter[resource_id]={app}").body
    timeline = here.call("GET", f"/deployments/{app}/timeline").body
    assert "failed" in {event["attributes"]["name"] for event in events["data"]}
    for told in (done, events, timeline):
        assert "hunter22" not in json.dumps(told)


def test_how_to_log_in_to_somebody_elses_server_is_not_told(here: World) -> None:
    home = node(here, "user-b")
    assert here.call("PATCH", f"/nodes/{home}", {"public": True}, user="user-b").status == 200
    app = deployment(here, node_id=home, allow_public_nodes=True)
    here.node.fails["connect"] = [LoginRefused("It does not accept the user admin.")]

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "login_refused")
    timeline = here.call("GET", f"/deployments/{app}/timeline").body
    assert "admin" not in json.dumps([done, timeline])
    assert done["error_message"] == (
        "Its server is somebody else's, and cannot be used now. Try again later."
    )


def test_failed_app_can_be_started_again_and_removed(here: World) -> None:
    here.node.engine.behaviour["web"] = {"status": "exited", "exit_code": 3}
    app = deployment(here)
    start(here, app)
    here.node.engine.behaviour.clear()

    done = start(here, app)

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert here.call("DELETE", f"/deployments/{app}").status == 204


def test_passing_trouble_is_waited_out(here: World) -> None:
    here.node.fails["ensure_network"] = [DockerUnavailable("down"), DockerUnavailable("down")]
    here.node.fails["pull_states"] = [HostUnreachable("away")]

    assert start(here, deployment(here))["status"] == "running"


def test_killed_functions_are_tried_again(here: World) -> None:
    here.kills = dict.fromkeys(WHOLE[:-1], 1)

    assert start(here, deployment(here))["status"] == "running"


@pytest.mark.parametrize("skew", [-3600.0, 3600.0])
def test_whether_an_app_stays_up_is_told_by_its_servers_clock(here: World, skew: float) -> None:
    here.node.engine.skew = skew
    app = deployment(here)
    asked = []

    def after_its_start(seconds: float) -> None:
        here.node.engine.changed(app, "web", started_at=here.node.engine.now(-seconds))
        asked.append(seconds)
        here.before["AwaitHealthy"] = lambda: after_its_start(seconds + 1.9)

    here.before["AwaitHealthy"] = lambda: after_its_start(0.0)

    assert start(here, app)["status"] == "running"
    assert asked == [0.0, 1.9, 3.8]


def test_app_that_is_only_watched_is_asked_when_it_can_be_steady(here: World) -> None:
    engine, app, waits = here.node.engine, deployment(here), []

    def wait(up: float, health: str) -> int:
        engine.changed(app, "web", started_at=engine.now(-up))
        engine.changed(app, "db", health=health)
        asked_again = {"id": app, "generation": 1, "poll": {"tries": 1, "since": engine.now()}}
        return await_healthy.handler(asked_again, None)["wait"]

    def look() -> None:
        waits.extend([wait(0.2, "healthy"), wait(1.2, "healthy"), wait(0.2, "starting")])
        engine.changed(app, "db", health="healthy")

    here.before["AwaitHealthy"] = look

    assert start(here, app)["status"] == "running"
    assert waits == [3, 2, 1]


def test_image_whose_pull_failed_once_is_tried_again_by_the_next_start(here: World) -> None:
    here.node.engine.missing = {"nginx:alpine"}
    app = deployment(here)
    failed = start(here, app)
    here.node.engine.missing = set()

    done = start(here, app)

    assert (failed["status"], failed["error_code"]) == ("failed", "image_not_found")
    assert "nginx:alpine" in failed["error_message"]
    assert done["status"] == "running"


def test_absent_images_are_pulled_at_once_and_counted_together(here: World) -> None:
    engine = here.node.engine
    seen: list[dict] = []

    def look() -> None:
        timeline = here.call("GET", f"/deployments/{app}/timeline").attributes
        [pulling] = [one for one in timeline["steps"] if one["name"] == "PullImages"]
        seen.append(pulling | {"pulls": dict(engine.pulls)})
        here.before["PullImages"] = look

    here.before["PullImages"] = look
    app = deployment(here)

    assert start(here, app)["status"] == "running"
    of_the_server = seen[0]["pulls"]
    assert seen[1]["pulls"] == of_the_server | {"redis:7-alpine": 1, "nginx:alpine": 1}
    assert seen[1]["progress"] == {"done": 0, "total": 2, "unit": "images"}
    assert seen[2]["progress"] == {"done": 2, "total": 4, "unit": "bytes"}


@pytest.mark.parametrize("step", WHOLE[:-1])
def test_cancelled_deploy_is_undone(here: World, step: str) -> None:
    app = deployment(here)
    here.before[step] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}


def waits_for_a_pull(_here: World) -> None:
    """Every image that is not there is asked for twice at least."""


def waits_for_a_dependency(here: World) -> None:
    here.node.engine.behaviour["db"] = {"health": "starting"}


def waits_for_health(here: World) -> None:
    here.node.engine.behaviour["web"] = {"health": "starting"}


def waits_for_an_answer(here: World) -> None:
    here.answering = False


@pytest.mark.parametrize(
    ("step", "waits"),
    [
        ("PullImages", waits_for_a_pull),
        ("StartServices", waits_for_a_dependency),
        ("AwaitHealthy", waits_for_health),
        ("ConfirmRoute", waits_for_an_answer),
    ],
)
def test_deploy_that_is_cancelled_while_it_waits_is_undone_and_starts_again(
    here: World, step: str, waits: Callable[[World], None]
) -> None:
    app = deployment(here)
    waits(here)

    def cancel() -> None:
        assert here.call("POST", f"/deployments/{app}/cancel").status == 200

    here.before[step] = lambda: here.before.update({step: cancel})

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.invoked.count(step) == 2
    assert here.node.engine.containers(app) == ()
    assert hosts() == {}
    here.node.engine.behaviour.clear()
    here.answering = True
    assert start(here, app)["status"] == "running"


def test_app_whose_port_stays_silent_is_not_called_running(here: World) -> None:
    here.answering = False
    here.before["ConfirmRoute"] = lambda: here.before.update(ConfirmRoute=a_minute_passes)

    def a_minute_passes() -> None:
        here.skew = 61.0

    done = start(here, deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", "deadline_passed")
    assert hosts() == {}


def test_server_whose_ports_are_all_taken_fails_the_app_and_gives_nothing_away(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = FIRST_PORT + 299  # the whole range takes the store in memory half a minute
    monkeypatch.setattr(domain.host_ports, "PORTS", 300)
    app = deployment(here)
    node = here.call("GET", f"/deployments/{app}").attributes["node_id"]
    table = boto3.resource("dynamodb").Table("test-reservations")
    with table.batch_writer() as batch:
        for port in range(FIRST_PORT, last + 1):
            batch.put_item({"key": port_key(node, port), "holder": "somebody"})

    done = start(here, app)

    assert (done["status"], done["error_code"]) == ("failed", "ports_full")
    assert "port" in done["error_message"]
    assert not held("host#")
    assert len(held("port#")) == 300
    table.delete_item(Key={"key": port_key(node, FIRST_PORT)})
    assert start(here, app)["status"] == "running"


def test_second_start_during_the_first_is_told_of_the_work(here: World) -> None:
    app = deployment(here)
    seen = []
    here.before["PullImages"] = lambda: seen.append(here.call("POST", f"/deployments/{app}/start"))

    start(here, app)

    assert (seen[0].status, seen[0].codes) == (409, ["work_in_progress"])


def test_late_step_of_an_older_generation_writes_nothing(here: World) -> None:
    app = deployment(here)
    start(here, app)
    from functions.steps.deploy.finish_deploy import handler

    with pytest.raises(Exception, match="changed meanwhile"):
        handler({"id": app, "generation": 1, "kind": "deploy"}, None)


def test_servers_with_apps_are_not_destroyed(here: World) -> None:
    app = deployment(here)
    start(here, app)
    provision = here.call("GET", "/cloud_provisions").body["data"][0]["id"]

    refused = here.call("DELETE", f"/cloud_provisions/{provision}")

    assert (refused.status, refused.codes) == (409, ["in_use"])
    assert "my app" in refused.body["errors"][0]["detail"]
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert gone(here, "cloud_provisions", provision)


def learned(kind: str) -> dict[str, Any]:
    """What was learned of a kind of work, which is written a moment after the work has ended."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        paces = [i for i in items("journal") if i["entity"]["S"].startswith("pace#")]
        if found := [i for i in paces if i["sort"]["S"] == kind]:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"nothing is learned of {kind}")


def told_of_starts(here: World, template_id: str, starts: int) -> dict[str, Any]:
    """The template once it tells of so many starts, which is written a moment after the work."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        shown = here.call("GET", f"/templates/{template_id}").attributes
        if shown["starts"] == starts:
            return shown
        time.sleep(0.05)
    raise AssertionError(shown)


def test_start_that_ends_well_is_told_by_its_template(here: World) -> None:
    made = template(here, name="Fast")
    assert here.call("GET", f"/templates/{made}").attributes["start_seconds"] is None
    app = deployment(here, template_id=made)

    start(here, app)

    assert told_of_starts(here, made, 1)["start_seconds"] >= 1
    here.call("POST", f"/deployments/{app}/stop")
    settled(here, "deployments", app)
    start(here, app)
    told_of_starts(here, made, 2)


def test_app_counts_as_one_that_ran_until_it_is_deleted(here: World) -> None:
    made = template(here, name="Counted")
    app = deployment(here, template_id=made)

    def counted() -> float:
        return sum(
            float(i["value"]["N"])
            for i in items("reservations")
            if i["key"]["S"].startswith(f"ran#{made}#")
        )

    start(here, app)
    here.call("POST", f"/deployments/{app}/stop")
    settled(here, "deployments", app)
    start(here, app)
    assert counted() == 1
    assert here.call("DELETE", f"/deployments/{app}").status == 204

    assert counted() == 0


def test_deploy_teaches_how_long_its_steps_take(here: World) -> None:
    app = deployment(here)
    start(here, app)

    pace = learned("deploy")

    assert set(pace["steps"]["M"]) == set(WHOLE) - {"FinishDeploy", "Done"}
    assert "expires_at" in pace
    assert "account" not in pace
