"""The proof that an account was closed is shown to the owner of the platform alone."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import Conflict, NotFound
from functions.calls.accounts import restore_account, show_proof
from tests.functions import things
from tests.functions.calls.asking import OPERATOR, ask, last_told
from tests.functions.checks import Checked
from tests.functions.closing import OVER, Leaver

WHY = "Ticket 12"


def test_proof_of_a_closed_account_is_shown_and_the_account_not_let_in(
    here: Checked, owner: str
) -> None:
    leaver, key = Leaver(here, owner), things.ssh_key(here, owner)
    assert leaver.ask().status == 202
    with pytest.raises(NotFound, match="is not closed"):
        ask(show_proof.handler, account=owner, reason=WHY)

    leaver.after(OVER)

    proof = ask(show_proof.handler, account=owner, reason=WHY)
    assert [one["resource_id"] for one in proof["removed"]] == [key]
    assert last_told(f"subscription-{owner}") == ("account_looked_at", OPERATOR, WHY)
    with pytest.raises(Conflict, match="was closed on"):
        ask(restore_account.handler, account=owner, reason=WHY)
    assert here.world.gateway.standings[owner] == "suspended"
    leaver.rest()
