"""Giving up nodes."""

from __future__ import annotations

from chalicelib.ports.records import Count
from chalicelib.runtime import wiring
from chalicelib.services.counters import plan_key, total_key, use_key
from tests.functions import things
from tests.functions.checks import Checked


def test_brought_node_is_gone_with_its_counters_and_its_check(here: Checked, owner: str) -> None:
    node = things.brought(here, owner)

    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 204

    assert here.call("GET", f"/nodes/{node}", user=owner).status == 404
    assert here.call("GET", "/nodes", user=owner).body["data"] == []
    records = wiring.records()
    assert records.counter(total_key("nodes", owner)) == 0
    assert records.counter(plan_key("max_nodes", owner)) == 0
    assert node not in [record.id for record in records.working(limit=1000)]
    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 404


def test_node_on_which_apps_live_is_kept_and_others_apps_keep_their_names(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(owner, public=True)
    mine = things.deployment(here, owner, name="mine", node_id=node)
    other = things.deployment(
        here, stranger, name="private name", node_id=node, allow_public_nodes=True
    )

    reply = here.call("DELETE", f"/nodes/{node}", user=owner)

    detail = reply.body["errors"][0]["detail"]
    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert "mine" in detail
    assert other in detail
    assert "private name" not in detail
    for app, user in ((mine, owner), (other, stranger)):
        things.put(app, status="deleted", bury=True)
        assert here.call("GET", f"/deployments/{app}", user=user).status == 404
    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 204


def test_server_that_hoster_made_goes_with_its_provision(here: Checked, owner: str) -> None:
    node, provision = things.node(owner), things.provision(here, owner)
    things.put(node, attributes={"provision_id": provision})

    reply = here.call("DELETE", f"/nodes/{node}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert provision in reply.body["errors"][0]["detail"]


def test_ten_of_many_apps_are_named_and_the_rest_are_counted(here: Checked, owner: str) -> None:
    node, template = things.node(owner), things.published(here, owner)
    for number in range(12):
        things.deployment(here, owner, name=f"app-{number}", node_id=node, template_id=template)

    reply = here.call("DELETE", f"/nodes/{node}", user=owner)

    detail = reply.body["errors"][0]["detail"]
    assert detail.count("app-") == 10
    assert "and 2 more" in detail


def test_count_that_nothing_stands_behind_keeps_no_lost_node_alive(
    here: Checked, owner: str
) -> None:
    node = things.node(owner)
    wiring.records().commit(Count(use_key(node, "what never was"), 1))
    assert here.call("DELETE", f"/nodes/{node}", user=owner).codes == ["in_use"]
    things.put(node, status="lost")

    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 204

    assert here.call("GET", f"/nodes/{node}", user=owner).status == 404


def test_lost_node_is_kept_until_its_apps_are_closed(here: Checked, owner: str) -> None:
    node = things.server(here, owner)
    things.deployment(here, owner, name="mine", node_id=node)
    path = f"/nodes/{node}/declare_lost"
    assert here.call("POST", path, {"name": "server-1"}, user=owner).status == 200

    reply = here.call("DELETE", f"/nodes/{node}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert "mine" in reply.body["errors"][0]["detail"]


def test_lost_node_whose_apps_are_not_listed_yet_is_kept(here: Checked, owner: str) -> None:
    """What is placed at that moment is counted before it is listed, and closed by the work."""
    node = things.server(here, owner)
    wiring.records().commit(Count(use_key(node, "made just now"), 1))
    path = f"/nodes/{node}/declare_lost"
    assert here.call("POST", path, {"name": "server-1"}, user=owner).status == 200

    assert here.call("DELETE", f"/nodes/{node}", user=owner).codes == ["in_use"]
