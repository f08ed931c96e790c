"""What looks record of a node itself: that it went and came back, and what is warned of."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chalicelib.domain.errors import (
    CommandFailed,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    ProductError,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.ports.records import Record, Work
from chalicelib.runtime import wiring
from functions.events.watch import look_at_node
from tests.fakes.node import FakeNode
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.looks import HOST_KEY, App, Nodes, app_on, asked, deliver, look, node_of

MINUTE = 60.0
AWAY = HostUnreachable("It does not answer.")
OFFERED = "SHA256:another"


def a_changed_key() -> HostKeyChanged:
    error = HostKeyChanged("Another key.")
    error.offered = OFFERED
    return error


@pytest.fixture
def node(here: Checked, owner: str) -> str:
    """A node that was checked and looked at, on which nothing runs."""
    asked()
    made = node_of(owner)
    things.put(made, attributes={"docker_version": "20.10.24"})
    look(made)
    return made


def record(node: str) -> Record:
    found = wiring.records().get(node)
    assert found is not None
    return found


def told(node: str) -> list[str]:
    return sorted(entry.name for entry in wiring.records().journal(node, limit=50))


def look_later(here: Checked, node: str, *errors: ProductError, call: str = "connect") -> None:
    """Look once a minute: once for each error, or once and well."""
    for error in errors or (None,):
        here.world.skew += MINUTE
        here.world.node.fails[call] = [error] if error else []
        look(node, again=True)


def seen(node: str) -> tuple[str, str, str | None]:
    found = record(node)
    return found.status, found.health, found.attributes.get("error_code")


def codes(node: str) -> list[str]:
    return [one["code"] for one in record(node).attributes.get("warnings") or ()]


def test_first_look_notes_when_it_was_seen_and_its_fingerprint(here: Checked, node: str) -> None:
    found = record(node)

    assert (found.status, found.health) == ("online", "healthy")
    assert found.attributes["last_seen_at"] == found.attributes["last_health_check"]
    assert found.attributes["host_key_fingerprint"] == fingerprint(HOST_KEY)
    assert found.attributes["disk_used_percent"] == 40
    assert len(here.world.node.logins) == 1
    assert told(node) == []


def test_look_without_news_writes_nothing_for_five_minutes(here: Checked, node: str) -> None:
    before = record(node)
    for _ in range(4):
        look_later(here, node)
    assert record(node) == before

    look_later(here, node)

    after = record(node)
    assert after.version == before.version + 1
    assert after.attributes["last_seen_at"] > before.attributes["last_seen_at"]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("connect", AWAY),
        ("connect", LoginRefused("no")),
        ("connect", a_changed_key()),
        ("insight", DockerUnavailable("down")),
        ("insight", CommandFailed("500")),
    ],
)
def test_third_miss_takes_it_offline_with_the_error_and_a_good_look_brings_it_back(
    here: Checked, node: str, call: str, error: ProductError
) -> None:
    health = "unhealthy" if call == "insight" else "unreachable"
    warned = ["docker_not_answering"] if call == "insight" else []
    last_seen = record(node).attributes["last_seen_at"]
    look_later(here, node, error, error, call=call)
    assert record(node).status == "online"

    look_later(here, node, error, call=call)

    assert seen(node) == ("offline", health, error.error_code)
    found = record(node).attributes
    assert (found["error_message"], codes(node)) == (error.detail, warned)
    assert found["last_seen_at"] == last_seen
    assert found["host_key"] == HOST_KEY
    assert "node_unreachable" in told(node)
    owner = record(node).owner
    shown = here.call("GET", f"/nodes/{node}", user=owner).attributes
    assert (shown["status"], shown["error_message"]) == ("offline", error.detail)
    assert "misses" not in shown

    look_later(here, node, call=call)

    assert seen(node) == ("online", "healthy", None)
    assert (codes(node), record(node).attributes["error_message"]) == ([], None)
    assert told(node).count("node_back") == 1
    assert record(node).attributes["last_seen_at"] > last_seen


def test_docker_that_does_not_answer_is_warned_of_at_the_first_look(
    here: Checked, node: str
) -> None:
    look_later(here, node, DockerUnavailable("down"), call="insight")

    assert seen(node) == ("online", "unhealthy", None)
    assert codes(node) == ["docker_not_answering"]
    assert told(node) == ["node_docker_not_answering"]
    look_later(here, node, call="insight")
    assert (seen(node), codes(node)) == (("online", "healthy", None), [])


def test_misses_that_are_not_in_a_row_take_nothing_offline(here: Checked, node: str) -> None:
    for errors in ((AWAY, AWAY), (), (AWAY, AWAY), ()):
        look_later(here, node, *errors)

    assert seen(node) == ("online", "healthy", None)
    assert told(node) == []


def test_first_miss_is_looked_at_again_soon_and_what_is_known_is_not(
    here: Checked, node: str
) -> None:
    here.world.node.fails["connect"] = [AWAY] * 9

    look(node)
    [again] = asked()
    assert (again["node"], again["again"]) == (node, True)
    here.world.skew += 15
    deliver({**again, "due": wiring.now()})
    assert asked() == []
    here.world.skew += 45
    look(node)
    assert record(node).status == "offline"
    asked()
    look(node)

    assert asked() == []


def test_offline_node_costs_no_write_a_minute(here: Checked, node: str) -> None:
    look_later(here, node, AWAY, AWAY, AWAY)
    before = record(node)

    look_later(here, node, AWAY, AWAY)

    assert record(node) == before


def test_node_that_is_down_in_ways_that_alternate_is_told_of_once(here: Checked, node: str) -> None:
    silent = DockerUnavailable("down")
    look_later(here, node, AWAY, silent, AWAY)
    assert told(node) == ["node_docker_not_answering", "node_unreachable"]
    before, events = record(node), told(node)

    look_later(here, node, silent, AWAY, silent, AWAY)

    assert (record(node), told(node)) == (before, events)
    assert seen(node) == ("offline", "unreachable", AWAY.error_code)


def test_host_key_that_changes_while_a_node_is_away_is_told_once(here: Checked, node: str) -> None:
    look_later(here, node, AWAY, AWAY, AWAY)

    look_later(here, node, a_changed_key(), AWAY, a_changed_key(), AWAY)

    assert seen(node) == ("offline", "unreachable", "host_key_changed")
    assert record(node).attributes["offered_host_key_fingerprint"] == OFFERED
    assert told(node) == ["node_unreachable"] * 2


def test_changed_host_key_is_told_at_once_with_its_fingerprint_and_never_taken(
    here: Checked, node: str
) -> None:
    look_later(here, node, a_changed_key())

    owner = record(node).owner
    shown = here.call("GET", f"/nodes/{node}", user=owner).attributes
    assert shown["error_code"] == "host_key_changed"
    assert shown["offered_host_key_fingerprint"] == OFFERED
    assert (shown["host_key"], shown["host_key_fingerprint"]) == (HOST_KEY, fingerprint(HOST_KEY))
    look_later(here, node)
    assert record(node).attributes["offered_host_key_fingerprint"] is None
    assert here.world.node.logins[-1].host_key == HOST_KEY


@pytest.mark.parametrize("error", [AWAY, None])
def test_parked_node_stays_parked(here: Checked, node: str, error: ProductError | None) -> None:
    things.put(node, status="maintenance", health="unknown")

    look_later(here, node, *([error] * 3 if error else ()))

    health = "unreachable" if error else "healthy"
    assert seen(node) == ("maintenance", health, error and error.error_code)


def test_node_that_is_parked_during_a_look_stays_parked(
    here: Checked, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.put(node, status="offline", health="unreachable")
    seeing = here.world.node.insight.containers

    def parked_meanwhile() -> Any:
        here.call("POST", f"/nodes/{node}/maintenance", user=record(node).owner)
        return seeing()

    monkeypatch.setattr(here.world.node.insight, "containers", parked_meanwhile)
    look_later(here, node)

    assert record(node).status == "maintenance"


def test_node_that_is_being_checked_is_left_alone(
    here: Checked, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = Work("check", 1, f"{node}-e1-g1-a1", wiring.now())
    seeing = here.world.node.insight.containers

    def checked_meanwhile() -> Any:
        things.put(node, set_work=work, generation=1)
        return seeing()

    monkeypatch.setattr(here.world.node.insight, "containers", checked_meanwhile)
    here.world.node.insight.disk_percent = 95
    look_later(here, node)
    logins = len(here.world.node.logins)
    look_later(here, node)

    assert (record(node).work, codes(node)) == (work, [])
    assert len(here.world.node.logins) == logins


def test_node_that_was_never_checked_is_not_logged_in_to(here: Checked, owner: str) -> None:
    node = things.node(owner)
    things.put(node, set_work=Work("check", 1, f"{node}-e1-g1-a1", wiring.now()), generation=1)
    before = record(node)

    look(node)

    assert (record(node), here.world.node.logins) == (before, [])


@pytest.mark.parametrize("status", ["lost", "deleted"])
def test_node_that_is_gone_is_left_alone(here: Checked, node: str, status: str) -> None:
    things.put(node, status=status)
    before, logins = record(node), len(here.world.node.logins)

    look_later(here, node, AWAY)

    assert (record(node), len(here.world.node.logins)) == (before, logins)


def test_disk_that_fills_and_clock_that_is_off_are_warned_of(here: Checked, node: str) -> None:
    here.world.node.insight.disk_percent = 91
    here.world.node.engine.skew = -3600
    look_later(here, node)

    assert seen(node) == ("online", "degraded", None)
    assert codes(node) == ["disk_almost_full", "clock_off"]
    disk, clock = record(node).attributes["warnings"]
    assert "91 % full" in disk["message"]
    assert "about 60 min behind ours" in clock["message"]
    assert told(node) == ["node_clock_off", "node_disk_full"]
    before = record(node)
    look_later(here, node)
    assert record(node) == before

    here.world.node.insight.disk_percent = 40
    here.world.node.engine.skew = 0
    look_later(here, node)
    assert (seen(node), codes(node)) == (("online", "healthy", None), [])


def test_warnings_stay_while_the_machine_cannot_be_measured(here: Checked, node: str) -> None:
    here.world.node.insight.disk_percent = 91
    look_later(here, node)

    look_later(here, node, CommandFailed("no df"), call="disk")

    assert codes(node) == ["disk_almost_full"]


def test_node_that_answers_and_was_never_measured_is_checked(here: Checked, owner: str) -> None:
    """Its first check pinned its key and found no Docker Engine, which was installed since."""
    node = node_of(owner, status="offline")
    things.put(node, attributes={"last_health_check": wiring.now()})
    look_later(here, node)
    assert here.workflows.started == []

    for _ in range(4):
        look_later(here, node)

    assert here.workflows.started == [(node, "check")]
    assert record(node).status == "offline"


@pytest.fixture
def forgotten(here: Checked, owner: str) -> App:
    """An app on a node whose login was changed; the check that followed met nobody."""
    asked()
    node = node_of(owner, status="offline", health="unreachable")
    missed = {"host_key": None, "misses": 3, "last_health_check": wiring.now()}
    things.put(node, attributes={**missed, "error_code": "host_unreachable"})
    return app_on(here.world.node, node, owner)


@pytest.mark.parametrize("inhabited", [True, False])
def test_node_whose_check_failed_before_it_was_pinned_is_checked_again(
    here: Checked, forgotten: App, inhabited: bool
) -> None:
    node = forgotten.node_id
    if not inhabited:
        things.put(forgotten.id, status="deleted")
    for _ in range(4):
        look_later(here, node)
    assert here.workflows.started == []

    look_later(here, node)
    look_later(here, node)

    assert here.workflows.started == [(node, "check")]
    assert here.world.node.logins == []


def test_what_is_not_recorded_of_a_node_is_not_looked_at_again(
    here: Checked, forgotten: App
) -> None:
    things.put(forgotten.id, health="unreachable")
    things.put(forgotten.node_id, attributes={"misses": 0})

    look(forgotten.node_id)

    assert asked() == []


def test_key_that_cannot_be_opened_says_nothing_of_the_node(here: Checked, node: str) -> None:
    key = record(node).attributes["ssh_key_id"]
    things.put(key, sealed={"private_key": "v1.broken"})
    before = record(node)

    for _ in range(3):
        look_later(here, node)

    assert record(node) == before


def test_look_that_takes_too_long_is_a_miss(
    here: Checked, node: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_at_node, "LOOK_SECONDS", 0.2)
    enough = threading.Event()
    monkeypatch.setattr(here.world.node.insight, "containers", lambda: enough.wait(10) and {})

    for _ in range(3):
        look_later(here, node)

    assert record(node).status == "offline"
    assert "too slowly" in record(node).attributes["error_message"]
    enough.set()


def test_server_that_answers_nonsense_is_a_miss_and_keeps_no_other_look_waiting(
    here: Checked, node: str, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes, other = Nodes(), node_of(owner, "10.77.0.10")
    nodes.by_host = {"10.77.0.9": FakeNode(), "10.77.0.10": FakeNode()}
    monkeypatch.setattr(wiring, "connect", lambda: nodes.connect)

    def nonsense() -> Any:
        raise KeyError("Config")

    monkeypatch.setattr(nodes.by_host["10.77.0.9"].insight, "containers", nonsense)
    for _ in range(3):
        here.world.skew += MINUTE
        due = wiring.now()
        again = [{"node": one, "due": due, "again": True} for one in (node, other)]
        assert deliver(*again) == []

    assert seen(node) == ("offline", "unhealthy", "command_failed")
    assert "cannot be understood" in record(node).attributes["error_message"]
    assert (seen(other), told(other)) == (("online", "healthy", None), [])
