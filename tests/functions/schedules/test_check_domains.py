"""Every name that is due is asked for once a minute, and those that wait too long are counted."""

from __future__ import annotations

import pytest

from tests.functions.checks import Checked
from tests.functions.names import added, ask, domain_of, sent


@pytest.fixture
def host(owner: str) -> str:
    return f"www.{owner}.example.com"


def test_name_is_asked_for_when_it_is_due_and_not_before(
    here: Checked, owner: str, host: str
) -> None:
    app = added(here, owner, host)
    sent()
    ask()
    before = [one["domain"] for one in sent()]
    here.world.skew += 31

    said = ask()

    assert domain_of(app).id not in before
    assert domain_of(app).id in [one["domain"] for one in sent()]
    assert said["late"] <= said["domains"]


def test_names_that_wait_too_long_are_counted(here: Checked, owner: str, host: str) -> None:
    added(here, owner, host)
    here.world.skew += 700

    assert ask()["late"] >= 1
