"""The platform that every journey runs against: the one that runs, or one for this session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from e2e.installation import elsewhere
from infra.local.journey.client import Json
from infra.local.platform.borrow import Loan, borrowed
from infra.local.platform.progress import Progress


@pytest.fixture(scope="session")
def loan() -> Iterator[Loan]:
    """The platform for the time of the session."""
    with borrowed(Progress()) as lent:
        yield lent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what wants the platform for itself, so that it can be chosen, and have it last."""
    for item in items:
        if "alone" in getattr(item, "fixturenames", ()):
            item.add_marker("alone")
    items.sort(key=lambda item: item.get_closest_marker("alone") is not None)


@pytest.fixture
def alone(loan: Loan) -> Iterator[None]:
    """Nobody else uses the platform: for what ends its parts, or is told within a promised time."""
    with loan.alone():
        yield


@pytest.fixture(scope="session")
def platform(request: pytest.FixtureRequest) -> Json:
    """What `make status JSON=1` prints, or what is known of an installation elsewhere."""
    named = elsewhere()
    if named is not None:
        return named
    loan: Loan = request.getfixturevalue("loan")
    return loan.described
