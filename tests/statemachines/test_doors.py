"""Doors of nodes and direct access to apps, from the order of a server to the switch."""

from __future__ import annotations

from typing import Any
from unittest import mock

import boto3
import pytest
from cryptography import x509

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain import doors
from chalicelib.domain.errors import Contended, NotReady
from chalicelib.domain.node_firewall import OPENED
from chalicelib.domain.routes import CLIENT_HOST
from chalicelib.ports.records import Change, Record, Work
from chalicelib.runtime import wiring
from chalicelib.services.deployments import routes as publishing
from chalicelib.services.deployments.routes import routes_of
from chalicelib.services.doors import doors as services
from functions.schedules import renew_door_certificates
from tests.factories import deployment, ordered_server, settled
from tests.fakes.insight import FakeInsight
from tests.permissions import unwatched, watched_as
from tests.statemachines.test_check import brought, checked, started
from tests.statemachines.test_watch import MINUTE, look
from tests.world import World

DAY = 86_400.0


def routes() -> list[dict[str, Any]]:
    """The routes of apps as the store has them."""
    found = boto3.client("dynamodb").scan(TableName="test-routes")["Items"]
    return [one for one in found if "deployment_id" in one]


def ways() -> set[str]:
    """The nodes through whose doors apps are led to; empty for those without one."""
    return {one.get("node", {"S": ""})["S"] for one in routes()}


def client() -> dict[str, Any]:
    found = boto3.client("dynamodb").scan(TableName="test-routes")["Items"]
    [material] = [one for one in found if one["host"]["S"] == CLIENT_HOST and "chain" in one]
    return material


def runs(here: World) -> int:
    """How often a door was put up or told of new files."""
    return sum(doors.NAME in command and "inspect" in command for command in here.node.commands)


def running(here: World, app: str) -> dict[str, Any]:
    assert here.call("POST", f"/deployments/{app}/start").status == 200
    found = settled(here, "deployments", app)
    assert found["status"] == "running", found["error_message"]
    return found


def turn(here: World, app: str, *, on: bool) -> None:
    assert here.call("PATCH", f"/deployments/{app}", {"direct_access": on}).status == 200


def test_server_that_is_made_has_a_door_and_apps_are_led_and_proven_through_it(
    here: World,
) -> None:
    app = deployment(here)

    done = running(here, app)

    written, node = here.node.written, done["node_id"]
    pem = x509.load_pem_x509_certificate(written[f"{doors.FOLDER}/door.pem"].encode())
    names = pem.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert doors.names_of(node) in names.get_values_for_type(x509.DNSName)
    assert "PRIVATE KEY" in written[f"{doors.FOLDER}/door.pem"]
    assert written[f"{doors.FOLDER}/haproxy.cfg"] == doors.config(node)
    assert here.call("GET", f"/nodes/{node}").attributes["encrypted_hop"] is True
    assert ways() == {node}
    address, port, _, door = here.asked[-1]
    assert (address, port) == ("10.77.0.1", done["proxy_port"])
    assert door.name == doors.name_for(port, node)
    assert door.card.authority == written[f"{doors.FOLDER}/authority.pem"]
    assert client()["authority"]["S"] == door.card.authority
    assert done["direct_url"] is None
    assert here.node.lets_in == {}


def test_key_of_a_door_lies_on_its_node_alone(here: World) -> None:
    settled(here, "cloud_provisions", ordered_server(here))

    key = here.node.written[f"{doors.FOLDER}/door.pem"].split("PRIVATE KEY-----\n")[1][:60]
    for table in ("resources", "routes", "journal"):
        assert key not in str(boto3.client("dynamodb").scan(TableName=f"test-{table}"))
    assert key not in str(here.node.commands)


@pytest.mark.parametrize(
    ("how", "said"), [("shut", "does not answer"), ("open", "shows no certificate")]
)
def test_server_whose_door_does_not_do_what_it_is_for_is_no_node(
    here: World, how: str, said: str
) -> None:
    here.doors = how

    done = settled(here, "cloud_provisions", ordered_server(here))

    assert (done["status"], done["error_code"]) == ("failed", "not_secured")
    assert said in done["error_message"]


def test_image_of_the_door_that_cannot_be_had_fails_with_the_registrys_reason(
    here: World,
) -> None:
    here.node.engine.missing.add(doors.IMAGE)
    provision = ordered_server(here)

    done = settled(here, "cloud_provisions", provision)

    assert (done["status"], done["error_code"]) == ("failed", "image_not_found")
    assert "manifest unknown" in done["error_message"]
    here.node.engine.missing.clear()
    assert here.call("POST", f"/cloud_provisions/{provision}/retry").status == 200
    assert settled(here, "cloud_provisions", provision)["status"] == "ready"


def test_pull_of_the_doors_image_that_fails_for_a_while_is_begun_again(here: World) -> None:
    here.node.engine.missing.add(doors.IMAGE)
    seen = 0

    def come_again() -> None:
        nonlocal seen
        seen += 1
        if seen < services.PULLS:
            here.before["OpenDoor"] = come_again
        else:
            here.node.engine.missing.clear()

    here.before["OpenDoor"] = come_again

    assert settled(here, "cloud_provisions", ordered_server(here))["status"] == "ready"
    assert seen == services.PULLS


def test_direct_access_opens_the_ports_of_an_app_from_its_start_to_its_end(here: World) -> None:
    app = deployment(here, direct_access=True)
    done = running(here, app)
    opened = {f"{p['host_port']}/{p['protocol']}" for p in done["ports"]}

    assert done["direct_access"] is True
    assert done["direct_url"] == f"http://10.77.0.1:{done['proxy_port']}"
    assert here.node.lets_in == {app: opened}
    look(here, app, MINUTE)
    told = [entry.name for entry in wiring.records().journal(app, limit=50)]
    assert "direct_access_opened" not in told
    here.call("POST", f"/deployments/{app}/restart")
    assert settled(here, "deployments", app)["status"] == "running"
    assert here.node.lets_in == {app: opened}
    here.call("POST", f"/deployments/{app}/stop")
    assert settled(here, "deployments", app)["status"] == "stopped"
    assert here.node.lets_in == {}
    running(here, app)
    assert here.node.lets_in == {app: opened}
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.node.lets_in == {}


def test_switch_of_a_running_app_is_followed_by_the_next_look(here: World) -> None:
    app = deployment(here)
    before = running(here, app)
    began = here.node.engine.made

    turn(here, app, on=True)
    assert here.node.lets_in == {}
    opened = look(here, app, MINUTE)
    assert here.node.lets_in == {app: {f"{before['proxy_port']}/tcp"}}
    assert opened["direct_url"] == f"http://10.77.0.1:{before['proxy_port']}"
    turn(here, app, on=False)
    closed = look(here, app, MINUTE)

    assert here.node.lets_in == {}
    assert closed["direct_url"] is None
    assert here.node.engine.made == began
    told = [entry.name for entry in wiring.records().journal(app, limit=50)][::-1]
    assert told[-4:] == ["updated", "direct_access_opened", "updated", "direct_access_closed"]


def test_server_of_before_doors_claims_no_door_and_no_closed_port(here: World) -> None:
    app = deployment(here, direct_access=True)
    node = running(here, app)["node_id"]
    without = {"encrypted_hop": None, "door_until": None}
    wiring.records().commit(Change(of=record(node), attributes=without))
    here.node.says = {OPENED: "unruled\n"}

    assert checked(here, node)["encrypted_hop"] is False
    turn(here, app, on=False)
    look(here, app, MINUTE)

    told = [entry.name for entry in wiring.records().journal(app, limit=50)]
    assert "direct_access_closed" not in told


def test_port_that_a_look_opened_too_late_is_closed_again(here: World) -> None:
    app = deployment(here)
    running(here, app)
    turn(here, app, on=True)
    opens = here.node._open

    def stops_first(told: str) -> None:
        here.node._open = opens  # type: ignore[method-assign]
        with unwatched():
            wiring.records().commit(Change(of=record(app), status="stopped"))
        opens(told)

    here.node._open = stops_first  # type: ignore[method-assign]
    look(here, app, MINUTE)

    assert here.node.lets_in == {}


def test_each_look_puts_right_what_a_server_lets_in(here: World) -> None:
    app = deployment(here, direct_access=True)
    running(here, app)
    right = dict(here.node.lets_in)
    told = len(here.node.commands)
    look(here, app, MINUTE)
    assert not any(OPENED in command for command in here.node.commands[told:])

    here.node.lets_in = {"0b7c0d9e-0000-4000-8000-00000000000a": {"30009/tcp"}}
    look(here, app, MINUTE)

    assert here.node.lets_in == right
    here.node.refuses = OPENED
    here.node.lets_in = {}
    assert look(here, app, MINUTE)["health"] == "healthy"


def test_firewall_that_fails_for_a_moment_is_told_again(here: World) -> None:
    app = deployment(here, direct_access=True)
    running(here, app)
    nothing, seen = here.node.refuses, 0

    def once_more() -> None:
        nonlocal seen
        seen += 1
        if seen == 1:
            here.node.refuses = OPENED
            here.before["StopServices"] = once_more
        else:
            here.node.refuses = nothing

    here.before["StopServices"] = once_more
    here.call("POST", f"/deployments/{app}/stop")

    assert settled(here, "deployments", app)["status"] == "stopped"
    assert (seen, here.node.lets_in) == (2, {})


def test_cancelled_restart_leaves_open_what_the_switch_says(here: World) -> None:
    app = deployment(here, direct_access=True)
    running(here, app)
    turn(here, app, on=False)
    here.before["StopServices"] = lambda: here.call("POST", f"/deployments/{app}/cancel")
    here.call("POST", f"/deployments/{app}/restart")
    assert settled(here, "deployments", app)["status"] == "running"
    assert app in here.node.lets_in

    with mock.patch.object(FakeInsight, "disk", side_effect=NotReady("not now")):
        look(here, app, MINUTE)

    assert here.node.lets_in == {}
    told = [entry.name for entry in wiring.records().journal(app, limit=50)]
    assert told[0] == "direct_access_closed"


def test_app_that_is_not_proven_yet_or_ever_has_no_port_open(here: World) -> None:
    here.answering = False
    app = deployment(here, direct_access=True)
    seen: list[Any] = []

    def a_minute_passes() -> None:
        seen.append(dict(here.node.lets_in))
        here.skew += 61

    here.before["ConfirmRoute"] = lambda: here.before.update(ConfirmRoute=a_minute_passes)
    here.call("POST", f"/deployments/{app}/start")

    assert settled(here, "deployments", app)["status"] == "failed"
    assert seen == [{}]
    assert here.node.lets_in == {}


def test_brought_server_has_a_door_where_its_owner_asks_and_apps_are_led_again(
    here: World,
) -> None:
    node = brought(here)
    settled(here, "nodes", node)
    app = started(here, node)
    assert settled(here, "deployments", app)["status"] == "running"
    assert here.call("GET", f"/nodes/{node}").attributes["encrypted_hop"] is False
    assert ways() == {""}
    assert here.asked[-1][3] is None

    assert here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": True}).status == 200
    found = settled(here, "nodes", node)
    assert (found["status"], found["encrypted_hop"], found["error_code"]) == ("online", True, None)
    assert ways() == {node}
    stood = runs(here)
    assert checked(here, node)["encrypted_hop"] is True
    assert runs(here) == stood + 1

    assert here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": False}).status == 200
    found = settled(here, "nodes", node)
    assert (found["status"], found["encrypted_hop"]) == ("online", False)
    assert ways() == {""}
    assert any(f"rm -rf {doors.FOLDER}" in command for command in here.node.commands)


def with_a_door(here: World) -> tuple[str, str]:
    """A brought server with a door, and an app that runs there."""
    node = brought(here)
    settled(here, "nodes", node)
    here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": True})
    settled(here, "nodes", node)
    app = started(here, node)
    assert settled(here, "deployments", app)["status"] == "running"
    assert ways() == {node}
    return node, app


def record(of: str) -> Record:
    found = wiring.records().get(of)
    assert found is not None
    return found


def is_gone(here: World) -> bool:
    return any(f"rm -rf {doors.FOLDER}" in command for command in here.node.commands)


def test_door_stays_while_work_that_knew_it_is_in_hand(here: World) -> None:
    node, app = with_a_door(here)
    work = Work("restart", record(app).generation, "by-hand", wiring.now())
    wiring.records().commit(Change(of=record(app), set_work=work))
    before, entries = record(node), 0

    def come_again() -> None:
        nonlocal entries
        entries += 1
        if entries == 4:
            assert not is_gone(here)
            led = routes_of(wiring, record(app), node=before, state="running")
            wiring.records().commit(Change(of=record(app), clear_work=True), *led)
        here.before["OpenDoor"] = come_again

    here.before["OpenDoor"] = come_again
    here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": False})

    assert settled(here, "nodes", node)["encrypted_hop"] is False
    assert entries > 4
    assert ways() == {""}
    assert is_gone(here)


@pytest.mark.parametrize("on", [False, True])
def test_apps_are_led_again_by_the_next_try_where_leading_them_fails(here: World, on: bool) -> None:
    node, _ = with_a_door(here)
    if on:
        here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": False})
        settled(here, "nodes", node)
    failing = mock.Mock(side_effect=[Contended("busy"), mock.DEFAULT], wraps=routes_of)

    with mock.patch.object(services, "routes_of", failing):
        here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": on})
        found = settled(here, "nodes", node)

    assert (found["encrypted_hop"], found["error_code"]) == (on, None)
    assert ways() == ({node} if on else {""})


def test_app_that_is_led_to_while_the_door_goes_is_led_without_it(here: World) -> None:
    node, app = with_a_door(here)
    here.call("POST", f"/deployments/{app}/stop")
    settled(here, "deployments", app)

    def the_door_goes(*given: Any, **named: Any) -> Any:
        writes = routes_of(*given, **named)
        wiring.records().commit(Change(of=record(node), attributes={"encrypted_hop": False}))
        return writes

    with mock.patch.object(publishing, "routes_of", side_effect=the_door_goes):
        running(here, app)

    assert ways() == {""}


def test_app_that_was_busy_when_a_door_came_is_led_through_it_by_a_later_check(
    here: World,
) -> None:
    node, app = with_a_door(here)
    here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": False})
    settled(here, "nodes", node)
    work = Work("restart", record(app).generation, "by-hand", wiring.now())
    wiring.records().commit(Change(of=record(app), set_work=work))

    here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": True})
    assert settled(here, "nodes", node)["encrypted_hop"] is True
    assert ways() == {""}
    wiring.records().commit(Change(of=record(app), clear_work=True))
    look(here, app, 6 * MINUTE)
    settled(here, "nodes", node)

    assert ways() == {node}


def test_door_that_does_not_work_on_a_brought_server_leads_nobody(here: World) -> None:
    here.doors = "shut"
    node = brought(here)
    settled(here, "nodes", node)

    here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": True})

    found = settled(here, "nodes", node)
    assert (found["status"], found["encrypted_hop"]) == ("online", False)
    assert found["error_code"] == "not_secured"
    assert "refuses the proxies" in found["error_message"]


def test_owner_of_a_server_that_hoster_made_cannot_take_its_door_away(here: World) -> None:
    node = settled(here, "cloud_provisions", ordered_server(here))["node_id"]

    assert here.call("PATCH", f"/nodes/{node}", {"encrypted_hop": False}).status == 422


def test_certificate_of_a_door_is_replaced_by_a_check_that_the_watch_begins(here: World) -> None:
    app = deployment(here)
    node = running(here, app)["node_id"]
    pem = f"{doors.FOLDER}/door.pem"
    before = here.node.written[pem]

    look(here, app, (doors.NODE_DAYS - doors.NODE_LEFT_DAYS - 1) * DAY)
    settled(here, "nodes", node)
    assert here.node.written[pem] == before
    look(here, app, 2 * DAY)
    found = settled(here, "nodes", node)

    assert (found["status"], found["error_code"]) == ("online", None)
    assert here.node.written[pem] != before
    renewed = here.node.written[pem]
    look(here, app, DAY)
    settled(here, "nodes", node)
    assert here.node.written[pem] == renewed


def test_schedule_gives_the_proxies_another_certificate_in_time(here: World) -> None:
    def run() -> bool:
        [declaration] = renew_door_certificates.handler.declarations  # type: ignore[attr-defined]
        with watched_as("renew_door_certificates", declaration):
            return renew_door_certificates.handler({}, None)["renewed"]

    assert isinstance(wiring.records(), DynamoRecords)
    assert run() is False
    settled(here, "cloud_provisions", ordered_server(here))
    first = client()["fingerprint"]["S"]
    assert run() is False
    here.skew = 61 * DAY
    assert run() is True
    assert client()["fingerprint"]["S"] != first
