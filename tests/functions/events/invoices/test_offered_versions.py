"""Apps are told of a new version of their template, once, and take it when their owners say so."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import Stale, Unavailable
from chalicelib.runtime import wiring
from chalicelib.services.catalogue import offered_versions
from chalicelib.services.metering.metering import noticed
from tests.functions import bills, things
from tests.functions.checks import Checked
from tests.permissions import unwatched


@pytest.fixture(autouse=True)
def _empty_queue(here: Checked) -> None:
    bills.waiting()


def add(here: Checked, template: str, owner: str, version: str) -> None:
    given = {"version": version}
    reply = here.call("POST", f"/templates/{template}/versions", given, user=owner)
    assert reply.status == 201


def told(here: Checked, app: str, user: str) -> list[dict[str, Any]]:
    path = f"/deployments/{app}/monitoring/events?type=version_offered"
    return list(here.call("GET", path, user=user).attributes["events"])


def newest(here: Checked, app: str, user: str) -> str | None:
    found = here.call("GET", f"/deployments/{app}", user=user).attributes["newest_version"]
    return None if found is None else str(found)


def test_every_app_is_offered_a_new_version_and_told_once(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    other = things.deployment(here, stranger)
    apps = [things.deployment(here, user, template_id=template) for user in (owner, stranger)]
    assert newest(here, apps[0], owner) is None

    add(here, template, owner, "2.0.0")
    asked = bills.waiting()

    assert asked == [{"offering": template, "after": ""}] * 2
    assert bills.deliver(*asked) == []
    for app, user in zip(apps, (owner, stranger), strict=True):
        [event] = told(here, app, user)
        assert newest(here, app, user) == "2.0.0"
        assert event["details"] == {"version": "2.0.0", "present": "1.0.0"}
        assert event["message"] == "Version 2.0.0 of its template is out; it has 1.0.0"
        found = here.call("GET", f"/deployments/{app}", user=user)
        assert found.attributes["template_version"] == "1.0.0"
    assert (newest(here, other, stranger), told(here, other, stranger)) == (None, [])


def test_versions_of_a_draft_are_offered_when_it_is_published_again(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, stranger, template_id=template)
    assert here.call("POST", f"/templates/{template}/unpublish", user=owner).status == 200
    bills.waiting()

    add(here, template, owner, "2.0.0")
    assert bills.waiting() == []
    bills.deliver({"offering": template, "after": ""})
    assert newest(here, app, stranger) is None
    assert here.call("POST", f"/templates/{template}/publish", user=owner).status == 200
    bills.deliver(*bills.waiting())

    assert newest(here, app, stranger) == "2.0.0"


def test_app_that_has_the_version_is_not_told(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    add(here, template, owner, "2.0.0")
    app = things.deployment(here, owner, template_id=template)

    bills.deliver(*bills.waiting())

    assert (newest(here, app, owner), told(here, app, owner)) == (None, [])


def test_later_version_wins_in_whatever_order_they_come(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, owner, template_id=template)
    add(here, template, owner, "2.0.0")
    first = bills.waiting()
    add(here, template, owner, "2.1.0")
    second = bills.waiting()

    bills.deliver(*second, *first)

    assert [event["details"]["version"] for event in told(here, app, owner)] == ["2.1.0"]
    assert newest(here, app, owner) == "2.1.0"


def test_app_that_changes_meanwhile_is_offered_it_as_it_is_then(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, owner, template_id=template)
    add(here, template, owner, "2.0.0")
    write, times = offered_versions._offer, iter([True])

    def overtaken(*given: Any) -> None:
        if next(times, False):
            raise Stale("It changed.")
        write(*given)

    with unwatched(), mock.patch.object(offered_versions, "_offer", overtaken):
        assert offered_versions.offer(wiring, [app]) == 1

    assert newest(here, app, owner) == "2.0.0"


def test_what_the_queue_lost_is_told_to_apps_that_run_by_the_daily_round(
    here: Checked, owner: str
) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, owner, template_id=template)
    record = things.put(app, status="running", attributes={"started_at": wiring.now()})
    run = noticed(wiring, record)
    with unwatched():
        wiring.records().commit(*run.writes)
    with mock.patch.object(wiring, "queue", side_effect=Unavailable("No queue answers.")):
        add(here, template, owner, "2.0.0")
    assert newest(here, app, owner) is None

    bills.deliver({"owner": owner})

    assert newest(here, app, owner) == "2.0.0"


def test_page_after_page_is_gone_through(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    apps = [things.deployment(here, owner, template_id=template) for _ in range(3)]
    add(here, template, owner, "2.0.0")
    bills.waiting()

    with unwatched(), mock.patch("chalicelib.services.catalogue.template_apps.PAGE", 2):
        asked = offered_versions.Offered(template)
        assert offered_versions.follow(wiring, asked, seconds=0)["offered"] == 2
    [rest] = bills.waiting()
    bills.deliver(rest)

    assert [newest(here, app, owner) for app in apps] == ["2.0.0"] * 3
