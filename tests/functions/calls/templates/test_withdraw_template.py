"""A template is taken out of the catalogue; its creator and whoever runs it read why."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import NotFound
from chalicelib.services.catalogue import withdrawing
from functions.calls.templates import withdraw_template
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked

WHY = "Mines coins"


def withdraw(template: str, reason: str = WHY, after: str | None = None) -> dict[str, Any]:
    return ask(withdraw_template.handler, template=template, reason=reason, after=after)


def test_creator_reads_why_and_cannot_publish_it_again(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    assert withdraw(template)["changed"] is True

    assert here.call("GET", f"/templates/{template}").status == 404
    shown = here.call("GET", f"/templates/{template}", user=owner).attributes
    assert (shown["published"], shown["withdrawn_reason"]) == (False, WHY)
    assert last_told(template) == ("withdrawn", OPERATOR, WHY)
    refused = here.call("POST", f"/templates/{template}/publish", user=owner)
    assert (refused.status, refused.codes) == (409, ["withdrawn"])
    assert WHY in refused.body["errors"][0]["detail"]


def test_whoever_runs_it_reads_why_and_the_app_goes_on(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, stranger, template_id=template)
    things.put(app, status="running")

    first, again = withdraw(template), withdraw(template)

    assert (first["told"], again["told"]) == (1, 0)
    shown = here.call("GET", f"/deployments/{app}", user=stranger).attributes
    assert (shown["status"], shown["withdrawn_reason"]) == ("running", WHY)
    assert last_told(app) == ("template_withdrawn", OPERATOR, WHY)


def test_another_reason_is_told_in_place_of_the_first(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, owner, template_id=template)
    withdraw(template)

    assert withdraw(template, reason="Mines coins in secret")["told"] == 1

    shown = here.call("GET", f"/deployments/{app}", user=owner).attributes
    assert shown["withdrawn_reason"] == "Mines coins in secret"


def test_apps_of_many_are_told_from_where_the_last_call_ended(here: Checked, owner: str) -> None:
    template = things.published(here, owner)
    for _ in range(3):
        things.deployment(here, owner, template_id=template)
    found: list[dict[str, Any]] = [{"after": ""}]

    with (
        mock.patch.object(withdrawing, "PAGE", 1),
        mock.patch.object(withdrawing, "SECONDS", 0.0),
    ):
        while found[-1]["after"] is not None:
            found.append(withdraw(template, after=found[-1]["after"] or None))

    assert [one["told"] for one in found[1:]] == [1, 1, 1]


def test_draft_that_was_never_published_is_kept_from_it(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)

    assert withdraw(template)["changed"] is True

    assert here.call("POST", f"/templates/{template}/publish", user=owner).status == 409


def test_what_is_no_template_is_not_found(here: Checked, owner: str) -> None:
    with pytest.raises(NotFound):
        withdraw("tmpl_0000000000000000")
