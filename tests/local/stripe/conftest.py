"""A local Stripe of its own for each test, all at one address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.stripe.rig import Places, Rig
from tests.local.stripe.rig import places as opened_places
from tests.local.stripe.rig import rig as opened


@pytest.fixture(scope="session")
def places() -> Iterator[Places]:
    with opened_places() as found:
        yield found


@pytest.fixture
def rig(places: Places) -> Iterator[Rig]:
    with opened(places) as found:
        yield found
