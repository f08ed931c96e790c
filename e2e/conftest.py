"""The platform that every journey runs against: the one that runs, or one for this session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from infra.local.journey.client import Json
from infra.local.platform.borrow import borrowed
from infra.local.platform.progress import Progress


@pytest.fixture(scope="session")
def platform() -> Iterator[Json]:
    """What `make status JSON=1` prints."""
    with borrowed(Progress()) as found:
        yield found
