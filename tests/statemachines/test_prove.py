"""Proofs of versions: what is measured, what is shown of it, and that nothing is left."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import RefusedByProvider
from chalicelib.ports.insight import AppDisk, Counters
from chalicelib.ports.records import Record
from chalicelib.runtime import settings, settle, wiring
from chalicelib.services.counters import plan_key, proof_key, proofs_key
from chalicelib.services.proofs import proof_stages
from chalicelib.services.work.work import MAX_ATTEMPTS
from functions.events.workflows import reconcile_execution
from tests.factories import credential, leave_to_work, settled, template
from tests.world import World

WHOLE = [
    *("OrderServer", "AwaitNode", "StartApp", "AwaitApp", "OpenRoute", "ObserveApp"),
    *("RestartServer", "AwaitReturn", "MeasureApp", "RemoveApp", "ReturnServer", "FinishProof"),
    "Done",
]
CREATOR = "creator"
MEGABYTE = 1024 * 1024
VERSIONS = "template_versions"
ALWAYS = 999
ONE_SERVICE = """\
services:
  web: {image: "nginx:alpine", ports: ["80"]}
"""


@pytest.fixture(autouse=True)
def _soon() -> Iterator[None]:
    """Nobody looks at an app for long here, and a delete waits for its end."""
    with (
        mock.patch.object(proof_stages, "OBSERVED_SECONDS", 0.05),
        mock.patch.object(settle, "PATIENCE_SECONDS", 60.0),
    ):
        yield


@pytest.fixture
def lively(here: World) -> World:
    """A world whose servers restart when they are asked to, and measure their disks."""
    here.cloud.on_restart = lambda _server: restarted(here)
    here.before["AwaitApp"] = lambda: None
    here.before["ObserveApp"] = lambda: busy(here)
    here.before["MeasureApp"] = lambda: measured(here)
    return here


AWAY_SECONDS = 3.0
"""How long a server takes to start again."""


def restarted(here: World) -> None:
    """Another start of the machine, which takes its time."""
    here.skew += AWAY_SECONDS
    here.node.written["/proc/1/stat"] = str(len(here.cloud.restarted))


def busy(here: World) -> None:
    """Have every container hold 90 MB."""
    for state in here.node.engine.running.values():
        here.node.insight.counters[state.id] = Counters(10**9, 90 * MEGABYTE, 0, 0, 0, 0, 0, pids=3)


def measured(here: World) -> None:
    """Have the disk of every app measured a moment after it was asked for."""
    at = clock.text_of(clock.moment_of(here.node.told_at) + timedelta(seconds=60))
    for app, _ in here.node.engine.running:
        here.node.insight.disks[app] = AppDisk(5000, at)


def asked(here: World, template_id: str, version: str = "1.0.0", **changes: Any) -> str:
    given = {
        "cloud_credential_id": credential(here, CREATOR),
        "region": "fra1",
        "size": "s-1vcpu-2gb",
    } | changes
    path = f"/templates/{template_id}/versions/{version}/prove"
    made = here.call("POST", path, given, user=CREATOR, kind="template_proofs")
    assert made.status == 202, made.body
    return made.id


def ended(here: World, proof: str) -> dict[str, Any]:
    return settled(here, "template_proofs", proof, CREATOR)


def stored(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def nothing_left(here: World, proof: str) -> None:
    """Neither at the provider nor here, but for the proof itself and tombstones."""
    known = stored(proof).attributes
    provision = wiring.records().get(known["server_id"])
    if provision is not None:
        leave_to_work(provision.id)
        assert stored(known["server_id"]).status == "destroyed"
    app = wiring.records().get(known["app_id"])
    assert app is None or app.status == "deleted"
    left = (here.cloud.servers, here.cloud.firewalls, here.cloud.keys, here.cloud.tags)
    assert left == ({}, {}, set(), set())
    for resource in ("nodes", "ssh_keys", "deployments", "cloud_provisions"):
        assert here.call("GET", f"/{resource}", user=CREATOR).body["data"] == [], resource
    limits = ("max_deployments", "max_cpu_cores", "max_memory_mb", "max_disk_mb", "max_nodes")
    keys = (*(plan_key(limit, CREATOR) for limit in limits), proofs_key(CREATOR))
    assert set(wiring.records().counters(keys).values()) == {0}
    version = f"{known['template_id']}@{known['template_version']}"
    assert wiring.records().reservation(proof_key(version)) is None


def test_proven_version_shows_what_was_measured(lively: World) -> None:
    made = template(lively)
    proof = asked(lively, made)

    done = ended(lively, proof)

    assert (done["status"], done["error_code"]) == ("proven", None), done
    assert lively.states_of(proof) == WHOLE
    assert done["peak_memory_mb"] == 180
    assert done["disk_mb"] == 7  # 5,000 KB and two images of 1 MB
    assert done["healthy_seconds"] > 0
    assert done["restart_seconds"] >= AWAY_SECONDS
    assert done["finished_at"] > done["started_at"]
    assert lively.cloud.restarted == ["1"]
    nothing_left(lively, proof)

    measured_there = {
        "template_version": "1.0.0",
        "proven_at": done["finished_at"],
        **{name: done[name] for name in ("healthy_seconds", "restart_seconds", "disk_mb")},
        **{name: done[name] for name in ("peak_memory_mb", "peak_cpu_cores")},
    }
    for path in (f"/templates/{made}", f"/templates/{made}/versions/1.0.0"):
        assert lively.call("GET", path, user=None).attributes["proof"] == measured_there
    [listed] = lively.call("GET", "/templates", user=None).body["data"]
    assert listed["attributes"]["proof"] == measured_there


def test_draft_that_nobody_published_is_proven_too(lively: World) -> None:
    given = {"name": "A draft", "version": "1.0.0", "compose_spec": ONE_SERVICE}
    made = lively.call("POST", "/templates", given, user=CREATOR).id

    assert ended(lively, asked(lively, made))["status"] == "proven"

    shown = lively.call("GET", f"/templates/{made}", user=CREATOR).attributes["proof"]
    assert shown["template_version"] == "1.0.0"
    changed = {"compose_spec": ONE_SERVICE.replace("nginx", "redis")}
    lively.call("PATCH", f"/templates/{made}", changed, user=CREATOR)
    for path in (f"/templates/{made}", f"/templates/{made}/versions/1.0.0"):
        assert lively.call("GET", path, user=CREATOR).attributes["proof"] is None


def test_proof_of_an_earlier_version_stays_beside_the_newest_one(lively: World) -> None:
    made = template(lively)
    ended(lively, asked(lively, made))
    lively.call(
        "POST", f"/templates/{made}/versions", {"version": "2.0.0"}, user=CREATOR, kind=VERSIONS
    )

    shown = lively.call("GET", f"/templates/{made}", user=None).attributes
    assert (shown["version"], shown["proof"]["template_version"]) == ("2.0.0", "1.0.0")
    newer = lively.call("GET", f"/templates/{made}/versions/2.0.0", user=None).attributes
    assert newer["proof"] is None


def test_nobody_is_charged_for_a_proof_and_nothing_is_learned_of_it(lively: World) -> None:
    made = template(lively)

    proof = ended(lively, asked(lively, made))

    found = lively.call("GET", f"/templates/{made}", user=None).attributes
    assert (found["starts"], found["start_seconds"]) == (None, None)
    assert wiring.runs().open_run(CREATOR, proof["deployment_id"]) is None
    told = lively.call("GET", "/usage_events", user=CREATOR).body["data"]
    assert told == []


def test_server_of_a_proof_takes_nothing_else(lively: World) -> None:
    made = template(lively)
    refused: list[list[str]] = []

    def intrude() -> None:
        [node] = lively.call("GET", "/nodes", user=CREATOR).body["data"]
        for named in ({"node_id": node["id"]}, {}):
            given = {"name": "mine", "template_id": made} | named
            app = lively.call("POST", "/deployments", given, user=CREATOR)
            if app.status == 201:
                app = lively.call("POST", f"/deployments/{app.id}/start", user=CREATOR)
            refused.append(app.codes)

    lively.before["OpenRoute"] = intrude
    proof = asked(lively, made)
    done = ended(lively, proof)

    assert refused == [["kept_for_proof"], ["no_node"]]
    assert done["status"] == "proven"


def test_one_proof_of_a_version_is_in_hand(lively: World) -> None:
    made, second = template(lively), []

    def ask_again() -> None:
        given = {"cloud_credential_id": credential(lively, CREATOR), "region": "fra1", "size": "s"}
        path = f"/templates/{made}/versions/1.0.0/prove"
        second.append(lively.call("POST", path, given, user=CREATOR, kind="template_proofs").codes)

    lively.before["AwaitNode"] = ask_again
    ended(lively, asked(lively, made))

    assert second == [["proof_in_progress"]]


Spoil = Callable[[World], None]
FAILS: dict[str, tuple[Spoil, str, str]] = {
    "server": (
        lambda here: here.cloud.fails.__setitem__("create", [RefusedByProvider("no such size")]),
        "not_proven",
        "The server could not be made: no such size",
    ),
    "image": (
        lambda here: here.node.engine.missing.add("nginx:alpine"),
        "not_proven",
        "The app did not start: Docker Hub has no image nginx:alpine",
    ),
    "route": (
        lambda here: setattr(here.probes, "serving", False),
        "deadline_passed",
        "Waiting for the app proxy to show the app. This took longer",
    ),
    "restart": (
        lambda here: here.cloud.fails.__setitem__("restart", [RefusedByProvider("not now")]),
        "refused_by_provider",
        "not now",
    ),
    "return": (
        lambda here: setattr(here.cloud, "on_restart", lambda _server: None),
        "deadline_passed",
        "Waiting for the server to restart. This took longer",
    ),
    "disk": (
        lambda here: here.before.__setitem__("MeasureApp", lambda: None),
        "deadline_passed",
        "Waiting for the server to measure",
    ),
}


@pytest.mark.parametrize("stage", FAILS)
def test_failed_stage_says_why_and_leaves_nothing(
    lively: World, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSTER_STEP_SECONDS", "OpenRoute=1 AwaitReturn=1 MeasureApp=1")
    settings.settings.cache_clear()
    spoil, code, reason = FAILS[stage]
    spoil(lively)
    made = template(lively)

    proof = asked(lively, made)
    done = ended(lively, proof)

    assert (done["status"], done["error_code"]) == ("failed", code), done
    assert reason in done["error_message"]
    assert done["finished_at"]
    nothing_left(lively, proof)
    assert lively.call("GET", f"/templates/{made}", user=None).attributes["proof"] is None


def test_draft_that_changed_meanwhile_is_not_proven(lively: World) -> None:
    given = {"name": "A draft", "version": "1.0.0", "compose_spec": ONE_SERVICE}
    made = lively.call("POST", "/templates", given, user=CREATOR).id
    changed = {"compose_spec": ONE_SERVICE.replace("nginx", "redis")}
    lively.before["RestartServer"] = lambda: lively.call(
        "PATCH", f"/templates/{made}", changed, user=CREATOR
    )

    proof = asked(lively, made)
    done = ended(lively, proof)

    assert (done["status"], done["error_code"]) == ("failed", "version_changed")
    nothing_left(lively, proof)


@pytest.mark.parametrize("state", [*WHOLE[:-1]])
def test_step_that_dies_once_goes_on(lively: World, state: str) -> None:
    lively.kills[state] = 1
    made = template(lively)

    proof = asked(lively, made)

    assert ended(lively, proof)["status"] == "proven"
    nothing_left(lively, proof)


def test_proof_that_is_given_up_lets_its_server_go(lively: World) -> None:
    """Its execution ends without a word three times."""
    lively.kills["AwaitApp"] = lively.kills["ReturnServer"] = lively.kills["FailWork"] = ALWAYS
    made = template(lively)
    proof = asked(lively, made)
    for _ in range(MAX_ATTEMPTS):
        lively.states_of(proof)
        reconcile(proof)

    done = ended(lively, proof)

    assert (done["status"], done["error_code"]) == ("failed", "work_lost")
    leave_to_work(done["cloud_provision_id"])
    nothing_left(lively, proof)


def reconcile(proof: str) -> None:
    """Tell that the execution at work ended, as EventBridge does."""
    work = stored(proof).work
    assert work is not None
    given = json.dumps({"id": proof, "generation": work.generation})
    reconcile_execution.handler({"detail": {"name": work.execution, "input": given}}, None)
