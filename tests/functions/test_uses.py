"""What is used cannot be deleted, and what is deleted cannot be used: at the same moment too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest

from chalicelib.ports.records import Page
from chalicelib.runtime import wiring
from chalicelib.services.counters import use_keys
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import unwatched
from tests.world import Reply


def node_with(here: Checked, owner: str, key: str) -> Reply:
    given = {"name": "mine", "ssh_host": "203.0.113.9", "ssh_user": "root", "ssh_key_id": key}
    return here.call("POST", "/nodes", given, user=owner)


@dataclass(frozen=True)
class Use:
    """One kind of use: what is used, and how a new user of it is made."""

    used: Callable[[Checked, str], str]
    path: str
    begin: Callable[[Checked, str, str], Reply]
    refusal: tuple[int, str]
    """How a create is refused when what it names has gone."""


def deploy(here: Checked, owner: str, **given: Any) -> Reply:
    return here.call("POST", "/deployments", {"name": "my app", **given}, user=owner)


USES = {
    "template": Use(
        things.published,
        "/templates/{}",
        lambda here, owner, used: deploy(here, owner, template_id=used),
        (422, "not_found"),
    ),
    "node": Use(
        lambda _here, owner: things.node(owner),
        "/nodes/{}",
        lambda here, owner, used: deploy(
            here, owner, template_id=things.published(here, owner), node_id=used
        ),
        (409, "no_node"),
    ),
    "ssh key": Use(things.ssh_key, "/ssh_keys/{}", node_with, (422, "not_found")),
    "credential": Use(
        things.credential,
        "/cloud_credentials/{}",
        lambda here, owner, used: here.call(
            "POST", "/cloud_provisions", things.provision_attributes(used), user=owner
        ),
        (422, "not_found"),
    ),
}
each_use = pytest.mark.parametrize("use", USES.values(), ids=USES.keys())


@pytest.fixture
def unbounded() -> Any:
    """Let an account have as many servers as a test needs."""
    limits = '{"max_deployments":-1,"max_cpu_cores":-1,"max_memory_mb":-1,"max_disk_mb":-1}'
    return {"X-Plan-Limits": limits}


def counted(used: str) -> float:
    return sum(wiring.records().counters(use_keys(used)).values())


@each_use
def test_what_is_used_stays_until_its_last_user_is_gone(
    here: Checked, owner: str, use: Use
) -> None:
    used = use.used(here, owner)
    users = [use.begin(here, owner, used) for _ in range(2)]
    assert [reply.status for reply in users] == [201, 201], users[0].body

    reply = here.call("DELETE", use.path.format(used), user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    detail = reply.body["errors"][0]["detail"]
    names = [user.attributes.get("name") or user.id for user in users]
    assert all(name in detail for name in names)
    for user in users:
        things.put(user.id, status="deleted", bury=True, clear_work=True)
    assert counted(used) == 0
    assert here.call("DELETE", use.path.format(used), user=owner).status == 204
    assert use.begin(here, owner, used).codes == [use.refusal[1]]


def test_ten_are_named_and_the_rest_are_counted(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    apps = [deploy(here, owner, template_id=template, name=f"app {n}") for n in range(13)]
    assert {app.status for app in apps} == {201}

    detail = here.call("DELETE", f"/templates/{template}", user=owner).body["errors"][0]["detail"]

    assert [n for n in range(13) if f"app {n}," in f"{detail},".replace(" and ", ", and ")]
    assert "app 12, app 11" in detail
    assert "app 3 and 3 more" in detail
    assert "app 2," not in detail


def test_others_users_are_named_by_their_ids(here: Checked, owner: str, stranger: str) -> None:
    template = things.published(here, owner)
    theirs = deploy(here, stranger, template_id=template, name="secret plans").id

    detail = here.call("DELETE", f"/templates/{template}", user=owner).body["errors"][0]["detail"]

    assert theirs in detail
    assert "secret plans" not in detail


@each_use
def test_user_that_no_index_shows_yet_keeps_what_it_uses(
    here: Checked, owner: str, use: Use
) -> None:
    """Indexes follow a moment later; counters do not."""
    used = use.used(here, owner)
    assert use.begin(here, owner, used).status == 201

    with mock.patch.object(type(wiring.records()), "select", return_value=Page((), None, None)):
        reply = here.call("DELETE", use.path.format(used), user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert "made just now" in reply.body["errors"][0]["detail"]


@each_use
def test_delete_between_look_and_write_of_a_create_is_seen(
    here: Checked, owner: str, use: Use
) -> None:
    used, store = use.used(here, owner), wiring.records()
    commit, done = store.commit, []

    def later(*writes: object) -> None:
        if not done and any(getattr(write, "key", "").startswith("uses#") for write in writes):
            done.append(True)
            with unwatched():
                things.put(used, status="deleted", bury=True)
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = use.begin(here, owner, used)

    assert done
    assert (reply.status, reply.codes[0]) == use.refusal
    assert counted(used) == 0


@each_use
def test_create_between_look_and_write_of_a_delete_is_seen(
    here: Checked, owner: str, use: Use
) -> None:
    used, store = use.used(here, owner), wiring.records()
    commit, made = store.commit, []

    def later(*writes: object) -> None:
        if not made and any(getattr(write, "bury", False) for write in writes):
            made.append(None)
            with unwatched():
                made.append(use.begin(here, owner, used))
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        reply = here.call("DELETE", use.path.format(used), user=owner)

    assert made[-1].status == 201
    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert here.call("GET", use.path.format(used), user=owner).status == 200


def test_template_that_is_taken_back_meanwhile_is_deployed_by_its_owner_alone(
    here: Checked, owner: str, stranger: str
) -> None:
    template, store = things.published(here, owner), wiring.records()
    commit = store.commit

    def later(*writes: object) -> None:
        with unwatched():
            things.put(template, public=False)
        commit(*writes)

    with mock.patch.object(store, "commit", side_effect=later):
        theirs = deploy(here, stranger, template_id=template)
        mine = deploy(here, owner, template_id=template)

    assert (theirs.status, theirs.codes) == (422, ["not_found"])
    assert mine.status == 201


def test_key_that_was_made_for_a_server_is_used_for_no_other(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)
    things.put(key, attributes={"provision_id": "prov_1"})

    reply = node_with(here, owner, key)

    assert (reply.status, reply.codes) == (422, ["invalid"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/ssh_key_id"}


def test_node_with_another_key_lets_go_of_the_first(here: Checked, owner: str) -> None:
    first, second = things.ssh_key(here, owner), things.ssh_key(here, owner)
    node = node_with(here, owner, first).id
    things.put(node, clear_work=True)

    reply = here.call("PATCH", f"/nodes/{node}", {"ssh_key_id": second}, user=owner)

    assert reply.status == 200
    assert (counted(first), counted(second)) == (0, 1)
    assert here.call("DELETE", f"/ssh_keys/{first}", user=owner).status == 204
    assert here.call("DELETE", f"/ssh_keys/{second}", user=owner).codes == ["in_use"]
    things.put(node, clear_work=True)
    assert here.call("DELETE", f"/nodes/{node}", user=owner).status == 204
    assert here.call("DELETE", f"/ssh_keys/{second}", user=owner).status == 204
