"""Work that makes no progress for longer than it may."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.ports.records import Record, Work
from chalicelib.services.work.budgets import STEP_SECONDS, is_stuck
from infra.packaging.registry import steps

BEGUN = "2026-02-01T12:00:00.000Z"


def tools(now: str, **seconds: float) -> Any:
    settings = SimpleNamespace(step_seconds=seconds)
    return SimpleNamespace(settings=lambda: settings, now=lambda: now)


def working(*, updated_at: str = BEGUN, step: str | None = "AwaitSSH") -> Record:
    work = Work("provision", 1, "x-e1-g1-a1", BEGUN, step=step)
    return Record("x", "cloud_provisions", "me", "creating", BEGUN, updated_at, work=work)


def test_no_step_waits_longer_than_the_budget() -> None:
    assert max(step.within for _, step in steps()) <= STEP_SECONDS


@pytest.mark.parametrize("step", [None, "AwaitSSH"])
@pytest.mark.parametrize(("minutes", "stuck"), [(44, False), (46, True)])
def test_work_without_progress_is_stuck_past_its_budget(
    step: str | None, minutes: int, stuck: bool
) -> None:
    now = f"2026-02-01T12:{minutes}:00.000Z"

    assert is_stuck(tools(now), working(step=step)) == stuck


def test_entry_of_a_step_is_progress() -> None:
    record = working(updated_at="2026-02-01T18:00:00.000Z")

    assert not is_stuck(tools("2026-02-01T18:44:00.000Z"), record)
    assert is_stuck(tools("2026-02-01T18:46:00.000Z"), record)


def test_step_that_may_wait_longer_has_a_longer_budget() -> None:
    longer = {"AwaitSSH": 3600.0}

    assert not is_stuck(tools("2026-02-01T13:14:00.000Z", **longer), working())
    assert is_stuck(tools("2026-02-01T13:16:00.000Z", **longer), working())


def test_record_at_rest_is_not_stuck() -> None:
    at_rest = Record("x", "deployments", "me", "running", BEGUN, BEGUN)

    assert not is_stuck(tools("2027-01-01T00:00:00.000Z"), at_rest)
