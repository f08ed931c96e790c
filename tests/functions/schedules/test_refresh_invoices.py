"""Every account that ever ran anything is tended once a day."""

from __future__ import annotations

import pytest

from chalicelib.services.billing import invoice_rounds
from functions.schedules import refresh_invoices
from tests.functions import bills
from tests.functions.bills import OCTOBER
from tests.functions.checks import Checked


def test_every_account_is_asked_for_once(here: Checked, owner: str, stranger: str) -> None:
    for who in (owner, stranger, owner):
        bills.ran(who, since=OCTOBER.since)
    bills.waiting()

    said = bills.refresh()

    owners = [message["owner"] for message in bills.waiting()]
    assert said == {"accounts": len(owners)}
    assert owners.count(owner) == owners.count(stranger) == 1


def test_what_is_left_is_asked_for_by_the_consumer(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = {f"{owner}-{number}" for number in range(20)}
    for who in owners:
        bills.ran(who, since=OCTOBER.since)
    bills.waiting()
    monkeypatch.setattr(invoice_rounds, "PAGE", 2)
    monkeypatch.setattr(refresh_invoices, "SECONDS", 0.0)

    bills.refresh()
    seen: list[str] = []
    while messages := bills.waiting():
        seen += [one["owner"] for one in messages if "owner" in one]
        rest = [one for one in messages if "shard" in one]
        assert bills.deliver(*rest) == []

    assert owners <= set(seen)
    assert len(seen) == len(set(seen))
