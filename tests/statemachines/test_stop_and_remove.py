"""Stopping and removing apps: what stays, and what goes."""

from __future__ import annotations

from chalicelib.domain.errors import HostUnreachable
from tests.factories import deployment, gone, settled
from tests.statemachines.deploys import held, hosts, items, start
from tests.world import World


def test_stopped_app_keeps_its_data_port_and_name(here: World) -> None:
    app = deployment(here)
    before = start(here, app)

    assert here.call("POST", f"/deployments/{app}/stop").status == 200
    stopped = settled(here, "deployments", app)

    assert stopped["status"] == "stopped"
    assert here.invoked[-3:] == ["WithdrawRoute", "StopServices", "FinishStop"]
    assert hosts() == {"my-app.apps.test": "stopped"}
    assert here.node.engine.volumes == {f"{app}/data"}
    again = start(here, app)
    assert again["status"] == "running"
    assert again["proxy_port"] == before["proxy_port"]
    assert hosts() == {"my-app.apps.test": "running"}


def test_removed_app_leaves_nothing(here: World) -> None:
    app = deployment(here)
    start(here, app)

    assert here.call("DELETE", f"/deployments/{app}").status == 204

    assert here.call("GET", f"/deployments/{app}").status == 404
    assert here.node.engine.remains(app) == ()
    assert held("port#") == held("host#") == []
    assert hosts() == {}
    counters = {
        i["key"]["S"]: float(i["value"]["N"]) for i in items("reservations") if "value" in i
    }
    left = {k: v for k, v in counters.items() if v and "deployments" in k}
    assert left == {}


def test_volumes_stay_when_that_is_asked_and_all_else_goes(here: World) -> None:
    app = deployment(here)
    node = start(here, app)["node_id"]
    volume = f"hoster_{app}_data"

    assert here.call("DELETE", f"/deployments/{app}?keep_volumes=true").status == 204

    assert here.node.engine.remains(app) == ("volume data",)
    assert here.node.engine.files == {}
    assert held("port#") == held("host#") == []
    assert hosts() == {}
    [tomb] = here.call("GET", "/deployments?filter[status]=deleted").body["data"]
    assert tomb["attributes"]["kept_volumes"] == [volume]
    for entity in (app, node):
        told = here.call("GET", f"/events?filter[resource_id]={entity}").body["data"]
        said = {event["attributes"]["name"]: event["attributes"] for event in told}
        assert said["volumes_kept"]["message"] == f"Volumes of my app kept on server-1: {volume}"
        assert said["volumes_kept"]["actor"] == "user-a"


def test_removal_that_failed_can_ask_otherwise(here: World) -> None:
    app = deployment(here)
    start(here, app)
    here.node.fails["remove_everything"] = [HostUnreachable("away")] * 6
    refused = here.call("DELETE", f"/deployments/{app}?keep_volumes=true")

    assert (refused.status, refused.codes) == (409, ["delete_failed"])
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.node.engine.remains(app) == ()


def test_app_that_was_never_started_can_be_removed(here: World) -> None:
    app = deployment(here)

    assert here.call("DELETE", f"/deployments/{app}").status == 204


def test_servers_with_apps_are_not_destroyed(here: World) -> None:
    app = deployment(here)
    start(here, app)
    provision = here.call("GET", "/cloud_provisions").body["data"][0]["id"]

    refused = here.call("DELETE", f"/cloud_provisions/{provision}")

    assert (refused.status, refused.codes) == (409, ["in_use"])
    assert "my app" in refused.body["errors"][0]["detail"]
    assert here.call("DELETE", f"/deployments/{app}").status == 204
    assert here.call("DELETE", f"/cloud_provisions/{provision}").status == 204
    assert gone(here, "cloud_provisions", provision)
