"""Checking nodes: every outcome as the list of states entered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.adapters.nodes.warm import WarmConnections
from chalicelib.domain.errors import (
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    ProductError,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.ports.nodes import Login
from chalicelib.runtime import wiring
from tests.factories import settled, template
from tests.fakes.node import FakeNode
from tests.functions.looks import look
from tests.functions.things import a_private_key
from tests.statemachines.test_failures import FOR_GOOD
from tests.world import World

WHOLE = ["ReachNode", "OpenDoor", "MeasureNode", "Done"]
FAILED = ["NoteFailure", "Noted"]


def key(here: World) -> str:
    given = {"name": "mine", "private_key": a_private_key()}
    return here.call("POST", "/ssh_keys", given).id


def brought(here: World, **changes: Any) -> str:
    given = {
        "name": "my server",
        "ssh_host": "198.51.100.7",
        "ssh_user": "root",
        "ssh_key_id": key(here),
    }
    made = here.call("POST", "/nodes", given | changes)
    assert made.status == 201, made.body
    return made.id


def checked(here: World, node: str) -> dict[str, Any]:
    assert here.call("POST", f"/nodes/{node}/check").status == 200
    return settled(here, "nodes", node)


def started(here: World, node: str) -> str:
    """A deployment on a node whose start has begun."""
    given = {"name": "my app", "template_id": template(here), "node_id": node}
    given |= {"direct_access": True}
    made = here.call("POST", "/deployments", given)
    assert here.call("POST", f"/deployments/{made.id}/start").status == 200
    return made.id


def names(here: World, node: str) -> list[str]:
    return [entry.name for entry in wiring.records().journal(node, limit=50)][::-1]


def test_server_that_answers_is_pinned_measured_and_online(here: World) -> None:
    node = brought(here, docker_socket="/run/docker.sock", ssh_port=2222)

    found = settled(here, "nodes", node)

    assert (found["status"], found["health"], found["error_message"]) == ("online", "healthy", None)
    assert here.states_of(node) == WHOLE
    assert found["host_key"] == here.node.host_key
    assert found["docker_version"] == "20.10.24"
    capacity = [found[f"capacity_{what}"] for what in ("cpu_cores", "memory_mb", "disk_mb")]
    assert capacity == [1, 2048, 51200]
    assert found["disk_used_percent"] == 22
    assert found["last_health_check"]
    first, second = here.node.logins
    assert (first.host_key, second.host_key) == (None, here.node.host_key)
    assert (second.port, second.docker_socket) == (2222, "/run/docker.sock")
    assert names(here, node) == ["created", "host_key_pinned", "node_checked"]
    story = here.call("GET", f"/nodes/{node}/timeline").attributes
    assert (story["kind"], story["state"]) == ("check", "done")
    assert [step["state"] for step in story["steps"]] == ["done"] * 3


@pytest.mark.parametrize(
    ("call", "error", "code", "health"),
    [
        ("connect", HostUnreachable("away"), "host_unreachable", "unreachable"),
        ("connect", HostKeyChanged("another"), "host_key_changed", "unreachable"),
        ("connect", LoginRefused("no"), "login_refused", "unreachable"),
        ("facts", DockerUnavailable("down"), "docker_unavailable", "unhealthy"),
    ],
)
def test_server_that_cannot_be_used_goes_offline_with_the_reason(
    here: World, call: str, error: ProductError, code: str, health: str
) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.node.fails[call] = [error] * 9

    found = checked(here, node)

    assert (found["status"], found["health"], found["error_code"]) == ("offline", health, code)
    assert found["error_message"] == error.detail
    assert here.invoked[-1] == "NoteFailure"
    story = here.call("GET", f"/nodes/{node}/timeline").attributes
    assert (story["state"], story["error_code"]) == ("failed", code)
    here.node.fails.clear()
    found = checked(here, node)
    assert (found["status"], found["error_code"], found["error_message"]) == ("online", None, None)


def test_server_without_docker_or_key_says_what_is_missing(here: World) -> None:
    here.node.docker = None
    without_docker = settled(here, "nodes", brought(here))
    without_key = settled(here, "nodes", brought(here, ssh_key_id=None))

    assert (without_docker["status"], without_docker["error_code"]) == (
        "offline",
        "docker_unavailable",
    )
    assert "/var/run/docker.sock" in without_docker["error_message"]
    assert without_docker["host_key"]
    assert (without_key["status"], without_key["error_code"]) == ("offline", "login_refused")
    assert "choose one" in without_key["error_message"]


def test_changed_host_key_is_never_pinned_until_the_old_one_is_forgotten(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    pinned, here.node.host_key = here.node.host_key, "ssh-ed25519 AAAAanother"
    here.node.fails["connect"] = [HostKeyChanged("another key")]

    found = checked(here, node)

    assert (found["status"], found["host_key"]) == ("offline", pinned)
    assert here.node.logins[-1].host_key == pinned
    assert here.call("PATCH", f"/nodes/{node}", {"host_key": None}).status == 200
    found = settled(here, "nodes", node)
    assert (found["status"], found["host_key"]) == ("online", "ssh-ed25519 AAAAanother")


def key_of(here: World, host_key: str) -> str:
    """Let the server show this key to who has pinned none, and refuse others; its fingerprint."""
    here.node.host_key = host_key
    return fingerprint(host_key)


def refused(offered: str) -> HostKeyChanged:
    error = HostKeyChanged(f"another key {offered}")
    error.offered = offered
    return error


def accept(here: World, node: str, compared: str) -> int:
    given = {"accepted_host_key_fingerprint": compared}
    return here.call("PATCH", f"/nodes/{node}", given).status


def test_key_that_is_offered_is_shown_and_only_that_one_is_taken_once_it_is_accepted(
    here: World,
) -> None:
    node = brought(here)
    pinned = settled(here, "nodes", node)
    assert pinned["host_key_fingerprint"] == fingerprint(pinned["host_key"])
    second = key_of(here, "ssh-ed25519 AAAA")
    here.node.fails["connect"] = [refused(second)]

    offered = checked(here, node)

    assert (offered["error_code"], offered["host_key"]) == ("host_key_changed", pinned["host_key"])
    assert offered["offered_host_key_fingerprint"] == second
    third = key_of(here, "ssh-ed25519 BBBB")  # and yet another one, when the second is accepted
    assert accept(here, node, second) == 200
    still = settled(here, "nodes", node)
    assert (still["status"], still["error_code"]) == ("offline", "host_key_changed")
    assert (still["host_key"], still["offered_host_key_fingerprint"]) == (None, third)
    assert checked(here, node)["host_key"] is None

    assert accept(here, node, second) == 409
    assert accept(here, node, third) == 200

    taken = settled(here, "nodes", node)
    assert (taken["status"], taken["host_key"]) == ("online", "ssh-ed25519 BBBB")
    assert (taken["host_key_fingerprint"], taken["offered_host_key_fingerprint"]) == (third, None)


def test_another_address_is_another_server_whose_key_is_its_own(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.node.fails["connect"] = [refused("SHA256:offered")]
    assert checked(here, node)["offered_host_key_fingerprint"] == "SHA256:offered"

    here.call("PATCH", f"/nodes/{node}", {"ssh_host": "198.51.100.8"})

    found = settled(here, "nodes", node)
    assert (found["status"], found["offered_host_key_fingerprint"]) == ("online", None)


def test_check_warns_of_what_it_meets_and_takes_back_what_is_over(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.node.engine.skew = 90
    found = checked(here, node)
    assert (found["status"], found["health"]) == ("online", "degraded")
    assert [one["code"] for one in found["warnings"]] == ["clock_off"]
    here.node.docker = None

    found = checked(here, node)

    assert (found["status"], found["error_code"]) == ("offline", "docker_unavailable")
    assert [one["code"] for one in found["warnings"]] == ["clock_off", "docker_not_answering"]
    here.node.docker, here.node.engine.skew = "20.10.24", 0
    found = checked(here, node)
    assert (found["status"], found["health"], found["warnings"]) == ("online", "healthy", [])
    assert found["last_seen_at"] == found["last_health_check"]


@dataclass
class Opened:
    """A connection that stays open, to the one server that there is."""

    node: FakeNode
    login: Login

    def answers(self) -> bool:
        return True

    def close(self) -> None:
        """It is opened anew then."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)


def test_edit_and_delete_take_effect_at_once_although_connections_are_kept(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Login] = []

    def opening(login: Login) -> Any:
        opened.append(login)
        return Opened(here.node, login)

    kept = WarmConnections(opening)
    monkeypatch.setattr(wiring, "connect", lambda: kept.connect)
    node = brought(here)
    settled(here, "nodes", node)
    checked(here, node)
    assert [login.host_key for login in opened] == [None, here.node.host_key]
    opened.clear()

    here.call("PATCH", f"/nodes/{node}", {"ssh_port": 2222, "ssh_user": "me"})
    assert settled(here, "nodes", node)["status"] == "online"
    look(node)

    assert {(login.port, login.user) for login in opened} == {(2222, "me")}
    opened.clear()
    assert here.call("DELETE", f"/nodes/{node}").status == 204
    look(node)
    assert opened == []


def test_parked_node_is_measured_and_stays_parked(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.call("POST", f"/nodes/{node}/maintenance")

    found = checked(here, node)

    assert (found["status"], found["health"]) == ("maintenance", "healthy")
    here.node.fails["connect"] = [LoginRefused("no")]
    found = checked(here, node)
    assert (found["status"], found["health"]) == ("maintenance", "unreachable")
    here.node.fails.clear()
    assert here.call("DELETE", f"/nodes/{node}/maintenance").attributes["status"] == "offline"
    assert settled(here, "nodes", node)["status"] == "online"


def test_node_that_is_parked_during_its_check_stays_parked(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.before["MeasureNode"] = lambda: here.call("POST", f"/nodes/{node}/maintenance")

    assert checked(here, node)["status"] == "maintenance"


def test_node_that_is_given_up_during_its_check_stays_gone(here: World) -> None:
    here.before["MeasureNode"] = lambda: here.call(
        "DELETE", "/nodes/" + here.call("GET", "/nodes").body["data"][0]["id"]
    )
    node = brought(here)

    assert here.states_of(node) == ["ReachNode", "OpenDoor", "MeasureNode", "Superseded"]
    record = wiring.records().get(node)
    assert record is not None
    assert (record.status, record.work) == ("deleted", None)


@pytest.mark.parametrize("step", ["ReachNode", "MeasureNode"])
def test_step_that_dies_for_good_says_nothing_of_the_node(here: World, step: str) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.kills = {step: FOR_GOOD}

    found = checked(here, node)

    assert (found["status"], found["health"]) == ("online", "unknown")
    assert found["error_code"] == "step_crashed"
    here.kills = {}
    assert checked(here, node)["health"] == "healthy"


def test_note_that_cannot_be_written_still_ends_the_check(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    here.node.fails["connect"] = [LoginRefused("no")]
    here.kills = {"NoteFailure": FOR_GOOD}

    found = checked(here, node)

    assert (found["status"], found["error_code"]) == ("online", "login_refused")
    here.kills = {}
    assert checked(here, node)["error_code"] is None


def test_killed_functions_are_tried_again(here: World) -> None:
    here.kills = dict.fromkeys(["ReachNode", "MeasureNode"], 1)

    assert settled(here, "nodes", brought(here))["status"] == "online"


def test_app_runs_on_a_brought_server_and_keeps_it(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)

    app = started(here, node)

    done = settled(here, "deployments", app)
    assert (done["status"], done["direct_url"]) == (
        "running",
        f"http://198.51.100.7:{done['proxy_port']}",
    )
    assert here.node.logins[-1].host_key == here.node.host_key
    assert here.call("DELETE", f"/nodes/{node}").codes == ["in_use"]
    shown = here.call("GET", f"/nodes/{node}").attributes
    used = [shown[f"capacity_{what}"] for what in ("cpu_used", "memory_used_mb", "disk_used_mb")]
    assert used == [done[f"resources_{what}"] for what in ("cpu_cores", "memory_mb", "disk_mb")]
    assert used[0] > 0
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    shown = here.call("GET", f"/nodes/{node}").attributes
    assert (shown["capacity_cpu_used"], shown["capacity_memory_used_mb"]) == (0, 0)
    assert here.call("DELETE", f"/nodes/{node}").status == 204


def test_nothing_is_sent_to_a_server_whose_host_key_is_not_pinned(here: World) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    app = started(here, node)
    assert settled(here, "deployments", app)["status"] == "running"
    here.node.fails["connect"] = [HostUnreachable("away")] * 3
    here.call("PATCH", f"/nodes/{node}", {"ssh_host": "198.51.100.8"})
    assert settled(here, "nodes", node)["status"] == "offline"
    here.node.logins.clear()

    refused = here.call("DELETE", f"/deployments/{app}")

    assert (refused.status, refused.codes) == (409, ["delete_failed"])
    assert "was not checked yet" in refused.body["errors"][0]["detail"]
    assert here.node.logins == []
