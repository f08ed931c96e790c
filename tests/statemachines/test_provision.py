"""Making and destroying servers: every outcome as the list of states entered."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import (
    Gone,
    HostUnreachable,
    InvalidCredential,
    NoCapacity,
    NotReady,
    ProviderUnavailable,
    RefusedByProvider,
    Throttled,
)
from chalicelib.domain.host_keys import fingerprint
from chalicelib.ports.clouds import Server, ServerOrder
from tests.factories import gone, ordered_server, settled
from tests.fakes.node import NEW_HOST_KEY
from tests.world import World

WHOLE = [
    "PrepareKeys",
    "CreateServer",
    "AwaitServer",
    "AwaitSSH",
    "ReplaceHostKey",
    "InstallDocker",
    "SecureServer",
    "OpenFirewall",
    "OpenDoor",
    "VerifyServer",
    "RegisterNode",
    "Done",
]


def test_server_that_comes_up_becomes_an_online_node(here: World) -> None:
    here.node.says["/sys/block"] = "ssd\n"
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert done["status"] == "ready"
    assert here.states_of(provision) == WHOLE
    node = here.call("GET", f"/nodes/{done['node_id']}").attributes
    assert node["status"] == "online"
    assert node["capacity_memory_mb"] == 2048
    assert node["capabilities"] == ["ssd", "standard"]
    assert node["host_key_fingerprint"] == fingerprint(NEW_HOST_KEY)
    assert len(here.cloud.servers) == 1
    [opened] = here.cloud.firewalls.values()
    assert {"22/tcp", "9443/tcp", "30000-39999/tcp", "30000-39999/udp"} == set(opened)
    assert node["encrypted_hop"] is True


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidCredential("refused"), "invalid_credential"),
        (RefusedByProvider("You specified an invalid size"), "refused_by_provider"),
        (NoCapacity("none there"), "no_capacity"),
    ],
)
def test_order_that_is_refused_fails_with_the_reason(here: World, error, code) -> None:
    here.cloud.fails["create"] = [error]
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", code)
    assert error.detail in done["error_message"]
    assert "There is no server" in done["error_message"]
    assert here.states_of(provision) == [*WHOLE[:2], "FailWork", "Failed"]
    assert (here.cloud.servers, here.cloud.keys, here.cloud.firewalls) == ({}, set(), {})


def test_server_that_was_never_ordered_is_deleted_without_its_provider(here: World) -> None:
    here.cloud.fails["find"] = [InvalidCredential("refused")] * 9
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["status"] == "failed"

    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204


def test_server_that_was_refused_is_deleted_without_its_provider(here: World) -> None:
    here.cloud.fails["create"] = [NoCapacity("none there")]
    provision = ordered_server(here)
    assert settled(here, "cloud_provisions", provision)["status"] == "failed"
    here.cloud.fails["find"] = [InvalidCredential("revoked since")] * 9

    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204


def test_lost_answer_of_the_order_makes_no_second_server(here: World) -> None:
    here.cloud.after["create"] = [ProviderUnavailable("no answer")]
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert done["status"] == "ready"
    assert len(here.cloud.orders) == 1


def test_server_that_the_provider_does_not_show_yet_is_waited_for(here: World) -> None:
    here.cloud.fails["get"] = [Gone("not shown yet")] * 3
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("ready", None)
    assert len(here.cloud.orders) == 1


def test_server_that_the_provider_lost_fails_with_the_reason(here: World) -> None:
    def a_minute_passes() -> None:
        here.skew = 61.0

    here.cloud.fails["get"] = [Gone("lost")] * 9
    here.before["AwaitServer"] = a_minute_passes
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "gone")


def test_node_is_logged_in_to_as_its_image_wants(here: World) -> None:
    here.cloud.user = "admin"
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    node = here.call("GET", f"/nodes/{done['node_id']}").attributes
    assert (done["status"], node["ssh_user"]) == ("ready", "admin")
    assert {login.user for login in here.node.logins} == {"admin"}


def test_server_that_is_leaving_is_not_adopted(here: World) -> None:
    here.cloud.servers["old"] = Server(
        "old", "web-1", "leaving", None, ("test-prov_x",), "2026-01-01T00:00:00Z"
    )
    here.before["CreateServer"] = lambda: _tag_the_leaving(here)
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], len(here.cloud.orders)) == ("ready", 1)
    assert done["provider_instance_id"] != "old"


def _tag_the_leaving(here: World) -> None:
    found = here.call("GET", "/cloud_provisions").body["data"][0]["id"]
    here.cloud.servers["old"] = replace(here.cloud.servers["old"], tags=(f"test-{found}",))


def test_firewall_that_a_server_still_holds_is_removed_when_it_is_free(here: World) -> None:
    provision = ordered_server(here)
    settled(here, "cloud_provisions", provision)
    here.cloud.fails["remove_firewall"] = [NotReady("in use")] * 2

    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204

    assert (here.cloud.servers, here.cloud.firewalls, here.cloud.keys) == ({}, {}, set())


@pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])
def test_order_without_an_answer_counts_as_none_only_after_the_lag(
    here: World, is_made: bool
) -> None:
    """The provider says nothing and lists nothing when the undo looks for the first time."""
    create = here.cloud.create

    def say_nothing(order: ServerOrder) -> Server:
        if is_made:
            create(order)
        here.cloud.unlisted = 99
        found = here.call("GET", "/cloud_provisions").body["data"][0]["id"]
        assert here.call("POST", f"/cloud_provisions/{found}/cancel").status == 200
        raise ProviderUnavailable("no answer")

    def time_passes() -> None:
        looked.append(len(here.cloud.servers))
        here.cloud.unlisted, here.skew = 0, 61.0

    looked: list[int] = []
    here.before["ReleaseServer"] = lambda: here.before.update(ReleaseServer=time_passes)
    here.cloud.create = say_nothing  # type: ignore[method-assign]
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert looked == [1 if is_made else 0]
    assert (here.cloud.servers, here.cloud.keys) == ({}, set())


def test_server_that_never_answers_ssh_is_kept_with_the_reason(here: World) -> None:
    def seven_minutes_pass() -> None:
        here.skew = 421.0

    here.node.fails["connect"] = [HostUnreachable("no answer")] * 9
    here.before["AwaitSSH"] = lambda: here.before.update(AwaitSSH=seven_minutes_pass)
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "deadline_passed")
    assert "to answer SSH" in done["error_message"]
    assert "longer than 420 s" in done["error_message"]
    assert here.states_of(provision) == [*WHOLE[:4], "FailWork", "Failed"]
    assert list(here.cloud.servers) == [done["provider_instance_id"]]
    assert f"{done['provider_instance_id']} is kept" in done["error_message"]


def test_sshd_that_takes_its_new_key_late_is_asked_again(here: World) -> None:
    here.node.reload_lag = 2
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)


def test_sshd_that_answers_nobody_while_it_reloads_is_told_of_its_new_key_once(
    here: World,
) -> None:
    here.node.refuses_after_reload = here.node.keeps_open = True
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_message"]) == ("ready", None)
    assert sum("HostKey" in command for command in here.node.commands) == 1


def test_server_that_keeps_showing_another_key_is_not_trusted(here: World) -> None:
    here.node.reload_lag = 99
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "not_ready")
    assert "host key" in done["error_message"]
    assert list(here.cloud.servers) == [done["provider_instance_id"]]


def test_containers_are_cut_off_whenever_docker_starts(here: World) -> None:
    settled(here, "cloud_provisions", ordered_server(here))

    script, drop_in = node_firewall.SCRIPT_PATH, node_firewall.DROP_IN_PATH
    assert here.node.written[script].startswith("#!/bin/sh\n")
    assert f"ExecStartPre={script}\n" in here.node.written[drop_in]
    assert any(f"&& {script}" in command for command in here.node.commands)


def test_server_whose_firewall_refuses_its_rules_becomes_no_node(here: World) -> None:
    here.node.refuses = node_firewall.SCRIPT_PATH
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "refused_by_provider")
    assert "refused here" in done["error_message"]
    assert done["node_id"] is None
    assert list(here.cloud.servers) == [done["provider_instance_id"]]


def test_throttling_passes(here: World) -> None:
    here.cloud.fails["create"] = [Throttled("wait"), Throttled("wait")]
    provision = ordered_server(here)

    assert settled(here, "cloud_provisions", provision)["status"] == "ready"


def test_killed_function_is_tried_again(here: World) -> None:
    here.kills = dict.fromkeys(WHOLE[:-1], 1)
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert done["status"] == "ready"
    assert len(here.cloud.orders) == 1


def test_cancelled_provision_is_undone(here: World) -> None:
    def cancel() -> None:
        found = here.call("GET", "/cloud_provisions").body["data"][0]["id"]
        assert here.call("POST", f"/cloud_provisions/{found}/cancel").status == 200

    here.before["AwaitServer"] = cancel
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "cancelled")
    assert here.cloud.servers == {}
    assert here.cloud.firewalls == {}


def test_retry_of_a_failed_provision_succeeds(here: World) -> None:
    here.cloud.fails["create"] = [NoCapacity("none there")]
    provision = ordered_server(here)
    settled(here, "cloud_provisions", provision)

    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200

    done = settled(here, "cloud_provisions", provision)
    assert (done["status"], done["error_code"]) == ("ready", None)


def test_destroy_that_fails_keeps_the_record_and_can_be_tried_again(here: World) -> None:
    provision = ordered_server(here)
    settled(here, "cloud_provisions", provision)
    here.cloud.fails["destroy"] = [InvalidCredential("refused")]

    refused = here.call("DELETE", f"/cloud_provisions/{provision}")

    assert refused.status == 409
    assert refused.codes == ["destroy_failed"]
    assert len(here.cloud.servers) == 1
    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200
    assert gone(here, "cloud_provisions", provision)
    assert here.cloud.servers == {}
