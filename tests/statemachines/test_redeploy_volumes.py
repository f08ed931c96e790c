"""Redeploying services that have data: never two of them on one volume, and nobody led astray."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.errors import DockerUnavailable
from chalicelib.runtime import wiring
from tests.factories import TWO_SERVICES, settled
from tests.fakes.volumes import KILLED
from tests.functions import things
from tests.statemachines.deploys import hosts
from tests.statemachines.redeploys import (
    BEFORE,
    HOST,
    NEW_DB,
    NEW_WEB,
    OLD_DB,
    REDEPLOY,
    STATEFUL,
    STATELESS,
    STOPPED,
    begun,
    data,
    images,
    names,
    never_two_on_one_volume,
    redeployed,
    run_again,
    taken,
    version,
)
from tests.statemachines.test_failures import stepped
from tests.statemachines.test_restart import app
from tests.world import World

__all__ = ["app", "never_two_on_one_volume"]


def test_service_with_a_volume_is_replaced_in_place_on_its_own_data(here: World, app: str) -> None:
    web = here.node.engine.running[app, "web"]
    kept: list[object] = []
    here.before["StartServices"] = lambda: kept.append(dict(here.node.volumes.snapshots))

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert images(here, app) == {**BEFORE, "db": (NEW_DB, "running")}
    assert here.node.engine.running[app, "web"].id == web.id
    assert data(here, app) == [OLD_DB, NEW_DB]
    assert kept == [{(app, 1): {"data": [OLD_DB]}}]
    assert here.node.volumes.snapshots == {}
    assert done["proxy_port"] == 30001
    assert set(stepped(here)) == set(REDEPLOY)


@pytest.mark.parametrize("step", STOPPED[:-1])
def test_step_that_runs_twice_does_no_harm(here: World, app: str, step: str) -> None:
    following = REDEPLOY[REDEPLOY.index(step) + 1]
    here.before[following] = lambda: run_again(app, step)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert data(here, app) == [OLD_DB, NEW_DB]


@pytest.mark.parametrize("call", ["remove", "start_snapshot", "snapshot_state", "ensure_service"])
def test_function_that_dies_in_the_middle_is_tried_again(here: World, app: str, call: str) -> None:
    here.node.fails[call] = [DockerUnavailable("away")] * 2

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert data(here, app) == [OLD_DB, NEW_DB]


def test_volumes_that_are_too_large_are_told_and_nothing_is_touched(here: World, app: str) -> None:
    here.node.volumes.mb["data"] = 9_800
    there = here.node.engine.containers(app)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "disk_full")
    assert "9800 MB" in done["error_message"]
    assert "10000 MB free" in done["error_message"]
    assert here.node.engine.containers(app) == there


def up(here: World, app: str) -> list[str]:
    return sorted(s.service for s in here.node.engine.containers(app) if s.status == "running")


def test_nothing_else_runs_and_nobody_is_led_there_until_the_data_is_in_good_hands(
    here: World, app: str
) -> None:
    engine, seen = here.node.engine, []
    engine.behaviour[NEW_DB] = {"health": "starting"}

    def look() -> None:
        seen.append((up(here, app), hosts()[HOST]))

    def heal() -> None:
        look()
        engine.running[app, "db"] = replace(engine.running[app, "db"], health="healthy")

    def wait() -> None:
        look()
        here.before["StartServices"] = heal

    here.before["StartServices"] = wait
    here.before["PublishRoute"] = look

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert done["error_code"] is None
    assert seen == [([], "starting"), (["db"], "starting"), (["db", "web"], "starting")]
    assert hosts() == {HOST: "running"}


def test_cancel_before_anything_was_touched_takes_nobody_the_app(here: World, app: str) -> None:
    seen = []
    here.before["SnapshotVolumes"] = lambda: here.call("POST", f"/deployments/{app}/cancel")
    here.before["UndoRedeploy"] = lambda: seen.append(hosts())
    here.before["KeepOld"] = lambda: seen.append(hosts())

    redeployed(here, app, version=version(here, app, STATEFUL))

    assert seen == [{HOST: "running"}] * 2
    assert images(here, app) == BEFORE


def test_redeploy_that_is_lost_after_its_last_write_is_ended_by_the_next_attempt(
    here: World, app: str
) -> None:
    number = version(here, app, STATEFUL)
    begun(here, app, version=number)
    record = wiring.records().get(app)
    assert record is not None
    settled(here, "deployments", app)
    things.put(app, attributes={"next": {"adopted": True}}, set_work=record.work)

    for step in REDEPLOY:
        run_again(app, step)

    done = here.call("GET", f"/deployments/{app}").attributes
    assert (done["status"], done["template_version"], done["work"]) == ("running", number, None)
    assert images(here, app) == {**BEFORE, "db": (NEW_DB, "running")}
    assert here.node.volumes.snapshots == {}
    assert hosts() == {HOST: "running"}


def test_what_is_kept_comes_back_last(here: World, app: str) -> None:
    engine = here.node.engine
    text = STATEFUL.replace("volumes: {data", "  job: {image: 'busybox:1'}\nvolumes: {data")
    engine.behaviour["busybox:1"] = {"status": "exited", "exit_code": 3}

    done = redeployed(here, app, version=version(here, app, text))

    assert "status 3" in done["error_message"]
    assert engine.started == ["db", "job", "db", "web"]
    assert set(data(here, app)) == {OLD_DB}


def test_other_service_that_fails_takes_no_write_of_anybody_with_it(here: World, app: str) -> None:
    engine, seen = here.node.engine, []
    engine.behaviour[NEW_WEB] = {"status": "exited", "exit_code": 3}
    here.before["UndoRedeploy"] = lambda: seen.append((up(here, app), hosts()[HOST]))
    text = STATEFUL.replace("nginx:alpine", NEW_WEB)

    done = redeployed(here, app, version=version(here, app, text))

    assert (done["status"], done["error_code"]) == ("running", "container_exited")
    assert seen == [(["db"], "starting")]
    assert images(here, app) == BEFORE
    assert up(here, app) == ["db", "web"]
    assert hosts() == {HOST: "running"}


def test_new_writer_that_breaks_while_all_others_wait_is_told_at_once(
    here: World, app: str
) -> None:
    engine = here.node.engine
    engine.behaviour[NEW_DB] = {"status": "exited", "exit_code": 4}
    text = STATEFUL.replace("    depends_on: {db: {condition: service_healthy}}\n", "")
    assert "depends_on" not in text

    done = redeployed(here, app, version=version(here, app, text))

    assert done["error_code"] == "container_exited"
    assert "status 4" in done["error_message"]
    assert engine.started.count("web") == 1


def test_new_writer_answers_to_its_name_only_once_it_is_healthy(here: World, app: str) -> None:
    engine, seen = here.node.engine, []

    def look() -> None:
        db = engine.running[app, "db"]
        seen.append((db.health, db.id in engine.unnamed, engine.started.count("web")))

    def heal() -> None:
        look()
        engine.running[app, "db"] = replace(engine.running[app, "db"], health="healthy")
        here.before["StartServices"] = look

    def wait() -> None:
        here.before["StartServices"] = heal

    engine.behaviour[NEW_DB] = {"health": "starting"}
    here.before["StartServices"] = wait
    here.before["PublishRoute"] = look
    text = STATEFUL.replace("nginx:alpine", NEW_WEB)

    done = redeployed(here, app, version=version(here, app, text))

    assert done["error_code"] is None
    assert seen[0] == ("starting", True, 0)
    assert seen[-1] == ("healthy", False, 1)


def test_new_writer_that_is_never_healthy_never_answers_to_its_name(here: World, app: str) -> None:
    engine, named = here.node.engine, []
    engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.before["UndoRedeploy"] = lambda: named.append(
        engine.running[app, "db"].id not in engine.unnamed
    )

    redeployed(here, app, version=version(here, app, STATEFUL))

    assert named == [False]
    assert engine.running[app, "db"].id not in engine.unnamed


ROUTED_DATA = TWO_SERVICES.replace(
    '    ports: ["80"]\n', '    ports: ["80"]\n    volumes: ["pages:/pages"]\n'
).replace("{data: {}}", "{data: {}, pages: {}}")


@pytest.mark.parametrize("looks", [{}, {"status": "exited", "exit_code": 3}], ids=["well", "ill"])
def test_people_wait_while_what_they_are_led_to_is_made_in_place(
    here: World, app: str, looks: dict[str, object]
) -> None:
    redeployed(here, app, version=version(here, app, ROUTED_DATA))
    here.node.engine.behaviour[NEW_WEB] = looks
    text, seen = ROUTED_DATA.replace("nginx:alpine", NEW_WEB), []
    here.before["StartServices"] = lambda: seen.append(hosts())

    done = redeployed(here, app, version=version(here, app, text, "1.2.0"))

    assert done["error_code"] == ("container_exited" if looks else None)
    assert seen == [{HOST: "starting"}]
    assert hosts() == {HOST: "running"}


def test_what_is_kept_is_given_time_while_its_database_was_away(here: World, app: str) -> None:
    engine = here.node.engine
    web = engine.running[app, "web"]
    engine.running[app, "web"] = replace(web, health="unhealthy")

    def heal() -> None:
        engine.running[app, "web"] = replace(web, health="healthy")

    here.before["AwaitHealthy"] = lambda: here.before.update(AwaitHealthy=heal)

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", None)
    assert engine.running[app, "web"].id == web.id


def test_copying_that_is_killed_goes_on(here: World, app: str) -> None:
    here.node.volumes.breaks = [f"take:{KILLED}", f"put-back:{KILLED}"]
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}

    done = redeployed(here, app, version=version(here, app, STATEFUL))

    assert (done["status"], done["error_code"]) == ("running", "unhealthy")
    assert here.node.volumes.breaks == []
    assert data(here, app) == [OLD_DB, OLD_DB]


def test_volume_that_an_image_declares_is_kept_like_one_of_the_plan(here: World, app: str) -> None:
    here.node.volumes.declared = {NEW_WEB: ("/cache",)}
    here.node.engine.behaviour[NEW_WEB] = {"status": "exited", "exit_code": 1}
    before = taken(here, app)

    done = redeployed(here, app, version=version(here, app, STATELESS))

    assert (done["status"], done["error_code"]) == ("running", "container_exited")
    assert taken(here, app) == before
    here.node.engine.behaviour.clear()
    done = redeployed(here, app, version="1.1.0")
    assert (done["error_code"], done["proxy_port"]) == (None, 30001)
    assert taken(here, app)["ports"] == before["ports"]


def test_services_that_write_one_volume_are_replaced_together(here: World, app: str) -> None:
    sharing = TWO_SERVICES.replace(
        '    ports: ["80"]\n', '    ports: ["80"]\n    volumes: ["data:/data"]\n'
    )
    redeployed(here, app, version=version(here, app, sharing))
    web = here.node.engine.running[app, "web"].id

    done = redeployed(
        here, app, version=version(here, app, sharing.replace(OLD_DB, NEW_DB), "2.0.0")
    )

    assert done["error_code"] is None
    assert here.node.engine.running[app, "web"].id != web
    assert names(here, app) == ["db", "web"]
