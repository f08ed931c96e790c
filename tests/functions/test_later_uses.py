"""A reference that was good once is looked at again at every later use."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from chalicelib.domain.errors import Conflict, InvalidCredential, LoginRefused, ProductError
from chalicelib.ports.records import Change, Record, Work
from chalicelib.runtime import wiring
from chalicelib.services.deployments import deploying, placement, routes
from chalicelib.services.provisions import provisions
from chalicelib.services.secrets import logins
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import unwatched


def stolen(record_id: str) -> None:
    """Have a record be somebody else's, as if it had never been the one that was named."""
    table = wiring.records().tables.resources
    item = table.get(record_id)
    item.update(actions=[table.owner.set("somebody-else"), table.public_type.remove()])


def got(record_id: str) -> Record:
    record = wiring.records().get(record_id)
    assert record is not None
    return record


def at_work(record_id: str, **fields: Any) -> Record:
    work = Work("deploy", 1, f"{record_id}-e1-g1-a1", wiring.now())
    change = Change(of=got(record_id), set_work=work, generation=1, **fields)
    return wiring.records().change(change)


STEPS: dict[str, Callable[..., object]] = {
    "place": placement.place,
    "prepare the node": deploying.prepare_node,
    "pull images": partial(deploying.pull_images, anew=True),
    "start services": deploying.start_services,
    "publish the route": routes.publish_route,
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_step_refuses_a_node_that_is_somebody_elses_by_now(
    here: Checked, owner: str, step: Callable[..., object]
) -> None:
    app = things.deployment(here, owner)
    deployment = at_work(app, status="scheduled")
    stolen(str(deployment.node))

    with unwatched(), pytest.raises(Conflict) as refused:
        step(wiring, deployment)

    assert refused.value.error_code == "no_node"


def test_start_refuses_a_node_that_is_somebody_elses_by_now(here: Checked, owner: str) -> None:
    app = things.deployment(here, owner)
    stolen(str(got(app).node))

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.codes) == (409, ["no_node"])


def test_start_refuses_a_public_node_that_is_private_by_now(
    here: Checked, owner: str, stranger: str
) -> None:
    node = things.node(stranger, public=True)
    app = things.deployment(here, owner, node_id=node, allow_public_nodes=True)
    things.put(node, public=False)

    reply = here.call("POST", f"/deployments/{app}/start", user=owner)

    assert (reply.status, reply.codes) == (409, ["no_node"])


def test_node_that_goes_private_while_an_app_is_placed_is_refused(
    here: Checked, owner: str, stranger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = things.node(stranger, public=True)
    app = things.deployment(here, owner, node_id=node, allow_public_nodes=True)
    deployment, store = at_work(app, status="scheduled"), wiring.records()
    commit = store.commit

    def later(*writes: object) -> None:
        things.put(node, public=False)
        commit(*writes)

    monkeypatch.setattr(store, "commit", later)
    with unwatched(), pytest.raises(Conflict) as refused:
        placement.place(wiring, deployment)

    assert refused.value.error_code == "no_node"
    assert got(app).attributes.get("proxy_port") is None


def refused_with(act: Callable[[], object]) -> type[ProductError] | None:
    with unwatched():
        try:
            act()
        except ProductError as error:
            return type(error)
    return None


def test_login_refuses_a_key_that_is_somebody_elses_or_gone(here: Checked, owner: str) -> None:
    keys = [things.ssh_key(here, owner) for _ in range(3)]
    stolen(keys[1])
    things.put(keys[2], status="deleted", bury=True)

    outcomes = [
        refused_with(lambda key=key: logins.private_key(wiring, key, owner=owner))
        for key in (*keys, things.node(owner), "nothing")
    ]

    assert outcomes == [None, *[LoginRefused] * 4]


def test_steps_refuse_a_credential_that_is_somebody_elses_or_gone(
    here: Checked, owner: str
) -> None:
    servers = [got(things.provision(here, owner)) for _ in range(3)]
    stolen(servers[1].attributes["credential_id"])
    gone = servers[2].attributes["credential_id"]
    wiring.records().change(Change(of=got(gone), status="deleted", bury=True))

    outcomes = [
        refused_with(lambda server=server: provisions.cloud_of(wiring, server))
        for server in servers
    ]

    assert outcomes == [None, InvalidCredential, InvalidCredential]


def test_draft_of_anothers_is_no_template_to_deploy(
    here: Checked, owner: str, stranger: str
) -> None:
    draft = things.draft(here, stranger)

    given = {"name": "my app", "template_id": draft}

    assert here.call("POST", "/deployments", given, user=owner).codes == ["not_found"]
    assert here.call("POST", "/deployments", given, user=stranger).status == 201


@pytest.mark.parametrize(
    ("path", "name", "make"),
    [
        ("/nodes", "ssh_key_id", things.ssh_key),
        ("/cloud_provisions", "credential_id", things.credential),
    ],
)
def test_what_is_somebody_elses_is_not_there_to_be_named(
    here: Checked, owner: str, stranger: str, *, path: str, name: str, make
) -> None:
    given = {
        "/nodes": {"name": "mine", "ssh_host": "203.0.113.9", "ssh_user": "root"},
        "/cloud_provisions": things.provision_attributes("x"),
    }[path]

    reply = here.call("POST", path, {**given, name: make(here, stranger)}, user=owner)

    assert (reply.status, reply.codes) == (422, ["not_found"])
    assert reply.body["errors"][0]["source"] == {"pointer": f"/data/attributes/{name}"}
