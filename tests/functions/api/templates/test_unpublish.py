"""Taking templates back out of the catalogue."""

from __future__ import annotations

from tests.functions import things
from tests.functions.checks import Checked


def test_template_leaves_the_catalogue_and_its_apps_stay(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, stranger, template_id=template)

    reply = here.call("POST", f"/templates/{template}/unpublish", user=owner)

    assert reply.status == 200
    assert reply.attributes["published"] is False
    assert here.call("GET", f"/templates/{template}", user=None).status == 404
    listed = here.call("GET", "/templates", user=None).body["data"]
    assert template not in [entry["id"] for entry in listed]
    assert here.call("GET", f"/deployments/{app}", user=stranger).status == 200
