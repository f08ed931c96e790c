"""Deploying apps: every outcome as the list of states entered."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chalicelib.domain.errors import DockerUnavailable, HostUnreachable
from chalicelib.services.counters import port_key
from functions.steps.shared import await_healthy
from tests.factories import TWO_SERVICES, deployment, settled, template
from tests.statemachines.deploys import WHOLE, held, hosts, items, start
from tests.world import World


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
