"""Somebody who closes their account, and the rounds that do it."""

from __future__ import annotations

from typing import Any

from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.services.closings.closings import CONFIRMATION, closing_of
from functions.schedules import close_accounts
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import watched_as
from tests.world import Reply

DAY = 86_400
GRACE = 14
OVER = GRACE + 1
"""Days after which an account cannot be kept any more."""


class Leaver:
    """An account that is to be closed."""

    def __init__(self, here: Checked, user: str) -> None:
        self.here, self.user = here, user
        here.world.people.add(user, f"{user}@example.com")

    @property
    def record(self) -> Record:
        found = closing_of(wiring, self.user)
        assert found is not None
        return found

    @property
    def left(self) -> dict[str, str]:
        """What is left, and why."""
        return {one["resource_id"]: one["reason"] for one in self.record.attributes["left"]}

    @property
    def letters(self) -> list[str]:
        mine = f"{self.user}@example.com"
        return [one.subject for one in self.here.world.mail.sent if one.to == mine]

    def ask(self, confirmation: str = CONFIRMATION) -> Reply:
        given = {"confirmation": confirmation}
        return self.call("POST", given)

    def call(self, method: str, given: Any = None) -> Reply:
        return self.here.call(method, "/account/closing", given, user=self.user, kind="closings")

    def told(self) -> list[str]:
        """What the trail tells of the closing, newest first."""
        return [one.name for one in wiring.records().journal(self.record.id, limit=50)]

    def after(self, days: float) -> dict[str, int]:
        """Run the round, so many days from now."""
        self.here.world.skew = days * DAY + 60
        return round_()

    def rest(self) -> None:
        """Have no other test's rounds go on with this account."""
        closing = closing_of(wiring, self.user)
        if closing is not None:
            things.put(closing.id, attributes={"due_at": None})


def round_() -> dict[str, int]:
    """Run the schedule once."""
    [declaration] = close_accounts.handler.declarations
    with watched_as("close_accounts", declaration):
        return close_accounts.handler({}, None)
