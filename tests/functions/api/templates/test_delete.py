"""Deleting templates."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_deleted_template_is_gone_and_its_name_is_free(here: Checked, owner: str) -> None:
    name = f"Short lived {owner}"
    template = things.published(here, owner, name=name)

    assert here.call("DELETE", f"/templates/{template}", user=owner).status == 204

    assert here.call("GET", f"/templates/{template}", user=owner).status == 404
    assert here.call("DELETE", f"/templates/{template}", user=owner).status == 404
    listed = here.call("GET", "/templates", user=None).body["data"]
    assert template not in [entry["id"] for entry in listed]
    assert here.call("GET", "/templates?scope=mine", user=owner).body["meta"]["total"] == 0
    things.draft(here, owner, name=name)


def test_template_of_which_apps_exist_stays(here: Checked, owner: str, stranger: str) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, stranger, template_id=template)

    reply = here.call("DELETE", f"/templates/{template}", user=owner)

    assert (reply.status, reply.codes) == (409, ["in_use"])
    assert app in reply.body["errors"][0]["detail"]
    assert here.call("GET", f"/templates/{template}", user=owner).status == 200
