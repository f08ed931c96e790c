"""A withdrawn template may be published again, by its creator; apps no longer tell of it."""

from __future__ import annotations

from functions.calls.templates import readmit_template, withdraw_template
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked

WHY = "The miner is gone"


def test_creator_may_publish_it_again_and_apps_are_told(
    here: Checked, owner: str, stranger: str
) -> None:
    template = things.published(here, owner)
    app = things.deployment(here, stranger, template_id=template)
    ask(withdraw_template.handler, template=template, reason="Mines coins")

    found = ask(readmit_template.handler, template=template, reason=WHY)

    assert (found["changed"], found["told"], found["after"]) == (True, 1, None)
    assert last_told(template) == ("readmitted", OPERATOR, WHY)
    assert last_told(app)[:2] == ("template_readmitted", OPERATOR)
    assert (
        here.call("GET", f"/deployments/{app}", user=stranger).attributes["withdrawn_reason"]
        is None
    )
    assert here.call("POST", f"/templates/{template}/publish", user=owner).status == 200


def test_template_that_nobody_withdrew_stays_as_it_is(here: Checked, owner: str) -> None:
    template = things.published(here, owner)

    assert ask(readmit_template.handler, template=template, reason=WHY)["changed"] is False

    assert here.call("GET", f"/templates/{template}").status == 200
