"""Apps show the price that holds for their template, and their trail says since when."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import Unavailable
from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from chalicelib.services.catalogue import shown_prices, template_apps
from chalicelib.services.metering.metering import noticed
from tests.functions import bills, things
from tests.functions.checks import Checked
from tests.permissions import unwatched


@pytest.fixture(autouse=True)
def _empty_queue(here: Checked) -> None:
    bills.waiting()


def price(here: Checked, template: str, owner: str, cents: int) -> None:
    given = {"price_monthly_cents": cents}
    assert here.call("PATCH", f"/templates/{template}", given, user=owner).status == 200


def shown(here: Checked, app: str, user: str) -> int:
    found = here.call("GET", f"/deployments/{app}", user=user).attributes["price_monthly_cents"]
    return int(found)


def told(here: Checked, app: str, user: str) -> list[dict[str, Any]]:
    path = f"/deployments/{app}/monitoring/events?type=price_changed"
    return list(here.call("GET", path, user=user).attributes["events"])


def runs(app: str) -> None:
    """Let an app run since now, as a look at it would find."""
    record = things.put(app, status="running", attributes={"started_at": wiring.now()})
    run = noticed(wiring, record)
    wiring.records().commit(Change(of=record, attributes=run.attributes), *run.writes)


def test_every_app_shows_the_new_price_and_is_told_once(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    other = things.deployment(here, stranger)
    apps = [things.deployment(here, user, template_id=template) for user in (owner, stranger)]

    price(here, template, owner, 900)
    asked = bills.waiting()

    assert asked == [{"template": template, "after": ""}] * 2
    assert bills.deliver(*asked) == []
    held = wiring.runs().prices([template])[template][-1]
    for app, user in zip(apps, (owner, stranger), strict=True):
        [event] = told(here, app, user)
        assert shown(here, app, user) == 900
        assert event["details"] == {"from": 500, "to": 900, "at": clock.text_at(held.at)}
        assert event["message"].startswith("Price changed: 900 cents a month instead of 500, from")
    assert told(here, other, stranger) == []


def test_price_that_is_shown_is_the_one_that_is_billed(
    here: Checked, owner: str, stranger: str
) -> None:
    bills.move_to(here, bills.OCTOBER.since)
    template = things.published(here, owner, price_monthly_cents=500)
    app = things.deployment(here, stranger, template_id=template)
    runs(app)
    here.world.skew += 3600
    price(here, template, owner, 900)
    here.world.skew += 3600

    bills.deliver(*bills.waiting(), {"owner": stranger})

    draft = bills.invoice_of(stranger)
    assert draft is not None
    assert [item["monthly_cents"] for item in draft.attributes["items"]] == [500, 900]
    assert shown(here, app, stranger) == 900


def test_version_has_no_price_and_a_redeploy_leaves_it(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    app = things.deployment(here, stranger, template_id=template)
    version = {"version": "2.0.0"}
    here.call("POST", f"/templates/{template}/versions", version, user=owner)
    assert [message for message in bills.waiting() if "template" in message] == []

    reply = here.call("POST", f"/deployments/{app}/redeploy", version, user=stranger)

    assert reply.attributes["template_version"] == "2.0.0"
    assert reply.attributes["price_monthly_cents"] == 500
    kept = wiring.records().get(app)
    assert kept is not None
    assert kept.attributes["template_id"] == template


def test_later_price_wins_in_whatever_order_they_come(here: Checked, owner: str) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    app = things.deployment(here, owner, template_id=template)
    price(here, template, owner, 900)
    first = bills.waiting()
    read, times = shown_prices._prices, iter([True])

    def overtaken(*given: Any) -> Any:
        known = read(*given)
        if next(times, False):
            here.world.skew += 2
            with unwatched():
                price(here, template, owner, 1100)
                shown_prices.show(wiring, [app])
        return known

    with mock.patch.object(shown_prices, "_prices", overtaken):
        assert bills.deliver(*first) == []

    assert shown(here, app, owner) == 1100
    assert [event["details"]["to"] for event in told(here, app, owner)] == [1100]


def test_many_apps_are_told_page_after_page(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_apps, "PAGE", 2)
    monkeypatch.setattr("functions.events.invoices.tend_account.ASKING_SECONDS", 0.0)
    template = things.published(here, owner, price_monthly_cents=500)
    apps = [things.deployment(here, owner, template_id=template) for _ in range(3)]
    price(here, template, owner, 900)
    bills.deliver(bills.waiting()[0])
    before = [shown(here, app, owner) for app in apps]
    [rest] = bills.waiting()

    bills.deliver(rest)

    assert sorted(before) == [500, 900, 900]
    assert rest["after"]
    assert [shown(here, app, owner) for app in apps] == [900] * 3
    assert [len(told(here, app, owner)) for app in apps] == [1] * 3
    assert bills.waiting() == []


def test_what_was_not_asked_for_reaches_what_runs_with_the_daily_round(
    here: Checked, owner: str
) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    app, deleted = (things.deployment(here, owner, template_id=template) for _ in range(2))
    runs(app)
    things.put(deleted, status="deleted", bury=True)
    with mock.patch.object(wiring, "queue", side_effect=Unavailable("No queue answers.")):
        price(here, template, owner, 900)

    bills.deliver({"owner": owner}, {"template": template})

    assert shown(here, app, owner) == 900
    gone = wiring.records().get(deleted)
    assert gone is not None
    assert gone.attributes["price_monthly_cents"] == 500


def test_app_that_changes_again_and_again_comes_again(here: Checked, owner: str) -> None:
    template = things.published(here, owner, price_monthly_cents=500)
    app = things.deployment(here, owner, template_id=template)
    price(here, template, owner, 900)
    asked, read = bills.waiting(), shown_prices._prices

    def touched(*given: Any) -> Any:
        with unwatched():
            things.put(app, attributes={"name": "another"})
        return read(*given)

    with mock.patch.object(shown_prices, "_prices", touched):
        again = bills.deliver(asked[0])

    assert again == ["0"]
    assert shown(here, app, owner) == 500
