"""Why a copying broke off, from the end of what it printed."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import CommandFailed, DiskFull
from chalicelib.services.redeploys.setting_aside import broken

ENDED = "Sending data broke off at it."
REFUSED = "curl: (22) The requested URL returned error: 403"


@pytest.mark.parametrize(
    ("tail", "said"),
    [
        ("", "nothing was said"),
        (f"{ENDED}\n", ENDED),
        (f"odd\n{REFUSED}\nodd\n{ENDED}", f"Sending data broke off at it: {REFUSED}"),
        (REFUSED, REFUSED),
    ],
)
def test_what_the_network_said_is_told(tail: str, said: str) -> None:
    error = broken("Sending failed", tail)

    assert (type(error), error.detail) == (CommandFailed, f"Sending failed: {said}")


def test_full_disk_is_told_as_one() -> None:
    assert isinstance(broken("Sending failed", f"No space left on device\n{ENDED}"), DiskFull)
