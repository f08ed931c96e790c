"""Destroying servers: what goes with them, what proves that they are gone, how it fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

from chalicelib.adapters.clouds import open_cloud
from chalicelib.domain.errors import (
    DockerUnavailable,
    InvalidCredential,
    ProviderUnavailable,
    RefusedByProvider,
)
from chalicelib.ports.clouds import Server, ServerOrder
from chalicelib.ports.records import Change, Record
from chalicelib.runtime import settle, wiring
from chalicelib.services.provisions.destroying import begin_destroy
from chalicelib.services.provisions.doubts import ASKING_SECONDS
from functions.steps.provision import create_server, open_firewall
from tests.factories import deployment, gone, ordered_server, settled, template
from tests.fakes.cloud import FakeCloud
from tests.statemachines.deploys import held, hosts, start
from tests.statemachines.test_watch import usage
from tests.world import World

WHOLE = ["RetireNode", "RemoveApps", "DestroyServer", "BuryApps", "FinishDestroy", "Done"]
ALWAYS = 99


@pytest.fixture(autouse=True)
def _patient() -> Iterator[None]:
    """A delete here waits for its end however busy the machine is."""
    with mock.patch.object(settle, "PATIENCE_SECONDS", 60.0):
        yield


def path_of(provision: str) -> str:
    return f"/cloud_provisions/{provision}"


def ready(here: World) -> str:
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["status"] == "ready"
    return provision


def inhabited(here: World) -> tuple[str, str]:
    """A server with a running app on it: the provision and the app."""
    app = deployment(here)
    assert start(here, app)["status"] == "running"
    return here.call("GET", "/cloud_provisions").body["data"][0]["id"], app


def stored(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def tombstone(here: World) -> dict[str, Any]:
    [tomb] = here.call("GET", "/cloud_provisions?filter[status]=destroyed").body["data"]
    found: dict[str, Any] = tomb["attributes"]
    return found


def nothing_left(here: World) -> None:
    left = (here.cloud.servers, here.cloud.firewalls, here.cloud.keys, here.cloud.tags)
    assert left == ({}, {}, set(), set())
    assert here.call("GET", "/nodes").body["data"] == []
    assert here.call("GET", "/ssh_keys").body["data"] == []


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it does not come true"
        time.sleep(0.01)


def test_destroyed_server_leaves_nothing(here: World) -> None:
    provision = ready(here)
    node = here.call("GET", path_of(provision)).attributes["node_id"]

    assert here.call("DELETE", path_of(provision)).status == 204

    nothing_left(here)
    assert here.call("GET", path_of(provision)).status == 404
    assert here.call("GET", f"/nodes/{node}").status == 404
    assert here.call("GET", "/cloud_provisions").body["data"] == []
    assert tombstone(here)["ended_reason"] == "destroyed"


def test_tags_of_the_installation_stay_with_its_other_servers(here: World) -> None:
    first = ready(here)
    credential = here.call("GET", path_of(first)).attributes["credential_id"]
    given = {"credential_id": credential, "instance_name": "server-2", "region": "fra1"}
    second = here.call("POST", "/cloud_provisions", given | {"size": "s-1vcpu-2gb"}).id
    settled(here, "cloud_provisions", second)

    assert here.call("DELETE", path_of(first)).status == 204

    assert here.cloud.tags == {"hoster-test", f"test-{second}"}
    assert here.call("DELETE", path_of(second)).status == 204
    nothing_left(here)


def test_tag_of_the_installation_stays_with_a_server_under_another_credential(here: World) -> None:
    """The provider's count of a tag lags behind: what is asked to be removed may really go."""
    first, second = ready(here), ordered_server(here)
    settled(here, "cloud_provisions", second)
    asked: list[str] = []
    here.cloud.remove_tag = asked.append  # type: ignore[method-assign]

    assert here.call("DELETE", path_of(first)).status == 204

    assert asked == [f"test-{first}"]
    assert here.call("DELETE", path_of(second)).status == 204
    assert asked[1:] == [f"test-{second}", "hoster-test"]


def test_forced_destroy_removes_the_apps_first(here: World) -> None:
    provision, app = inhabited(here)
    assert here.call("DELETE", path_of(provision)).codes == ["in_use"]

    assert here.call("DELETE", f"{path_of(provision)}?force=true").status == 204

    assert here.node.engine.remains(app) == ()
    assert [state for state in here.states_of(provision) if state in WHOLE] == WHOLE
    assert (hosts(), held("port#"), held("host#")) == ({}, [], [])
    assert set(usage(app)[-2:]) == {"deployment.stopped", "deployment.deleted"}
    [tomb] = here.call("GET", "/deployments?filter[status]=deleted").body["data"]
    assert tomb["attributes"]["ended_reason"] == "server_destroyed"
    nothing_left(here)


def test_app_that_cannot_be_removed_goes_with_its_server(here: World) -> None:
    provision, app = inhabited(here)
    here.node.fails["connect"] = [DockerUnavailable("Docker is dead")] * ALWAYS

    assert here.call("DELETE", f"{path_of(provision)}?force=true").status == 204

    [tomb] = here.call("GET", "/deployments?filter[status]=deleted").body["data"]
    assert (tomb["id"], tomb["attributes"]["ended_reason"]) == (app, "node_lost")
    assert (hosts(), held("port#"), held("host#")) == ({}, [], [])
    assert sorted(usage(app))[-2:] == ["deployment.started", "deployment.stopped"]
    nothing_left(here)


def test_work_in_hand_on_an_app_is_cancelled_first(here: World) -> None:
    provision, _ = inhabited(here)
    node = here.call("GET", path_of(provision)).attributes["node_id"]
    given = {"name": "other", "template_id": template(here, name="Other"), "node_id": node}
    other = here.call("POST", "/deployments", given).id
    began: list[int] = []

    def destroy() -> None:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            began.append(here.call("DELETE", f"{path_of(provision)}?force=true").status)
        wait_until(lambda: bool(stored(other).work and stored(other).work.cancel_requested))

    here.before["AwaitHealthy"] = destroy
    here.call("POST", f"/deployments/{other}/start")

    assert gone(here, "cloud_provisions", provision)
    assert began == [202]
    assert "UndoDeploy" in here.states_of(other)
    assert stored(other).attributes["ended_reason"] == "server_destroyed"
    nothing_left(here)


def test_destroy_takes_over_a_server_that_is_being_made(here: World) -> None:
    def destroy() -> None:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            assert here.call("DELETE", path_of(stored_id(here))).status == 202

    here.before["AwaitServer"] = destroy
    provision = ordered_server(here)

    assert gone(here, "cloud_provisions", provision)
    assert "Superseded" in here.states_of(provision)
    nothing_left(here)


def stored_id(here: World) -> str:
    return str(here.call("GET", "/cloud_provisions").body["data"][0]["id"])


def test_order_that_is_on_its_way_when_it_is_taken_over_leaves_no_server(here: World) -> None:
    """The destroy looks before the provider has taken the order, and goes on looking."""
    here.readings.stand_still()
    create = here.cloud.create

    def slow(order: ServerOrder) -> Server:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            assert here.call("DELETE", path_of(stored_id(here))).status == 202
        here.skew = ASKING_SECONDS + wiring.settings().provider_lag_seconds - 5
        wait_until(lambda: here.invoked.count("DestroyServer") > 3)
        made = create(order)
        here.skew += 10
        return made

    here.cloud.create = slow  # type: ignore[method-assign]
    provision = ordered_server(here)

    assert gone(here, "cloud_provisions", provision)
    assert len(here.cloud.orders) == 1
    nothing_left(here)


def test_order_without_a_server_is_waited_for_no_longer_than_it_may_lag(here: World) -> None:
    def lost(_order: ServerOrder) -> Server:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            here.call("DELETE", path_of(stored_id(here)))
        wait_until(lambda: here.invoked.count("DestroyServer") > 3)
        here.skew = ASKING_SECONDS + wiring.settings().provider_lag_seconds + 1
        raise ProviderUnavailable("no answer")

    here.cloud.create = lost  # type: ignore[method-assign]
    provision = ordered_server(here)

    assert gone(here, "cloud_provisions", provision)


@pytest.mark.parametrize("handler", [create_server.handler, open_firewall.handler])
def test_step_that_asks_a_provider_is_over_when_it_is_no_longer_waited_for(handler: Any) -> None:
    [declared] = handler.declarations

    assert declared.timeout <= ASKING_SECONDS


def test_firewall_that_was_about_to_be_opened_is_removed(here: World) -> None:
    opened = here.cloud.open_firewall

    def slow(tag: str, name: str, ports: tuple[str, ...]) -> None:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            here.call("DELETE", path_of(stored_id(here)))
        wait_until(lambda: here.cloud.servers == {})
        opened(tag, name, ports)
        here.skew = ASKING_SECONDS + 1

    here.cloud.open_firewall = slow  # type: ignore[method-assign]
    provision = ordered_server(here)

    assert gone(here, "cloud_provisions", provision)
    nothing_left(here)


def test_second_delete_joins_the_first(here: World) -> None:
    provision = ready(here)
    answers: list[int] = []

    def again() -> None:
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            answers.append(here.call("DELETE", path_of(provision)).status)

    here.before["FinishDestroy"] = again
    generation = stored(provision).generation

    assert here.call("DELETE", path_of(provision)).status == 204
    assert answers == [202]
    assert stored(provision).generation == generation + 1


def no_credential(_here: World, credential: Record) -> None:
    wiring.records().change(Change(of=credential, status="deleted", bury=True))


def undecryptable(_here: World, credential: Record) -> None:
    wiring.records().change(Change(of=credential, sealed={"credentials": "nonsense"}))


class Nowhere:
    """What is said for an account at a provider that nobody knows, whatever it is asked."""

    def __getattr__(self, _call: str) -> Any:
        return lambda *_: open_cloud("nowhere", {}, {})


def unknown_provider(here: World, _credential: Record) -> None:
    own, here.cloud = here.cloud, Nowhere()  # type: ignore[assignment]
    here.cloud.servers = own.servers


def error_of_the_api(here: World, _credential: Record) -> None:
    here.cloud.fails["destroy"] = [RefusedByProvider("You may not")] * ALWAYS


def refused_token(here: World, _credential: Record) -> None:
    here.cloud.fails["find"] = [InvalidCredential("revoked")] * ALWAYS


def no_answer(here: World, _credential: Record) -> None:
    here.cloud.fails["find"] = [ProviderUnavailable("no answer")] * ALWAYS


def function_that_dies(here: World, _credential: Record) -> None:
    here.kills["DestroyServer"] = ALWAYS


def server_that_stays(here: World, _credential: Record) -> None:
    def ten_minutes_pass() -> None:
        here.skew = 601.0

    here.cloud.asks_before_gone = 10_000
    here.before["DestroyServer"] = lambda: here.before.update(DestroyServer=ten_minutes_pass)


@pytest.mark.parametrize(
    ("goes_wrong", "code", "said"),
    [
        (no_credential, "invalid_credential", "credential"),
        (undecryptable, "seal_broken", "cannot be opened"),
        (unknown_provider, "invalid_credential", "nowhere"),
        (error_of_the_api, "refused_by_provider", "You may not"),
        (refused_token, "invalid_credential", "revoked"),
        (no_answer, "provider_unavailable", "no answer"),
        (function_that_dies, "step_crashed", "Try again"),
        (server_that_stays, "deadline_passed", "longer than 600 s"),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_destroy_that_fails_says_why_and_keeps_the_record(
    here: World, goes_wrong: Any, code: str, said: str
) -> None:
    provision = ready(here)
    goes_wrong(here, stored(stored(provision).attributes["credential_id"]))

    refused = here.call("DELETE", path_of(provision))

    assert (refused.status, refused.codes) == (409, ["destroy_failed"])
    kept = here.call("GET", path_of(provision)).attributes
    assert (kept["status"], kept["error_code"]) == ("failed", code)
    assert said in kept["error_message"]
    assert said in refused.body["errors"][0]["detail"]
    assert kept["ended_reason"] is None
    assert len(here.cloud.servers) == 1
    here.kills.clear()
    given = {"name": "server-1"}
    assert here.call("POST", f"{path_of(provision)}/declare_gone", given, **TYPED).status == 200
    assert gone(here, "cloud_provisions", provision)


TYPED: Any = {"kind": "cloud_provisions"}


def test_account_that_never_had_the_server_proves_nothing(here: World) -> None:
    provision, own = ready(here), here.cloud
    here.cloud, here.skew = FakeCloud(), 3600.0

    refused = here.call("DELETE", path_of(provision))

    kept = here.call("GET", path_of(provision)).attributes
    assert refused.codes == ["destroy_failed"]
    assert (kept["status"], kept["error_code"]) == ("failed", "gone_unproven")
    assert "declare it gone" in kept["error_message"]
    here.cloud = own
    assert here.call("POST", f"{path_of(provision)}/retry").status == 200
    assert gone(here, "cloud_provisions", provision)
    nothing_left(here)


def test_destroy_that_one_account_took_proves_nothing_in_another(here: World) -> None:
    """The token is replaced by another account's while the first one is still at it."""
    provision, own = ready(here), here.cloud
    own.asks_before_gone = 10_000
    with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
        assert here.call("DELETE", path_of(provision)).status == 202
    wait_until(lambda: bool(stored(provision).attributes.get("destroy_asked_at")))
    path = f"/cloud_credentials/{stored(provision).attributes['credential_id']}"
    assert here.call("PATCH", path, {"credentials": {"api_token": "another"}}).status == 200
    here.cloud = FakeCloud()

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "gone_unproven")
    assert len(own.keys) == 1


def test_server_that_its_own_account_does_not_know_is_gone(here: World) -> None:
    provision = ready(here)
    here.cloud.servers.clear()
    here.skew = 3600.0

    assert here.call("DELETE", path_of(provision)).status == 204

    nothing_left(here)


def test_server_that_is_only_not_shown_yet_is_not_gone(here: World) -> None:
    provision, hidden = ready(here), dict(here.cloud.servers)
    here.cloud.servers.clear()

    with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
        assert here.call("DELETE", path_of(provision)).status == 202
    wait_until(lambda: here.invoked.count("DestroyServer") > 3)
    here.cloud.servers.update(hidden)

    assert gone(here, "cloud_provisions", provision)
    nothing_left(here)


def test_proof_outlives_the_key_that_it_came_from(here: World) -> None:
    """The key is forgotten, and the answer is lost: the next try needs no second proof."""
    provision = ready(here)
    here.cloud.servers.clear()
    here.skew = 3600.0
    here.cloud.fails["remove_tag"] = [RefusedByProvider("not now")]

    assert here.call("DELETE", path_of(provision)).status == 409
    assert here.cloud.keys == set()

    assert here.call("DELETE", path_of(provision)).status == 204


def test_proof_of_one_server_says_nothing_of_another(here: World) -> None:
    """A sweep may find another server of the order after the first one was proven gone."""
    provision = ready(here)
    [(old, server)] = here.cloud.servers.items()
    here.cloud.fails["remove_tag"] = [RefusedByProvider("not now")]
    assert here.call("DELETE", path_of(provision)).status == 409
    here.cloud.servers["77"] = server
    wiring.records().change(Change(of=stored(provision), attributes={"provider_instance_id": "77"}))

    here.call("DELETE", path_of(provision))

    assert old != "77"
    assert here.cloud.servers == {}


def test_order_without_an_answer_is_not_given_up_in_another_account(here: World) -> None:
    def lost(_order: ServerOrder) -> Server:
        found = stored(stored_id(here))
        path = f"/cloud_credentials/{found.attributes['credential_id']}"
        given = {"credentials": {"api_token": "another"}}
        assert here.call("PATCH", path, given).status == 200
        with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
            assert here.call("DELETE", path_of(found.id)).status == 202
        here.skew = 3600.0
        raise ProviderUnavailable("no answer")

    here.cloud.create = lost  # type: ignore[method-assign]
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "gone_unproven")


def test_server_that_comes_back_after_it_was_found_gone_is_not_destroyed(here: World) -> None:
    provision, app = inhabited(here)

    begin_destroy(
        wiring, stored(provision), actor="hoster", with_apps=True, ended_reason="gone_at_provider"
    )

    done = settled(here, "cloud_provisions", provision)
    assert (done["status"], done["error_code"]) == ("failed", "server_returned")
    assert len(here.cloud.servers) == 1
    assert stored(app).status == "running"


def test_server_that_answers_is_not_buried_by_a_provider_that_does_not_know_it(
    here: World,
) -> None:
    provision, app = inhabited(here)
    here.cloud.servers.clear()
    here.skew = 3600.0
    missing, seen = wiring.now(), {"last_seen_at": wiring.now(), "misses": 0}
    here.skew += 60.0
    node = stored(provision).attributes["node_id"]
    for one, changes in ((provision, {"missing_since": missing}), (node, seen)):
        wiring.records().change(Change(of=stored(one), attributes=changes))

    begin_destroy(
        wiring, stored(provision), actor="hoster", with_apps=True, ended_reason="gone_at_provider"
    )

    done = settled(here, "cloud_provisions", provision)
    assert (done["status"], done["error_code"]) == ("failed", "server_returned")
    assert "yet it answers" in done["error_message"]
    assert stored(app).status == "running"


def test_server_that_is_found_gone_ends_with_its_apps_closed(here: World) -> None:
    provision, app = inhabited(here)
    here.cloud.servers.clear()
    here.skew = 3600.0

    begin_destroy(
        wiring, stored(provision), actor="hoster", with_apps=True, ended_reason="gone_at_provider"
    )

    assert gone(here, "cloud_provisions", provision)
    assert tombstone(here)["ended_reason"] == "gone_at_provider"
    assert (stored(app).status, stored(app).attributes["ended_reason"]) == ("deleted", "node_lost")
    nothing_left(here)


def test_server_of_a_revoked_token_is_declared_gone_and_its_credential_deleted(
    here: World,
) -> None:
    provision, app = inhabited(here)
    credential = stored(provision).attributes["credential_id"]
    for call in ("find", "get", "destroy", "remove_key", "knows_key"):
        here.cloud.fails[call] = [InvalidCredential("revoked")] * ALWAYS
    assert here.call("DELETE", f"{path_of(provision)}?force=true").codes == ["destroy_failed"]
    assert here.call("DELETE", f"/cloud_credentials/{credential}").codes == ["in_use"]

    given = {"name": "server-1"}
    assert here.call("POST", f"{path_of(provision)}/declare_gone", given, **TYPED).status == 200

    assert gone(here, "cloud_provisions", provision)
    tomb = tombstone(here)
    assert (tomb["ended_reason"], tomb["provider_instance_id"]) == ("declared_gone", "1")
    assert stored(app).status == "deleted"
    assert here.call("DELETE", f"/cloud_credentials/{credential}").status == 204
    assert here.call("GET", "/nodes").body["data"] == []


def test_declaration_takes_over_a_destroy_that_waits(here: World) -> None:
    provision = ready(here)
    here.cloud.asks_before_gone = 10_000
    with mock.patch.object(settle, "PATIENCE_SECONDS", 0.0):
        assert here.call("DELETE", path_of(provision)).status == 202
    wait_until(lambda: "DestroyServer" in here.invoked)

    given = {"name": "server-1"}
    assert here.call("POST", f"{path_of(provision)}/declare_gone", given, **TYPED).status == 200

    assert gone(here, "cloud_provisions", provision)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after the effect"])
def test_destroy_whose_functions_die_once_goes_on(here: World, after: bool) -> None:
    provision, _ = inhabited(here)
    if after:
        here.cloud.fails["remove_key"] = [ProviderUnavailable("no answer")]
    here.kills = dict.fromkeys(WHOLE[:-1], 1)

    assert here.call("DELETE", f"{path_of(provision)}?force=true").status == 204

    nothing_left(here)
