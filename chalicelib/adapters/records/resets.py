"""Links by which passwords are set anew, in DynamoDB: `chalicelib.ports.resets.Resets`.

They lie beside the requests that may be repeated: what is forgotten by itself when its time is
over.
"""

from __future__ import annotations

from typing import Any

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.condition import Condition

from chalicelib.adapters.records.patience import code_of, patient
from chalicelib.adapters.records.tables import Tables
from chalicelib.ports.resets import Standing

REFUSED = "ConditionalCheckFailedException"


class DynamoResets:
    """The links of one installation."""

    def __init__(self, tables: Tables) -> None:
        self.table = tables.resets

    @patient
    def issue(self, account: str, digest: str, expires_at: int) -> None:
        """Have a link in the place of any earlier one."""
        item = self.table(_key(account), expiration=expires_at, digest=digest, held_until=0)
        item.save()

    @patient
    def hold(self, account: str, digest: str, now: int, until: int) -> Standing:
        """Take an open link for oneself."""
        table = self.table
        free = (table.held_until <= now) & table.used.does_not_exist() & (table.expiration > now)
        if self._update(account, digest, [table.held_until.set(until)], free):
            return "open"
        found = self.standing(account, digest, now)
        # What became free in between is told as held: asking again is right.
        return "held" if found in {"open", "doubtful"} else found

    @patient
    def give_back(self, account: str, digest: str) -> None:
        """Have a held link open again."""
        unused = self.table.used.does_not_exist()
        self._update(account, digest, [self.table.held_until.set(0)], unused)

    @patient
    def use(self, account: str, digest: str) -> None:
        """Have a link used for good."""
        self._update(account, digest, [self.table.used.set(True)], None)

    @patient
    def standing(self, account: str, digest: str, now: int) -> Standing:
        """What has become of a link."""
        try:
            item = self.table.get(_key(account), consistent_read=True)
        except self.table.DoesNotExist:
            return "unknown"
        if item.digest != digest or item.expiration <= now:
            return "unknown"
        if item.used:
            return "used"
        if item.held_until > now:
            return "held"
        return "doubtful" if item.held_until else "open"

    def _update(
        self, account: str, digest: str, actions: list[Any], condition: Condition | None
    ) -> bool:
        """Change the item of a link that is the newest; returns whether it was as it had to be."""
        same = self.table.digest == digest
        try:
            self.table(_key(account)).update(
                actions=actions, condition=same if condition is None else same & condition
            )
        except UpdateError as error:
            if code_of(error) != REFUSED:
                raise
            return False
        return True


def _key(account: str) -> str:
    return f"password-reset#{account}"
