"""Removing host names of one's own."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Stale
from chalicelib.ports.records import Change, Work
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key, own_name_key, plan_key
from chalicelib.services.deployments.removing import finish_remove
from chalicelib.services.domains.domain_ends import take_all
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.names import domain_of, proves, route_of, verify


def test_removed_name_is_free_again(here: Checked, owner: str, stranger: str) -> None:
    app, host = things.deployment(here, owner), f"b\u00fccher.{owner}.example.com"
    path = f"/deployments/{app}/domains"
    ascii_host = here.call("POST", path, {"hostname": host}, user=owner).id
    [named] = here.call("GET", f"/deployments/{app}", user=owner).attributes["custom_domains"]
    encoded = f"b%C3%BCcher.{owner}.example.com"

    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 204

    left = here.call("GET", path, user=owner).body["data"]
    assert [one["attributes"]["type"] for one in left] == ["auto"]
    domain = wiring.records().get(named["id"])
    assert domain is not None
    assert (domain.status, domain.attributes["due_at"]) == ("removed", None)
    for key in (host_key(ascii_host), own_name_key(owner, ascii_host)):
        assert wiring.records().reservation(key) is None
    assert wiring.records().counter(plan_key("max_domains", owner)) == 0
    assert here.call("POST", path, {"hostname": ascii_host}, user=owner).status == 201
    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 204
    assert here.call("DELETE", f"{path}/{encoded}", user=owner).status == 404


def test_automatic_name_goes_with_the_app(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    auto = {"hostname": f"{owner}.apps.test", "type": "auto", "status": "verified"}
    things.put(app, attributes={"domains": [auto]})

    reply = here.call("DELETE", f"/deployments/{app}/domains/{owner}.apps.test", user=owner)

    assert (reply.status, reply.codes) == (409, ["automatic_domain"])


def test_app_that_goes_takes_all_its_names_with_it(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    path = f"/deployments/{app}/domains"
    hosts = [f"{name}.{owner}.example.com" for name in ("a", "b", "c")]
    for host in hosts:
        here.call("POST", path, {"hostname": host}, user=owner)
    proves(here, app)
    assert verify(here, app, hosts[0], owner).attributes["status"] == "verified"
    first = domain_of(app)
    deployment = wiring.records().get(app)
    assert deployment is not None
    work = Work("remove", deployment.generation + 1, "x", wiring.now())
    change = Change(of=deployment, status="deleting", set_work=work, generation=work.generation)

    finish_remove(wiring, wiring.records().change(change))

    for host in hosts:
        assert route_of(host) == {}
        assert wiring.records().reservation(host_key(host)) is None
        assert wiring.records().reservation(own_name_key(owner, host)) is None
    gone = wiring.records().get(first.id)
    assert gone is not None
    assert gone.status == "removed"
    assert wiring.records().counter(plan_key("max_domains", owner)) == 0


def test_names_stay_where_the_work_that_takes_them_was_superseded(
    here: Checked, owner: str
) -> None:
    app, host = things.deployment(here, owner), f"a.{owner}.example.com"
    here.call("POST", f"/deployments/{app}/domains", {"hostname": host}, user=owner)
    deployment = wiring.records().get(app)
    assert deployment is not None

    with pytest.raises(Stale):
        take_all(wiring, deployment)

    assert domain_of(app).status == "pending"
    assert route_of(host)["state"] == "unverified"
