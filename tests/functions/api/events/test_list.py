"""An account's own audit trail: who did what to which of its records."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest

from chalicelib.runtime import wiring
from functions.steps.destroy import finish_destroy
from functions.steps.provision import prepare_keys, register_node
from infra.packaging.registry import operations
from tests.functions import things
from tests.functions.cases import CASES
from tests.functions.checks import Checked

CHANGING = {
    f"{o.method} {o.path}": o
    for _, o in operations()
    if o.method in {"POST", "PATCH", "DELETE"} and o.access != "anyone"
}
LEAVES = {
    # A look that changes nothing is no news.
    "POST /v1/deployments/{id}/domains/{hostname}/verify": [],
    "POST /v1/deployments/{id}/exec": ["command_begun", "command_run"],
    "POST /v1/deployments/{id}/monitoring/logs/download": [],
    "POST /v1/cloud_credentials/{id}/sweep": [],
    "POST /v1/templates/import": [],
    "POST /v1/invoices/{id}/download": [],
    "POST /v1/account/earnings/download": [],
    "POST /v1/backups/{id}/deploy": ["created", "restore_begun"],
    "POST /v1/backups/{id}/drill": ["created", "drill_begun", "restore_begun"],
    "POST /v1/notice_channels/{id}/confirmation": [],
    "POST /v1/notice_channels/{id}/test": [],
    "POST /v1/notice_channels/{id}/deliveries/{delivery}/replay": [],
    "POST /v1/plans/{plan}/checkout": ["payment_begun", "plan_ordered"],
}
"""What leaves more than one event: it is told before it is done; or none: it changes no record."""
OURS = {"POST /v1/invoices/preview", "POST /v1/invoices/verify-payment"}
"""Bills and payments are no caller's doing: Hoster notes what was used and what Stripe says."""


def trail(here: Checked, user: str, query: str = "") -> list[dict[str, Any]]:
    reply = here.call("GET", f"/events?{query}" if query else "/events", user=user)
    assert reply.status == 200, reply.body
    data: list[dict[str, Any]] = reply.body["data"]
    return data


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["attributes"]["name"] for event in events]


def test_event_says_who_did_what_to_which_record(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    published, created = trail(here, owner)

    assert published.pop("id").startswith("evt_")
    assert published["attributes"].pop("at").endswith("Z")
    assert published == {
        "type": "events",
        "attributes": {
            "name": "published",
            "resource_type": "templates",
            "resource_id": template,
            "actor": owner,
            "message": "Published",
            "details": {"version": "1.0.0"},
        },
        "relationships": {"resource": {"data": {"type": "templates", "id": template}}},
    }
    assert created["attributes"]["message"] == "Template created"


def test_what_the_system_does_is_the_systems(here: Checked, owner: str) -> None:
    app = wiring.records().get(things.deployment(here, owner))
    assert app is not None
    wiring.records().tell(wiring.told(app, "running", "hoster"))

    assert trail(here, owner)[0]["attributes"]["actor"] == "hoster"


def test_trail_is_ones_own(here: Checked, owner: str, stranger: str) -> None:
    app = things.deployment(here, owner)

    assert trail(here, stranger) == []
    assert trail(here, stranger, f"filter[resource_id]={app}") == []
    assert names(trail(here, owner, f"filter[resource_id]={app}")) == ["created"]


def test_what_is_gone_has_its_trail_still(here: Checked, owner: str) -> None:
    key = things.ssh_key(here, owner)
    here.call("DELETE", f"/ssh_keys/{key}", user=owner)

    assert names(trail(here, owner, f"filter[resource_id]={key}")) == ["deleted", "created"]


def test_pages_follow_links_both_ways_while_more_happens(here: Checked, owner: str) -> None:
    for _ in range(5):
        things.draft(here, owner)
    wanted = [event["id"] for event in trail(here, owner)]

    seen, path = [], "/events?page[size]=2"
    while path:
        reply = here.call("GET", path.removeprefix("/api/v1"), user=owner)
        seen += [event["id"] for event in reply.body["data"]]
        assert reply.body["meta"] == {"limit": 2}
        path, back = reply.body["links"]["next"], reply.body["links"]["prev"]
        things.draft(here, owner)

    assert seen == wanted
    reply = here.call("GET", back.removeprefix("/api/v1"), user=owner)
    assert [event["id"] for event in reply.body["data"]] == wanted[2:4]


def test_events_of_some_types_alone_are_asked_for(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    key = things.ssh_key(here, owner)

    def told(kinds: str) -> list[str]:
        events = trail(here, owner, f"filter[resource_type]={kinds}")
        return [event["attributes"]["resource_id"] for event in events]

    assert told("templates") == [template]
    assert told("ssh_keys,templates") == [key, template]
    assert told("ssh_keys,ssh_keys") == [key]
    assert told("nodes") == []


def test_pages_of_some_types_follow_links_both_ways(here: Checked, owner: str) -> None:
    for _ in range(3):
        things.draft(here, owner)
        things.ssh_key(here, owner)
    wanted = [e["id"] for e in trail(here, owner)]

    seen, path = [], "/events?page[size]=2&filter[resource_type]=templates,ssh_keys"
    while path:
        reply = here.call("GET", unquote(path).removeprefix("/api/v1"), user=owner)
        seen.append([event["id"] for event in reply.body["data"]])
        path, back = reply.body["links"]["next"], reply.body["links"]["prev"]

    assert seen == [wanted[:2], wanted[2:4], wanted[4:]]
    reply = here.call("GET", unquote(back).removeprefix("/api/v1"), user=owner)
    assert [event["id"] for event in reply.body["data"]] == wanted[2:4]


def test_span_of_time_is_asked_for_by_since_and_until(here: Checked, owner: str) -> None:
    things.draft(here, owner)

    assert len(trail(here, owner, "since=2026-01-01T00:00:00Z")) == 1
    assert len(trail(here, owner, "since=2026-01-01T00:00:00+02:00")) == 1
    assert trail(here, owner, "until=2026-01-01T00:00:00Z") == []
    assert trail(here, owner, "since=2027-01-01T00:00:00Z&until=2026-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=",
        "until=2026-01-01",
        "until=2026-01-01T00:00:00",
        "since=1969-12-31T23:59:59Z",
        "since=2026-13-01T00:00:00Z",
        "since=2026-01-01T00:00:00Z&since=2026-01-01T00:00:00Z",
        "page[size]=0",
        "page[after]=x",
        "filter[resource_id]=",
        "filter[resource_type]=",
        "filter[resource_type]=templates,apps",
        "filter[name]=created",
        "type=created",
        "sort=at",
    ],
)
def test_query_that_makes_no_sense_is_refused(here: Checked, owner: str, query: str) -> None:
    reply = here.call("GET", f"/events?{query}", user=owner)

    assert reply.status == 400
    assert reply.body["errors"][0]["source"] == {"parameter": query.partition("=")[0]}


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_each_change_leaves_its_callers_event(here: Checked, owner: str, name: str) -> None:
    case = CASES[name]
    path, attributes = case.path(here, owner), case.sends(here, owner)
    before = {event["id"] for event in trail(here, owner)}

    reply = here.call(CHANGING[name].method, path, attributes, user=owner, kind=case.kind)

    assert reply.status == case.status, reply.body
    left = [event for event in trail(here, owner) if event["id"] not in before]
    if name in LEAVES:
        assert sorted(names(left)) == LEAVES[name]
    else:
        assert len(left) == 1, names(left)
    for event in left:
        assert event["attributes"]["actor"] == ("hoster" if name in OURS else owner)
        subject = event["attributes"]["resource_id"]
        # A name is called by itself in paths, and by its record's id in the trail; a checkout of
        # a plan tells which invoice it is of.
        assert subject in path or subject in str(reply.body) or subject.startswith("dom_")
        assert event["attributes"]["message"]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (things.published, "/templates/{}/publish"),
        (things.draft, "/templates/{}/unpublish"),
    ],
)
def test_change_that_changes_nothing_leaves_none(
    here: Checked, owner: str, make: Any, path: str
) -> None:
    record = make(here, owner)
    before = trail(here, owner)

    assert here.call("POST", path.format(record), user=owner).status == 200

    assert trail(here, owner) == before


def test_repeated_delete_and_cancel_leave_one_event(here: Checked, owner: str) -> None:
    app, server = things.deployment(here, owner), things.provision(here, owner)

    for _ in range(2):
        assert here.call("DELETE", f"/deployments/{app}", user=owner).status == 202
        assert here.call("POST", f"/cloud_provisions/{server}/cancel", user=owner).status == 200

    told = names(trail(here, owner))
    assert (told.count("remove_begun"), told.count("cancel_requested")) == (1, 1)


def test_replayed_request_leaves_none(here: Checked, owner: str) -> None:
    given, headers = things.template_attributes(), {"Idempotency-Key": f"once-{owner}"}

    for _ in range(2):
        reply = here.call("POST", "/templates", given, user=owner, headers=headers)
        assert reply.status == 201

    assert names(trail(here, owner)) == ["created"]


def test_refused_change_leaves_none(here: Checked, owner: str, stranger: str) -> None:
    key = things.ssh_key(here, owner)
    before = trail(here, owner)

    for user, attributes in ((stranger, {"name": "x"}), (owner, {"name": ""}), (owner, {})):
        reply = here.call("PATCH", f"/ssh_keys/{key}", attributes, user=user)
        assert reply.status >= 400

    assert trail(here, owner) == before


def test_server_comes_and_goes_with_its_node_and_key_and_each_tells_of_it(
    here: Checked, owner: str
) -> None:
    server = things.provision(here, owner)

    def step(handler: Any) -> None:
        record = wiring.records().get(server)
        assert record is not None
        handler({"id": server, "generation": record.generation}, None)

    step(prepare_keys.handler)
    things.put(server, attributes={"public_ip": "10.77.0.9"})
    step(register_node.handler)
    assert here.call("DELETE", f"/cloud_provisions/{server}", user=owner).status == 202
    step(finish_destroy.handler)

    shown = [event["attributes"] for event in trail(here, owner)]
    told = {(event["resource_type"], event["name"]): event["actor"] for event in shown}
    assert told.pop(("cloud_provisions", "provision_begun")) == owner
    assert told.pop(("cloud_provisions", "destroy_begun")) == owner
    assert told.pop(("cloud_credentials", "created")) == owner
    assert told == {
        ("cloud_provisions", "key_made"): "hoster",
        ("cloud_provisions", "ready"): "hoster",
        ("nodes", "created"): "hoster",
        ("nodes", "deleted"): "hoster",
        ("ssh_keys", "deleted"): "hoster",
        ("cloud_provisions", "destroyed"): "hoster",
    }


SECRET_VALUE = "s3cret-of-the-app-never-shown"


def test_details_hold_no_secret(here: Checked, owner: str) -> None:
    """What is sent in secret is in no event: values of variables, tokens, keys."""
    key = things.a_private_key()
    secret = {"name": "PASSWORD", "type": "secret", "label": "Password"}
    template = things.published(here, owner, variables=[things.GREETING, secret])
    given = {"PASSWORD": SECRET_VALUE, "GREETING": "a plain value of the app's"}
    things.deployment(here, owner, template_id=template, variables=given)
    things.provision(here, owner)
    made = here.call("POST", "/ssh_keys", {"name": "mine", "private_key": key}, user=owner)
    assert made.status == 201

    told = json.dumps(trail(here, owner))

    hidden = [SECRET_VALUE, "a plain value of the app's", things.TOKEN, *key.split("\n")[1:-2]]
    assert [text for text in hidden if text in told] == []
