"""Exports that back the apps up first: what is fresh, what is named, and however it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import HostUnreachable, Unavailable
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.services.backups.backing_up import back_up
from chalicelib.services.exports import fresh_backups
from tests.factories import TWO_SERVICES, gone, settled, template
from tests.functions import things
from tests.statemachines.test_export import USER, fetched, the
from tests.statemachines.test_failures import FOR_GOOD
from tests.world import World

STATELESS = "services: {web: {image: nginx:alpine, ports: ['80']}}\n"
DECLARED = "services: {web: {image: 'redis:7', ports: ['80']}}\n"


@pytest.fixture
def place(here: World) -> Callable[..., str]:
    """Put a stopped app of the account where a deploy and a stop leave it, with data."""
    key = here.call("POST", "/ssh_keys", {"name": "mine", "private_key": things.a_private_key()})
    made: dict[str, str] = {}

    def put(
        name: str, *, compose: str = TWO_SERVICES, node: str | None = None, **changes: Any
    ) -> str:
        if compose not in made:
            made[compose] = template(here, name=f"of {name}", compose_spec=compose)
        node = node or things.node(USER)
        known = {"ssh_key_id": key.id, "host_key": here.node.host_key, "address": "10.77.0.9"}
        things.put(node, attributes=known)
        given = {"name": name, "template_id": made[compose], "node_id": node}
        app = here.call("POST", "/deployments", given)
        assert app.status == 201, app.body
        placed = {"attributes": {"placed_at": wiring.now()}, "status": "stopped", **changes}
        things.put(app.id, node=node, **placed)
        here.node.volumes.data[app.id, "data"] = [f"a row of {name}"]
        return app.id

    return put


def begun(here: World) -> str:
    given = {"include_secrets": True, "fresh_backups": True}
    made = here.call("POST", "/account_exports", given)
    assert made.status == 202, made.body
    return made.id


def exported(here: World) -> tuple[str, dict[str, Any]]:
    export = begun(here)
    return export, settled(here, "account_exports", export)


def backups_of(here: World, app: str) -> list[dict[str, Any]]:
    found = here.call("GET", f"/backups?filter[deployment_id]={app}").body["data"]
    return [one["attributes"] | {"id": one["id"]} for one in found]


def record(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def until(is_so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end, "it never is so"
        time.sleep(0.01)


def saved(known: dict[str, Any]) -> dict[str, str]:
    """The backup whose archive the export leads to, by app."""
    return {one["deployment_id"]: one["backup_id"] for one in known["volumes"]}


def test_each_app_is_backed_up_first(here: World, place: Callable[..., str]) -> None:
    apps = [place(f"app {number}") for number in range(2)]

    export, known = exported(here)

    assert known["status"] == "ready"
    assert (known["apps_backed_up"], known["apps_to_back_up"]) == (2, 2)
    assert known["not_backed_up"] == []
    for app in apps:
        [backup] = backups_of(here, app)
        assert (backup["status"], saved(known)[app]) == ("complete", backup["id"])
    assert known["missing_volumes"] == []
    assert "not backed up for this archive" not in the(fetched(here, export), "README.md")


def test_apps_are_backed_up_a_few_at_a_time_and_one_on_a_server(
    here: World, place: Callable[..., str]
) -> None:
    shared = things.node(USER)
    apps = [place("one", node=shared), place("two", node=shared), place("three"), place("four")]
    most, together = [0], [0]
    real = fresh_backups.back_up

    def watched(tools: Any, app: Any, **given: Any) -> Any:
        made = real(tools, app, **given)
        at_work = [one for one in map(record, apps) if one.work]
        most[0] = max(most[0], len(at_work))
        together[0] = max(together[0], sum(one.node == shared for one in at_work))
        return made

    with mock.patch.multiple(fresh_backups, back_up=watched, AT_ONCE=2):
        _, known = exported(here)

    assert known["apps_backed_up"] == len(apps)
    assert most[0] <= 2
    assert together[0] == 1


def test_export_that_does_not_ask_for_it_begins_no_backup(
    here: World, place: Callable[..., str]
) -> None:
    app = place("mine")
    export = here.call("POST", "/account_exports", {"include_secrets": True}).id

    known = settled(here, "account_exports", export)

    assert (known["status"], known["fresh_backups"]) == ("ready", False)
    assert (known["apps_to_back_up"], known["not_backed_up"]) == (None, None)
    assert backups_of(here, app) == []


def test_what_fails_is_named_with_its_reason_and_the_older_backup_is_taken(
    here: World, place: Callable[..., str]
) -> None:
    good, bad = place("good"), place("bad")
    old = here.call("POST", f"/deployments/{bad}/backups").id
    settled(here, "deployments", bad)
    real = here.node.volume_archives.start_sending

    def broken(app: str, *given: Any, **more: Any) -> None:
        if app == bad:
            raise HostUnreachable("Nobody answers at 10.77.0.9.")
        real(app, *given, **more)

    with mock.patch.object(here.node.volume_archives, "start_sending", broken):
        export, known = exported(here)

    assert known["status"] == "ready"
    assert (known["apps_backed_up"], known["apps_to_back_up"]) == (1, 2)
    reason = "Nobody answers at 10.77.0.9."
    assert known["not_backed_up"] == [{"deployment_id": bad, "name": "bad", "reason": reason}]
    assert saved(known)[bad] == old
    assert saved(known)[good] == backups_of(here, good)[0]["id"]
    files = fetched(here, export)
    assert f"- bad: {reason}" in the(files, "README.md")
    told = {path: text.decode() for path, text in files.items() if path.endswith("/RUNBOOK.md")}
    [of_bad] = [text for path, text in told.items() if "/bad-" in path]
    [of_good] = [text for path, text in told.items() if "/good-" in path]
    assert f"It was not backed up for this archive: {reason}" in of_bad
    assert old in of_bad
    assert "not backed up" not in of_good


def test_app_that_cannot_be_backed_up_is_named(here: World, place: Callable[..., str]) -> None:
    lost, half = place("lost"), place("half")
    things.put(record(lost).node or "", status="lost")
    things.put(half, attributes={"next": {"volumes": []}})

    _, known = exported(here)

    said = {one["name"]: one["reason"] for one in known["not_backed_up"]}
    assert known["status"] == "ready"
    assert said["lost"] == "Its server is gone, and its data with it."
    assert said["half"].startswith("Its last change is half done")


def test_app_without_data_is_left_out_without_a_failed_backup(
    here: World, place: Callable[..., str]
) -> None:
    app, by_image = place("web", compose=STATELESS), place("red", compose=DECLARED)
    here.node.volumes.declared["redis:7"] = ("/data",)
    never = place("new", status="pending", attributes={"placed_at": None})

    _, known = exported(here)

    assert (known["apps_backed_up"], known["apps_to_back_up"]) == (1, 1)
    assert known["not_backed_up"] == []
    assert backups_of(here, app) == backups_of(here, never) == []
    assert [one["status"] for one in backups_of(here, by_image)] == ["complete"]


def test_other_work_is_waited_for(here: World, place: Callable[..., str]) -> None:
    app = place("busy")
    with mock.patch.object(type(wiring.workflows()), "start"):
        answer = here.call("POST", f"/deployments/{app}/start")
    assert answer.status == 200, answer.body
    export = begun(here)
    until(lambda: here.invoked.count("BackUpApps") > 2)
    things.put(app, status="stopped", clear_work=True)

    known = settled(here, "account_exports", export)

    assert (known["apps_backed_up"], known["not_backed_up"]) == (1, [])


def test_work_that_goes_on_for_long_is_not_waited_for(
    here: World, place: Callable[..., str]
) -> None:
    app = place("busy")
    with mock.patch.object(type(wiring.workflows()), "start"):
        here.call("POST", f"/deployments/{app}/start")
    here.skew = fresh_backups.BUSY_SECONDS + 60

    _, known = exported(here)

    [missed] = known["not_backed_up"]
    assert missed["reason"].startswith("Other work on it, deploy, is in hand since ")


def test_backup_that_is_fresh_already_is_joined(here: World, place: Callable[..., str]) -> None:
    app = place("mine")

    def by_hand() -> None:
        back_up(wiring, record(app), actor=USER)

    here.before["BackUpApps"] = by_hand

    _, known = exported(here)

    [backup] = backups_of(here, app)
    assert (known["apps_backed_up"], saved(known)[app]) == (1, backup["id"])


@pytest.mark.parametrize("died", range(3))
def test_step_that_dies_begins_nothing_twice(
    here: World, place: Callable[..., str], died: int
) -> None:
    apps = [place("one"), place("two")]
    real, count = fresh_backups.changed, [0]

    def lost(*given: Any, **fields: Any) -> Any:
        count[0] += 1
        if count[0] == died + 1:
            raise Unavailable("lost")
        return real(*given, **fields)

    with mock.patch.object(fresh_backups, "changed", lost):
        _, known = exported(here)

    assert (known["status"], known["apps_backed_up"]) == ("ready", 2)
    assert [len(backups_of(here, app)) for app in apps] == [1, 1]


def test_killed_functions_are_tried_again(here: World, place: Callable[..., str]) -> None:
    app = place("mine")
    here.kills = {"BackUpApps": 2, "SendVolumes": 1}

    _, known = exported(here)

    assert (known["status"], known["apps_backed_up"]) == ("ready", 1)
    assert len(backups_of(here, app)) == 1


def test_step_that_dies_for_good_fails_the_export(here: World, place: Callable[..., str]) -> None:
    place("mine")
    here.kills = {"BackUpApps": FOR_GOOD}

    _, known = exported(here)

    assert (known["status"], known["error_code"]) == ("failed", "step_crashed")


@pytest.fixture
def held(here: World) -> Iterator[None]:
    """Have servers send for ever."""
    with mock.patch.object(here.node.volume_archives, "start_sending"):
        yield


def in_hand(here: World, app: str, export: str) -> None:
    """Wait until an app is backed up for an export, and it was looked at once more."""
    until(lambda: app in (record(export).attributes.get("backing_up") or {}))
    looks = here.invoked.count("BackUpApps")
    until(lambda: here.invoked.count("BackUpApps") > looks + 1)


@pytest.mark.usefixtures("held")
def test_export_shows_how_far_it_is_and_can_be_cancelled(
    here: World, place: Callable[..., str]
) -> None:
    app = place("slow")
    export = begun(here)
    in_hand(here, app, export)
    story = here.call("GET", f"/account_exports/{export}/timeline").attributes["steps"][0]

    answer = here.call("POST", f"/account_exports/{export}/cancel")

    known = settled(here, "account_exports", export)
    assert story["message"] == "0 of 1 apps are backed up."
    assert story["progress"] == {"done": 0, "total": 1, "unit": "apps"}
    assert answer.status == 200
    assert (known["status"], known["error_code"]) == ("failed", "cancelled")
    # The backup is the app's own, and goes on until somebody cancels it.
    assert backups_of(here, app)[0]["status"] == "running"
    here.call("POST", f"/deployments/{app}/cancel")
    settled(here, "deployments", app)
    assert backups_of(here, app)[0]["status"] == "failed"


@pytest.mark.usefixtures("held")
def test_backup_that_somebody_cancels_is_named(here: World, place: Callable[..., str]) -> None:
    app = place("slow")
    export = begun(here)
    in_hand(here, app, export)

    here.call("POST", f"/deployments/{app}/cancel")

    known = settled(here, "account_exports", export)
    assert known["status"] == "ready"
    assert [one["reason"] for one in known["not_backed_up"]] == ["It was cancelled."]


@pytest.mark.usefixtures("held")
def test_export_goes_on_after_hours_without_what_is_not_done(
    here: World, place: Callable[..., str]
) -> None:
    shared = things.node(USER)
    slow, later = place("slow", node=shared), place("later", node=shared)
    export = begun(here)
    in_hand(here, slow, export)

    with mock.patch.object(fresh_backups, "LONGEST_SECONDS", 0):
        known = settled(here, "account_exports", export)

    said = {one["name"]: one["reason"] for one in known["not_backed_up"]}
    assert known["status"] == "ready"
    assert said["slow"].endswith("the backup goes on by itself.")
    assert said["later"].startswith("Its turn did not come")
    assert backups_of(here, later) == []
    here.call("POST", f"/deployments/{slow}/cancel")
    settled(here, "deployments", slow)


def test_app_that_is_deleted_meanwhile_is_counted_out(
    here: World, place: Callable[..., str]
) -> None:
    shared = things.node(USER)
    stays, goes = place("stays", node=shared), place("goes", node=shared)

    def delete() -> None:
        here.call("DELETE", f"/deployments/{goes}")
        gone(here, "deployments", goes)

    here.before["SendVolumes"] = delete

    _, known = exported(here)

    assert (known["status"], known["not_backed_up"]) == ("ready", [])
    assert (known["apps_backed_up"], known["apps_to_back_up"]) == (1, 1)
    assert set(saved(known)) == {stays}


@pytest.mark.usefixtures("held")
def test_account_that_is_removed_is_not_waited_for(here: World, place: Callable[..., str]) -> None:
    app = place("slow")
    export = begun(here)
    in_hand(here, app, export)
    said = {"confirmation": "close my account"}
    asked = here.call("POST", "/account/closing", said, kind="closings")
    assert asked.status == 202, asked.body
    things.put(f"closing-{USER}", status="removing")

    known = settled(here, "account_exports", export)

    [missed] = known["not_backed_up"]
    assert known["status"] == "ready"
    assert "the account is being removed" in missed["reason"]
    here.call("POST", f"/deployments/{app}/cancel")
    settled(here, "deployments", app)
