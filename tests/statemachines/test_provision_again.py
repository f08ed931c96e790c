"""Making a server that does not go well at once: kept, gone on with, ordered once, undone."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import (
    HostUnreachable,
    ProviderUnavailable,
    RefusedByProvider,
    Throttled,
)
from chalicelib.ports.clouds import Server, ServerOrder
from chalicelib.ports.records import Change
from chalicelib.runtime import settings, wiring
from tests.factories import ordered_server, settled
from tests.fakes.node import FakeNode
from tests.statemachines.test_provision import WHOLE
from tests.world import World

# What fails is kept, and gone on with ---------------------------------------------------------


def retried(here: World, provision: str) -> dict[str, Any]:
    """Try again and wait for the end."""
    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200
    return settled(here, "cloud_provisions", provision)


def steps_of(here: World, provision: str) -> dict[str, dict[str, Any]]:
    told = here.call("GET", f"/cloud_provisions/{provision}/timeline").attributes
    return {step["name"]: step for step in told["steps"]}


def test_retry_goes_on_with_the_same_server_and_a_fresh_timeline(here: World) -> None:
    here.node.refuses = node_firewall.SCRIPT_PATH
    provision = ordered_server(here)
    failed = settled(here, "cloud_provisions", provision)
    there = steps_of(here, provision)
    assert [name for name, step in there.items() if step["state"] == "failed"] == ["SecureServer"]
    assert there["SecureServer"]["ended_at"] >= there["SecureServer"]["started_at"]
    assert there["OpenFirewall"]["state"] == "waiting"
    assert failed["failed_from"] == "configuring"
    here.node.refuses = "\0"

    done = retried(here, provision)

    assert (done["status"], done["error_code"], done["error_message"]) == ("ready", None, None)
    assert done["provider_instance_id"] == failed["provider_instance_id"]
    assert len(here.cloud.orders) == 1
    assert here.states_of(provision)[-1] == "Failed"  # of both executions, which have ended
    again = steps_of(here, provision)
    assert {step["state"] for step in again.values()} == {"done"}
    assert again["PrepareKeys"]["started_at"] > there["SecureServer"]["ended_at"]


def test_every_step_keeps_the_server_of_what_fails_and_only_a_cancel_takes_it_down() -> None:
    states = json.loads(Path("statemachines/provision.asl.json").read_text())["States"]

    for name in WHOLE[:-1]:
        led = {error: c["Next"] for c in states[name]["Catch"] for error in c["ErrorEquals"]}
        assert led == {
            "Stale": "Superseded",
            "Cancelled": "BeginReleaseServer",
            "States.ALL": "FailWork",
        }


def test_retry_enters_a_server_that_took_its_new_host_key_late(here: World) -> None:
    here.node.reload_lag = 99
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["error_code"] == "not_ready"
    here.node.reload_lag = 0

    done = retried(here, provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert len(here.cloud.orders) == 1


@pytest.mark.parametrize("is_its_account", [True, False])
def test_recorded_server_that_is_gone_is_ordered_anew_by_its_own_account_alone(
    here: World, is_its_account: bool
) -> None:
    here.node.refuses = node_firewall.SCRIPT_PATH
    provision = ordered_server(here)
    lost = settled(here, "cloud_provisions", provision)["provider_instance_id"]
    here.node = FakeNode()
    here.cloud.servers.clear()
    if not is_its_account:
        here.cloud.keys.clear()
    here.skew = 61.0

    done = retried(here, provision)

    if is_its_account:
        assert (done["status"], done["error_message"]) == ("ready", None)
        assert list(here.cloud.servers) == [done["provider_instance_id"]] != [lost]
    else:
        assert (done["status"], done["error_code"]) == ("failed", "gone_unproven")
        assert (done["provider_instance_id"], len(here.cloud.orders)) == (lost, 1)


def test_recorded_server_is_kept_and_extra_ones_of_its_tag_go(here: World) -> None:
    here.node.refuses = node_firewall.SCRIPT_PATH
    provision = ordered_server(here)
    kept = settled(here, "cloud_provisions", provision)["provider_instance_id"]
    older = replace(here.cloud.servers[kept], id="older", created_at="2020-01-01T00:00:00Z")
    here.cloud.servers = {"older": older, **here.cloud.servers}
    here.cloud.asks_before_gone = 0
    here.node.refuses = "\0"

    done = retried(here, provision)

    assert (done["status"], done["provider_instance_id"]) == ("ready", kept)
    assert list(here.cloud.servers) == [kept]


def test_server_that_is_switched_off_is_told_so(here: World) -> None:
    def ten_minutes_pass() -> None:
        here.skew = 601.0

    get = here.cloud.get
    off = mock.patch.object(here.cloud, "get", lambda known: replace(get(known), state="off"))
    here.before["AwaitServer"] = lambda: here.before.update(AwaitServer=ten_minutes_pass)
    with off:
        provision = ordered_server(here)
        done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "deadline_passed")
    assert "is switched off at the provider; switch it on there" in done["error_message"]
    assert "longer than 600 s" in done["error_message"]


# Orders in doubt --------------------------------------------------------------------------------


@pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])
def test_order_without_an_answer_is_looked_for_until_the_lag_is_over(
    here: World, is_made: bool
) -> None:
    create = here.cloud.create

    def say_nothing(order: ServerOrder) -> Server:
        here.cloud.create = create  # type: ignore[method-assign]
        if is_made:
            create(order)
        here.cloud.unlisted = 99
        here.before["CreateServer"] = first_look
        raise ProviderUnavailable("no answer")

    def first_look() -> None:
        here.skew = 20.0
        here.before["CreateServer"] = second_look

    def second_look() -> None:
        orders.append(len(here.cloud.orders))
        here.skew, here.cloud.unlisted = 61.0, 0

    orders: list[int] = []
    here.cloud.create = say_nothing  # type: ignore[method-assign]
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert orders == [1 if is_made else 0]
    assert len(here.cloud.orders) == 1
    assert len(here.cloud.servers) == 1


def test_order_of_a_function_that_died_is_in_doubt_from_when_that_is_seen(here: World) -> None:
    def die() -> None:
        [found] = here.call("GET", "/cloud_provisions").body["data"]
        record = wiring.records().get(found["id"])
        assert record is not None
        wiring.records().change(Change(of=record, attributes={"ordered_at": wiring.now()}))
        tag = record.attributes["tag"]
        here.cloud.servers["1"] = Server("1", "server-1", "new", None, (tag,), "2026-1")
        here.cloud.unlisted, here.skew = 99, 70.0
        here.before["CreateServer"] = nearly_a_minute_later

    def nearly_a_minute_later() -> None:
        here.skew = 125.0
        here.before["CreateServer"] = listed

    def listed() -> None:
        here.cloud.unlisted = 0

    here.before["CreateServer"] = die
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert (list(here.cloud.servers), here.cloud.orders) == (["1"], [])


# What else an order says ------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", [True, False])
def test_web_ports_are_open_where_wanted_alone(here: World, wanted: bool) -> None:
    provision = ordered_server(here, open_web_ports=wanted)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["open_web_ports"]) == ("ready", wanted)
    [opened] = here.cloud.firewalls.values()
    assert ({"80/tcp", "443/tcp"} <= set(opened)) is wanted
    script = here.node.written[node_firewall.SCRIPT_PATH]
    assert ("--dport 443 -j ACCEPT" in script) is wanted


def test_server_that_is_not_as_it_should_be_becomes_no_node(here: World) -> None:
    here.node.says["hoster-trial"] = "169.254.169.254 on port 80\ntried\n"
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "not_secured")
    assert "a container reaches 169.254.169.254 on port 80" in done["error_message"]
    assert (done["node_id"], len(here.cloud.servers)) == (None, 1)
    until_then = WHOLE[: WHOLE.index("VerifyServer") + 1]
    assert here.states_of(provision) == [*until_then, "FailWork", "Failed"]


def test_work_that_fails_while_a_cancel_is_asked_for_is_undone(here: World) -> None:
    def refuse(*_: object) -> None:
        found = here.call("GET", "/cloud_provisions").body["data"][0]["id"]
        assert here.call("POST", f"/cloud_provisions/{found}/cancel").status == 200
        raise RefusedByProvider("no such port")

    with mock.patch.object(here.cloud, "open_firewall", refuse):
        provision = ordered_server(here)
        done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert (here.cloud.servers, here.cloud.keys) == ({}, set())


def test_error_of_the_undoing_that_passed_is_not_told_as_the_reason(here: World) -> None:
    def cancel() -> None:
        found = here.call("GET", "/cloud_provisions").body["data"][0]["id"]
        assert here.call("POST", f"/cloud_provisions/{found}/cancel").status == 200
        here.cloud.fails["destroy"] = [Throttled("slowly")]

    here.before["AwaitSSH"] = cancel
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.cloud.servers == {}


def test_error_that_passed_is_not_told_as_the_reason_of_a_later_one(here: World) -> None:
    here.cloud.fails["create"] = [Throttled("slowly")]
    here.kills["VerifyServer"] = 99
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "step_crashed")


def test_steps_wait_as_long_as_the_installation_says(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOSTER_STEP_SECONDS", "AwaitServer=900 AwaitSSH=30")
    settings.settings.cache_clear()
    here.node.fails["connect"] = [HostUnreachable("no answer")] * 9
    here.before["AwaitSSH"] = lambda: here.before.update(
        AwaitSSH=lambda: setattr(here, "skew", 31.0)
    )
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "deadline_passed")
    assert "longer than 30 s" in done["error_message"]
