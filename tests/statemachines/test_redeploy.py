"""Redeploying apps that run: every outcome as the list of states entered, and what is left."""

from __future__ import annotations

import importlib
from contextvars import Context
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.errors import HostUnreachable, Stale
from chalicelib.runtime import wiring
from chalicelib.services.counters import port_key
from chalicelib.services.deployments.plans import variables_of
from functions.steps.redeploy.finish_redeploy import handler as finish_redeploy
from infra.packaging.template import state_functions
from tests.factories import TWO_SERVICES, deployment, settled, template
from tests.fakes.node import FakeEngine
from tests.functions import things
from tests.statemachines.deploys import hosts, items, start
from tests.statemachines.redeploys import (
    HOST,
    NEW_WEB,
    REDEPLOY,
    STATELESS,
    UNDONE,
    begun,
    images,
    names,
    redeployed,
    taken,
    version,
)
from tests.statemachines.test_failures import FOR_GOOD, stepped, until
from tests.statemachines.test_restart import app, told
from tests.world import World

__all__ = ["app"]
BEFORE = {"db": ("redis:7-alpine", "running"), "web": ("nginx:alpine", "running")}
AFTER = {"db": ("redis:7-alpine", "running"), "web": (NEW_WEB, "running")}


def test_new_version_of_a_service_without_a_volume_comes_up_beside_the_old(
    here: World, app: str
) -> None:
    before = taken(here, app)
    seen: dict[str, Any] = {}

    def look() -> None:
        seen.update(names=names(here, app), images=images(here, app))
        seen.update(here.call("GET", f"/deployments/{app}").attributes)

    here.before["PublishRoute"] = look

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert stepped(here) == REDEPLOY
    assert seen["names"] == ["db", "web", "~web"]
    assert (seen["status"], seen["template_version"], seen["next_version"]) == (
        "running",
        "1.0.0",
        "1.1.0",
    )
    assert images(here, app) == AFTER
    assert names(here, app) == ["db", "web"]
    assert here.node.engine.started == ["web"]
    assert (done["template_version"], done["next_version"]) == ("1.1.0", None)
    assert done["proxy_port"] != 30001
    assert done["direct_url"] == f"http://10.77.0.9:{done['proxy_port']}"
    assert {c["service_name"]: c["image"] for c in done["containers"]}["web"] == NEW_WEB
    assert hosts() == {HOST: "running"}
    after = taken(here, app)
    assert after["counters"] == before["counters"]
    assert after["ports"] == [port_key(done["node_id"], done["proxy_port"])]
    assert told(app)[-2:] == ["redeploy_begun", "redeployed"]
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert (story["kind"], story["state"]) == ("redeploy", "done")
    assert [step["name"] for step in story["steps"]] == REDEPLOY


def test_values_change_beside_and_the_secrets_that_stay_stay(here: World, app: str) -> None:
    given = [
        {"name": "GREETING", "type": "string", "default": "hello"},
        {"name": "KEY", "type": "secret", "generator": "hex"},
        {"name": "TOKEN", "type": "secret", "default": "to-be-changed"},
    ]
    redeployed(here, app, version=version(here, app, STATELESS, variables=given))
    key = values(app)["KEY"]

    done = redeployed(here, app, variables={"GREETING": "welcome", "TOKEN": "hunter2222"})

    assert (done["status"], done["template_version"]) == ("running", "1.1.0")
    assert values(app) == {"GREETING": "welcome", "KEY": key, "TOKEN": "hunter2222"}
    record = wiring.records().get(app)
    assert record is not None
    assert set(record.sealed) == {"variables"}
    assert wiring.records().sealed_under(wiring.seal().key, before=2**40, limit=99).count(app) == 1


def values(app: str) -> dict[str, str]:
    record = wiring.records().get(app)
    assert record is not None
    return variables_of(wiring, record)


def test_version_that_changes_no_service_leaves_every_container(here: World, app: str) -> None:
    before = here.node.engine.containers(app)

    done = redeployed(here, app, version=version(here, app, TWO_SERVICES, readme="better"))

    assert done["template_version"] == "1.1.0"
    assert here.node.engine.containers(app) == before


def test_service_that_goes_is_removed_last_and_one_that_comes_is_started(
    here: World, app: str
) -> None:
    text = STATELESS.replace("  web:\n", "  site:\n")
    seen: list[list[str]] = []
    here.before["RetireOld"] = lambda: seen.append(names(here, app))

    done = redeployed(here, app, version=version(here, app, text))

    assert seen == [["db", "web", "~site"]]
    assert names(here, app) == ["db", "site"]
    assert [(p["service"], p["routed"]) for p in done["ports"]] == [("site", True)]
    assert hosts() == {HOST: "running"}


def test_app_that_gets_its_first_route_gets_a_name(here: World, app: str) -> None:
    hidden = TWO_SERVICES.replace('    ports: ["80"]\n', "")
    without = redeployed(here, app, version=version(here, app, hidden))
    assert (without["proxy_port"], without["direct_url"], hosts()) == (None, None, {})

    done = redeployed(here, app, version=version(here, app, STATELESS, "1.2.0"))

    assert done["direct_url"] == f"http://10.77.0.9:{done['proxy_port']}"
    assert hosts() == {HOST: "running"}


def test_files_of_both_versions_lie_beside_each_other_until_the_end(here: World, app: str) -> None:
    files = [{"name": "page", "path": "/page", "content": "one", "mode": "0644"}]
    redeployed(here, app, version=version(here, app, STATELESS, config_files=files))
    files[0]["content"] = "two"
    seen: list[set[str]] = []
    here.before["RetireOld"] = lambda: seen.append(contents())

    def contents() -> set[str]:
        return set(here.node.engine.files.values())

    redeployed(here, app, version=version(here, app, STATELESS, "1.2.0", config_files=files))

    assert seen == [{"one", "two"}]
    assert contents() == {"two"}


def test_killed_functions_are_tried_again(here: World, app: str) -> None:
    here.kills = dict.fromkeys(REDEPLOY, 1)

    assert redeployed(here, app, version=version(here, app, STATELESS))["status"] == "running"
    assert images(here, app) == AFTER


@pytest.mark.parametrize("step", REDEPLOY)
def test_step_that_dies_for_good_is_undone_and_the_old_runs_on(
    here: World, app: str, step: str
) -> None:
    before = taken(here, app)
    here.kills = {step: FOR_GOOD}

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "step_crashed")
    assert stepped(here) == [*until(REDEPLOY, step), *UNDONE]
    assert_as_before(here, app, done, before)
    assert told(app)[-1] == "redeploy_undone"
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert story["state"] == "failed"
    here.kills = {}
    assert redeployed(here, app, version="1.1.0")["template_version"] == "1.1.0"


def assert_as_before(here: World, app: str, done: dict[str, Any], before: dict[str, Any]) -> None:
    assert images(here, app) == BEFORE
    assert names(here, app) == ["db", "web"]
    assert (done["template_version"], done["next_version"]) == ("1.0.0", None)
    assert done["proxy_port"] == 30001
    assert taken(here, app) == before
    record = wiring.records().get(app)
    assert record is not None
    assert not record.attributes["next"]
    assert "next_variables" not in record.sealed


@pytest.mark.parametrize("step", [*REDEPLOY[:4], "PublishRoute", "FinishRedeploy"])
def test_cancelled_redeploy_is_undone(here: World, app: str, step: str) -> None:
    before = taken(here, app)
    here.before[step] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"], done["error_message"]) == ("running", None, None)
    assert stepped(here) == [*until(REDEPLOY, step), *UNDONE]
    assert_as_before(here, app, done, before)
    assert told(app)[-1] == "redeploy_cancelled"
    story = here.call("GET", f"/deployments/{app}/timeline").attributes
    assert story["state"] == "undone"


@pytest.mark.parametrize(
    ("looks", "code", "says"),
    [
        ({"status": "exited", "exit_code": 3}, "container_exited", "status 3"),
        ({"health": "unhealthy", "last_probe": "no route"}, "unhealthy", "no route"),
        ({"restarts": 9, "exit_code": 1}, "container_exited", "restarted 9 times"),
    ],
)
def test_new_service_that_does_not_stay_up_is_undone_with_its_words(
    here: World, app: str, looks: dict[str, Any], code: str, says: str
) -> None:
    before = taken(here, app)
    here.node.engine.behaviour[NEW_WEB] = looks

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", code)
    assert says in done["error_message"]
    assert_as_before(here, app, done, before)


def test_image_that_does_not_exist_touches_nothing(here: World, app: str) -> None:
    before, there = taken(here, app), here.node.engine.containers(app)
    here.node.engine.missing.add(NEW_WEB)

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "image_not_found")
    assert_as_before(here, app, done, before)
    assert here.node.engine.containers(app) == there


def test_new_app_whose_port_stays_silent_is_undone_and_the_route_led_back(
    here: World, app: str
) -> None:
    before = taken(here, app)
    here.before["ConfirmRoute"] = lambda: here.before.update(ConfirmRoute=a_minute_passes)
    here.answering = False

    def a_minute_passes() -> None:
        here.skew = 61.0

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "deadline_passed")
    assert_as_before(here, app, done, before)
    assert route_ports() == ["30001"]


def route_ports() -> list[str]:
    return [route["port"]["N"] for route in items("routes") if "port" in route]


@pytest.mark.parametrize("step", ["FinishRedeploy", "RetireOld"])
def test_containers_go_only_after_the_route_has_left_them_for_a_while(
    here: World, app: str, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    engine, seen = here.node.engine, []

    def remove(app: str, containers: Any) -> None:
        gone = [s.ports[0][1] for s in engine.containers(app) if s.id in containers and s.ports]
        # Outside of the step's own context: this look is the test's.
        led_to = Context().run(route_ports)
        seen.append((gone, led_to, here.invoked.count(here.invoked[-1])))
        FakeEngine.remove(engine, app, containers)

    monkeypatch.setattr(engine, "remove", remove)
    here.kills = {step: FOR_GOOD}

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert done["status"] == "running"
    assert seen
    for ports, led_to, entries in seen:
        assert not set(map(str, ports)) & set(led_to)
        assert entries == 2


def test_server_that_goes_away_before_anything_was_done_leaves_the_app_alone(
    here: World, app: str
) -> None:
    before = taken(here, app)
    here.node.fails["pull_states"] = [HostUnreachable("away")] * 4

    def gone() -> None:
        here.node.fails["connect"] = [HostUnreachable("away")] * 99

    here.before["UndoRedeploy"] = gone

    done = redeployed(here, app, version=version(here, app, STATELESS))

    here.node.fails.clear()
    assert (done["status"], done["error_code"]) == ("running", "host_unreachable")
    assert_as_before(here, app, done, before)


def test_server_without_room_for_both_refuses_and_says_what_it_needs(here: World, app: str) -> None:
    node = here.call("GET", f"/deployments/{app}").attributes["node_id"]
    things.give_away(node, memory=8192 - 100)
    before = taken(here, app)

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "node_full")
    assert "256 MB of memory" in done["error_message"]
    assert_as_before(here, app, done, before)


def test_larger_version_is_counted_once_and_given_back_when_undone(here: World, app: str) -> None:
    larger = STATELESS.replace(NEW_WEB, f"{NEW_WEB}\n    mem_limit: 1g\n    cpus: 2")
    before = taken(here, app)
    here.kills = {"AwaitHealthy": FOR_GOOD}
    assert_as_before(here, app, redeployed(here, app, version=version(here, app, larger)), before)
    here.kills = {}

    done = redeployed(here, app, version="1.1.0")

    assert (done["resources_memory_mb"], done["resources_cpu_cores"]) == (1280, 2.5)
    after = taken(here, app)["counters"]
    assert after["plan#user-a#max_memory_mb"] == 1280
    assert after["plan#user-a#max_cpu_cores"] == 2.5
    assert after[f"capacity#{done['node_id']}#memory"] == 1024 - 256


def test_app_that_shrinks_gives_back_when_it_is_done(here: World, app: str) -> None:
    smaller = STATELESS.replace(NEW_WEB, f"{NEW_WEB}\n    mem_limit: 64m")

    begun(here, app, version=version(here, app, smaller))
    done = settled(here, "deployments", app)

    assert done["resources_memory_mb"] == 320
    assert taken(here, app)["counters"]["plan#user-a#max_memory_mb"] == 320


def run_again(app: str, step: str) -> None:
    """Let a step run once more, as a function whose answer was lost would."""
    record = wiring.records().get(app)
    assert record is not None
    function = state_functions("redeploy")[step]
    event = {"id": app, "generation": record.generation, "kind": "redeploy"}
    importlib.import_module(function.module).handler(event, None)


@pytest.mark.parametrize("step", [*REDEPLOY[:4], "StartServices", "RetireOld"])
def test_step_that_runs_twice_does_no_harm(here: World, app: str, step: str) -> None:
    following = REDEPLOY[REDEPLOY.index(step) + 1]
    here.before[following] = lambda: run_again(app, step)

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert images(here, app) == AFTER
    assert names(here, app) == ["db", "web"]


def test_late_step_of_an_older_generation_writes_nothing(here: World, app: str) -> None:
    redeployed(here, app, version=version(here, app, STATELESS))

    with pytest.raises(Stale):
        finish_redeploy({"id": app, "generation": 0, "kind": "redeploy"}, None)


@pytest.mark.parametrize("past", [{"restarts": 9}, {"out_of_memory": True}], ids=str)
@pytest.mark.parametrize("looks", [{}, {"status": "exited", "exit_code": 3}], ids=["well", "ill"])
def test_what_is_kept_is_not_judged_by_what_happened_to_it_long_ago(
    here: World, app: str, looks: dict[str, Any], past: dict[str, Any]
) -> None:
    engine = here.node.engine
    engine.running[app, "db"] = replace(engine.running[app, "db"], **past)
    engine.behaviour[NEW_WEB] = looks

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert done["status"] == "running"
    assert done["error_code"] == ("container_exited" if looks else None)
    assert images(here, app) == (BEFORE if looks else AFTER)


def test_first_route_of_an_app_goes_with_the_change_that_brought_it(here: World) -> None:
    hidden = TWO_SERVICES.replace('    ports: ["80"]\n', "")
    app = deployment(here, template_id=template(here, name="hidden", compose_spec=hidden))
    assert start(here, app)["status"] == "running"
    here.before["RetireOld"] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    done = redeployed(here, app, version=version(here, app, TWO_SERVICES))

    assert (done["status"], done["proxy_port"], hosts()) == ("running", None, {})
