"""What a run of the grid plays where, and how it is judged."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from infra.faults.__main__ import Grid
from infra.faults.cells import FAULTS, Cell, Outcome, machines
from infra.faults.local.chosen import local_cells
from infra.faults.local.judge import Store, beside
from infra.local.platform.progress import Progress

CELL = Cell("stop", "StopServices", "killed")


def test_enough_cells_are_played_in_the_local_cloud() -> None:
    cells = local_cells()

    assert len(cells) >= 120
    assert set(Counter(cell.machine for cell in cells)) == set(machines())
    assert set(Counter(cell.fault for cell in cells)) == set(FAULTS)


@pytest.mark.parametrize(
    ("outcomes", "failures", "ok"),
    [
        ([], [], False),
        ([Outcome(CELL, "local", True, "stopped")], [], True),
        ([Outcome(CELL, "local", True, "stopped")], ["plan#u#max_deployments=1"], False),
        (
            [
                Outcome(CELL, "local", True, "stopped"),
                Outcome(CELL, "simulated", False, "stopping", stuck=1),
            ],
            [],
            False,
        ),
    ],
)
def test_the_summary_is_good_when_all_is(
    outcomes: list[Outcome], failures: list[str], ok: bool
) -> None:
    grid = Grid(Progress(), 7, outcomes=outcomes, failures=failures)

    told = grid.summary()

    assert set(told) == {"cells", "ok", "local", "not_applicable", "seed"}
    assert (told["ok"], told["cells"], told["seed"]) == (ok, len(outcomes), 7)


class Tables:
    """DynamoDB's client, with a record that is gone, one that lives, and what they hold."""

    def get_item(self, **how: Any) -> dict[str, Any]:
        known = {"dep-gone": "deleted", "dep-here": "running"}
        key = how["Key"]["id"]
        status = known.get(key["S"])
        return {"Item": {"id": key, "status": {"S": status}}} if status else {}

    def get_paginator(self, _name: str) -> Tables:
        return self

    def paginate(self, **_how: Any) -> list[dict[str, Any]]:
        def held(key: str, holder: str) -> dict[str, Any]:
            return {"key": {"S": key}, "holder": {"S": holder}}

        def counted(key: str, value: str) -> dict[str, Any]:
            return {"key": {"S": key}, "value": {"N": value}}

        held_ports = [held(f"port#n#{n}", h) for n, h in enumerate(("dep-gone", "dep-here"))]
        counts = [counted("plan#u#max_deployments", "1"), counted("capacity#n#cpu", "0")]
        return [{"Items": held_ports}, {"Items": [*counts, counted("plan#v#max_nodes", "3")]}]


def test_what_somebody_holds_who_is_gone_is_leaked() -> None:
    store = Store(Tables())

    assert store.leaked({"dep-gone", "dep-here", "dep-never"}) == ["port#n#0"]


def test_what_is_counted_of_somebody_who_has_nothing_is_told() -> None:
    assert Store(Tables()).still_counted("u", {"n"}) == ["plan#u#max_deployments=1"]


def test_an_owner_for_whom_nothing_was_counted_is_told() -> None:
    assert Store(Tables()).still_counted("w", set()) == ["plan#w#: nothing was counted"]


@pytest.mark.parametrize(
    ("lives", "doubles"),
    [
        ([], 0),
        ([("10:00", None)], 0),
        ([("10:00", "10:05"), ("10:05", None)], 0),
        ([("10:00", "10:05"), ("10:04", None)], 1),
        ([("10:00", None), ("10:01", "10:02"), ("10:03", "10:04")], 2),
    ],
)
def test_a_server_is_one_too_many_when_another_one_was_there(
    lives: list[tuple[str, str | None]], doubles: int
) -> None:
    assert beside([{"created_at": made, "gone_at": gone} for made, gone in lives]) == doubles
