"""An account is kept after all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.closing import GRACE, Leaver


@pytest.fixture
def leaver(here: Checked, owner: str) -> Iterator[Leaver]:
    found = Leaver(here, owner)
    yield found
    found.rest()


def test_account_that_is_kept_has_everything_and_can_do_everything(
    leaver: Leaver, here: Checked, owner: str
) -> None:
    app = things.up(here, owner)
    leaver.ask()

    reply = leaver.call("DELETE")

    assert (reply.status, reply.attributes["state"]) == (200, "not_asked")
    assert leaver.told() == ["closing_cancelled", "closing_asked"]
    things.credential(here, owner)
    assert leaver.after(GRACE + 1) == {}
    record = wiring.records().get(app)
    assert record is not None
    assert record.status == "stopping"


def test_closing_can_be_asked_for_again_after_it_was_taken_back(leaver: Leaver) -> None:
    leaver.ask()
    leaver.call("DELETE")

    assert leaver.ask().attributes["state"] == "waiting"
    assert leaver.told() == ["closing_asked", "closing_cancelled", "closing_asked"]


def test_account_that_is_not_being_closed_is_told_so(leaver: Leaver) -> None:
    reply = leaver.call("DELETE")

    assert (reply.status, reply.codes) == (409, ["not_closing"])


def test_account_cannot_be_kept_once_the_time_is_over(leaver: Leaver, here: Checked) -> None:
    leaver.ask()
    here.world.skew = (GRACE + 1) * 86_400

    reply = leaver.call("DELETE")

    assert (reply.status, reply.codes) == (409, ["closing_begun"])
