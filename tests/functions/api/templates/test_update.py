"""Changing templates: drafts whole, published ones beside their version."""

from __future__ import annotations

from unittest import mock

import pytest

from chalicelib.ports.records import Work
from chalicelib.runtime import wiring
from chalicelib.services.catalogue import starts, templates
from chalicelib.services.counters import slug_key
from tests.functions import bills, things
from tests.functions.checks import Checked

COMPOSE = things.COMPOSE.replace("nginx:alpine", "caddy:2")


def held(slug: str) -> object:
    return wiring.records().reservation(slug_key("templates", slug))


def test_everything_of_a_draft_may_change(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    given = things.template_attributes(
        name=f"Better {owner}",
        version="0.9.0",
        compose_spec=COMPOSE,
        variables=[things.GREETING | {"required": True}],
        config_files=[{"name": "f", "path": "/f", "content": "x", "mode": "0644"}],
        readme="# How",
        required_capabilities=["gpu"],
        resources_disk_mb=100,
        description="better",
        category="web",
        tags=["http"],
        price_monthly_cents=500,
    )

    reply = here.call("PATCH", f"/templates/{template}", given, user=owner)

    assert reply.status == 200, reply.body
    for shown in (reply, here.call("GET", f"/templates/{template}", user=owner)):
        assert {name: shown.attributes[name] for name in given} == given
        assert shown.attributes["services"] == [{"name": "web", "image": "caddy:2"}]
        assert shown.attributes["slug"] == f"better-{owner}"


def test_name_takes_its_slug_along(here: Checked, owner: str, stranger: str) -> None:
    template = things.published(here, owner, name=f"Old {owner}")

    here.call("PATCH", f"/templates/{template}", {"name": f"New {owner}"}, user=owner)

    assert held(f"new-{owner}") == {"holder": template}
    assert held(f"old-{owner}") is None
    things.draft(here, stranger, name=f"Old {owner}")


def test_name_that_is_taken_changes_nothing(here: Checked, owner: str, stranger: str) -> None:
    things.draft(here, stranger, name=f"Theirs {owner}")
    template = things.draft(here, owner, name=f"Mine {owner}")

    reply = here.call(
        "PATCH",
        f"/templates/{template}",
        {"name": f"theirs {owner}", "description": "new", "version": "3.0.0"},
        user=owner,
    )

    assert (reply.status, reply.codes) == (409, ["name_taken"])
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/name"}
    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert (shown["name"], shown["description"], shown["version"]) == (f"Mine {owner}", "", "1.0.0")
    assert held(f"mine-{owner}") == {"holder": template}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "1.0.1"),
        ("compose_spec", COMPOSE),
        ("variables", []),
        ("config_files", [{"name": "f", "path": "/f", "content": "x"}]),
        ("readme", "new"),
        ("required_capabilities", ["gpu"]),
        ("resources_disk_mb", 5),
    ],
)
@pytest.mark.parametrize("taken_back", [False, True])
def test_version_that_was_published_never_changes(
    here: Checked, owner: str, name: str, value: object, taken_back: bool
) -> None:
    template = things.published(here, owner)
    if taken_back:
        here.call("POST", f"/templates/{template}/unpublish", user=owner)
    before = here.call("GET", f"/templates/{template}", user=owner)

    reply = here.call(
        "PATCH", f"/templates/{template}", {name: value, "description": "new"}, user=owner
    )

    assert (reply.status, reply.codes) == (409, ["version_immutable"])
    [error] = reply.body["errors"]
    assert error["source"] == {"pointer": f"/data/attributes/{name}"}
    assert f"POST /api/v1/templates/{template}/versions" in error["detail"]
    assert here.call("GET", f"/templates/{template}", user=owner).body == before.body


def test_what_the_catalogue_tells_may_change_after_publishing(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    same = {"version": "1.0.0", "compose_spec": things.COMPOSE, "variables": [things.GREETING]}
    given = {
        "name": f"Renamed {owner}",
        "description": "new",
        "creator_name": "Ann & sons",
        "category": "web",
        "tags": ["a", "b"],
        "price_monthly_cents": 700,
    }

    reply = here.call("PATCH", f"/templates/{template}", given | same, user=owner)

    assert reply.status == 200, reply.body
    assert {name: reply.attributes[name] for name in given} == given
    assert reply.attributes["published"] is True


def test_new_price_is_shown_by_apps_of_before_and_after(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    before = things.deployment(here, stranger, template_id=template)
    bills.waiting()

    here.call("PATCH", f"/templates/{template}", {"price_monthly_cents": 900}, user=owner)
    bills.deliver(*bills.waiting())

    after = things.deployment(here, stranger, template_id=template)
    prices = [
        here.call("GET", f"/deployments/{app}", user=stranger).attributes["price_monthly_cents"]
        for app in (before, after)
    ]
    assert prices == [900, 900]


def test_draft_that_cannot_run_is_refused_as_a_whole(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    given = {"compose_spec": "services:\n  web:\n    image: nginx\n    privileged: true\n"}

    reply = here.call("PATCH", f"/templates/{template}", given | {"category": "x"}, user=owner)

    assert reply.status == 422
    assert "line 4" in reply.body["errors"][0]["detail"]
    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert (shown["compose_spec"], shown["category"]) == (things.COMPOSE, "")


def test_variable_that_the_compose_text_needs_cannot_go(here: Checked, owner: str) -> None:
    needing = things.COMPOSE.replace("${GREETING}", "${GREETING:?say something}")
    template = things.draft(here, owner, compose_spec=needing)

    reply = here.call("PATCH", f"/templates/{template}", {"variables": []}, user=owner)

    assert reply.status == 422
    assert reply.body["errors"][0]["source"] == {"pointer": "/data/attributes/compose_spec"}


def test_draft_becomes_as_large_as_may_be_and_small_again(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)

    large = here.call("PATCH", f"/templates/{template}", things.LARGEST, user=owner)
    small = here.call("PATCH", f"/templates/{template}", {"readme": "short"}, user=owner)

    assert {name: large.attributes[name] for name in things.LARGEST} == things.LARGEST
    assert small.attributes["readme"] == "short"
    assert small.attributes["compose_spec"] == things.LARGEST["compose_spec"]


def test_change_from_another_version_is_refused(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    expecting = {"If-Match": '"1"'}
    update = templates.update

    def late(*given: object, **named: object) -> object:
        with mock.patch.object(templates, "update", update):
            here.call("PATCH", f"/templates/{template}", {"category": "first"}, user=owner)
        return update(*given, **named)

    with mock.patch.object(templates, "update", late):
        reply = here.call(
            "PATCH", f"/templates/{template}", {"category": "x"}, user=owner, headers=expecting
        )

    assert (reply.status, reply.codes) == (412, ["precondition_failed"])
    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert shown["category"] == "first"


def test_start_that_is_counted_meanwhile_hinders_no_editor(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    path = f"/templates/{template}"
    before = here.call("GET", path, user=owner)
    app = things.deployment(here, owner, template_id=template)
    work = Work("deploy", 1, "deploy-1", started_at=wiring.now())

    starts.learn(wiring, things.put(app, set_work=work), now=wiring.now())

    tag = before.headers["ETag"]
    counted = here.call("GET", path, user=owner, headers={"If-None-Match": tag})
    assert (counted.status, counted.attributes["starts"]) == (200, 1)
    assert counted.attributes["updated_at"] == before.attributes["updated_at"]
    changed = here.call("PATCH", path, {"category": "x"}, user=owner, headers={"If-Match": tag})
    assert changed.status == 200, changed.body


def test_change_that_another_came_before_is_done_on_what_that_left(
    here: Checked, owner: str
) -> None:
    template = things.draft(here, owner)
    update, times = templates.update, iter([True])

    def late(*given: object, **named: object) -> object:
        if next(times, False):
            with mock.patch.object(templates, "update", update):
                here.call("PATCH", f"/templates/{template}", {"category": "first"}, user=owner)
        return update(*given, **named)

    with mock.patch.object(templates, "update", late):
        reply = here.call("PATCH", f"/templates/{template}", {"description": "x"}, user=owner)

    assert reply.status == 200
    assert (reply.attributes["category"], reply.attributes["description"]) == ("first", "x")


def test_draft_that_is_published_meanwhile_is_not_changed(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    update, times = templates.update, iter([True])

    def late(*given: object, **named: object) -> object:
        if next(times, False):
            here.call("POST", f"/templates/{template}/publish", user=owner)
        return update(*given, **named)

    with mock.patch.object(templates, "update", late):
        reply = here.call("PATCH", f"/templates/{template}", {"compose_spec": COMPOSE}, user=owner)

    assert (reply.status, reply.codes) == (409, ["version_immutable"])
    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert shown["compose_spec"] == things.COMPOSE
