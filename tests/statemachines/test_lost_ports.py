"""Host ports that something else on a server holds: another is taken, or the reason is told."""

from __future__ import annotations

import pytest

from chalicelib.ports.records import Reserve
from chalicelib.runtime import wiring
from chalicelib.services.counters import port_key
from chalicelib.services.deployments.lost_ports import MOST_LOST
from tests.factories import deployment
from tests.statemachines.deploys import WHOLE, held, items, start
from tests.statemachines.redeploys import NEW_DB, STATEFUL, images, redeployed, version
from tests.statemachines.test_failures import FOR_GOOD
from tests.statemachines.test_restart import app, restarted, told
from tests.world import World

__all__ = ["app"]


def port_of(app: str) -> int:
    record = wiring.records().get(app)
    assert record is not None
    return int(record.attributes["proxy_port"])


def routed_to() -> set[str]:
    return {item["port"]["N"] for item in items("routes") if "port" in item}


def test_start_takes_another_port_and_gives_the_lost_one_to_nobody(here: World) -> None:
    made = deployment(here, direct_access=True)
    seen: list[int] = []

    def occupied() -> None:
        seen.append(port_of(made))
        here.node.engine.foreign.add(seen[0])

    here.before["StartServices"] = occupied

    done = start(here, made)

    lost, node = seen[0], done["node_id"]
    assert done["status"] == "running", done["error_message"]
    assert here.states_of(made) == WHOLE
    assert done["proxy_port"] != lost
    assert [port["host_port"] for port in done["ports"]] == [done["proxy_port"]]
    assert done["direct_url"].endswith(f":{done['proxy_port']}")
    assert routed_to() == {str(done["proxy_port"])}
    assert sorted(held("port#")) == sorted(port_key(node, p) for p in (lost, done["proxy_port"]))
    [entry] = wiring.records().journal(made, limit=1, names=("port_lost",))
    assert entry.data == {"port": lost, "now": done["proxy_port"]}
    assert here.call("DELETE", f"/deployments/{made}").status == 204
    assert held("port#") == []


def test_server_on_which_every_port_is_held_fails_the_app_with_port_and_service(
    here: World,
) -> None:
    here.node.engine.foreign.update(range(30_000, 40_000))

    done = start(here, made := deployment(here))

    assert (done["status"], done["error_code"]) == ("failed", "port_in_use")
    assert f"web cannot have port {done['proxy_port']}" in done["error_message"]
    assert len(held("port#")) == MOST_LOST + 1
    assert here.node.engine.containers(made) == ()
    here.node.engine.foreign.clear()
    assert start(here, made)["status"] == "running"


def test_restart_takes_another_port_and_leads_its_names_there(here: World, app: str) -> None:
    here.before["StartServices"] = lambda: here.node.engine.foreign.add(30_001)

    done = restarted(here, app)

    assert done["status"] == "running", done["error_message"]
    assert done["proxy_port"] != 30_001
    assert done["direct_url"] == f"http://10.77.0.9:{done['proxy_port']}"
    assert routed_to() == {str(done["proxy_port"])}
    assert "port_lost" in told(app)


def test_cancelled_restart_leads_its_names_to_the_port_that_it_got(here: World, app: str) -> None:
    def lost() -> None:
        here.node.engine.foreign.add(30_001)
        here.before["StartServices"] = lambda: here.call("POST", f"/deployments/{app}/cancel")

    here.before["StartServices"] = lost

    done = restarted(here, app)

    assert told(app)[-1] == "restart_cancelled"
    assert done["status"] == "running"
    assert done["proxy_port"] != 30_001
    assert done["direct_url"] is None  # until the watch's next look opens its port
    assert routed_to() == {str(done["proxy_port"])}


def test_app_half_redeployed_starts_on_another_port(here: World, app: str) -> None:
    here.node.engine.behaviour[NEW_DB] = {"health": "unhealthy"}
    here.kills = {"AwaitOld": FOR_GOOD}
    failed = redeployed(here, app, version=version(here, app, STATEFUL))
    assert (failed["status"], failed["proxy_port"]) == ("failed", 30_001)
    here.kills = {}
    here.node.engine.stop(app)
    here.node.engine.foreign.add(30_001)

    done = start(here, app)

    assert "UndoRedeploy" in here.invoked
    assert done["status"] == "running", done["error_message"]
    assert done["proxy_port"] != 30_001
    assert routed_to() == {str(done["proxy_port"])}
    assert images(here, app)["web"] == ("nginx:alpine", "running")


def test_port_that_another_app_takes_meanwhile_is_not_taken(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = deployment(here)
    here.before["StartServices"] = lambda: here.node.engine.foreign.add(port_of(made))
    look, taken = wiring.records().reservations, []

    def late(prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
        found = look(prefix, keys)
        if here.node.engine.foreign and not taken:
            taken.append(next(int(key) for key in keys if key not in found))
            wiring.records().commit(Reserve(f"{prefix}{taken[0]}", "another app"))
        return found

    monkeypatch.setattr(wiring.records(), "reservations", late)

    done = start(here, made)

    assert done["status"] == "running", done["error_message"]
    assert taken
    assert done["proxy_port"] not in {*taken, *here.node.engine.foreign}


@pytest.mark.parametrize("kills", [1, 2])
def test_step_that_dies_over_a_lost_port_goes_on(here: World, kills: int) -> None:
    made = deployment(here)
    here.kills = {"StartServices": kills}
    here.before["StartServices"] = lambda: here.node.engine.foreign.add(port_of(made))

    assert start(here, made)["status"] == "running"
