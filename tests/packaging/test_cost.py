"""What the built stacks cost when nobody does anything."""

from __future__ import annotations

import json

from infra.cost.__main__ import all_bills
from infra.cost.bill import Use
from infra.cost.measure import MEASURED
from tests.packaging.conftest import Built


def test_a_month_at_rest_costs_less_than_five_dollars(here: Built) -> None:
    bills = all_bills(json.loads(MEASURED.read_text()), list(here.stacks.values()), Use())

    assert 1 < bills["at rest"]["after_free"] < 5
