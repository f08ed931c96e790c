"""What the script of a look at the disk tells is read back."""

from __future__ import annotations

import pytest

from chalicelib.adapters.nodes import disk
from chalicelib.ports.insight import AppDisk, NodeDisk

AT = "2026-05-01T10:00:07.000Z"
CLOCK = f"clock {AT}\n"


def test_node_and_apps_are_read() -> None:
    told = f"{CLOCK}disk 81\nabc-1 2048 2026-05-01T10:00:00.000Z\n"

    measured = {"abc-1": AppDisk(2048, "2026-05-01T10:00:00.000Z")}
    assert disk.read(told) == NodeDisk(81, measured, AT)
    assert disk.read(f"{CLOCK}disk 3\n") == NodeDisk(3, {}, AT)


@pytest.mark.parametrize(
    "answer",
    [
        *("", "df: no\n", "disk 3\n", CLOCK),
        *(CLOCK + more for more in ("disk -\n", "disk\n", "disk 3\nabc x y\n")),
        *(f"clock {at}\ndisk 3\n" for at in ("", "noon", "2026-05-01T10:00:07.000")),
        *(f"{CLOCK}disk 3\nabc 7 {at}\n" for at in ("", "noon", "2026-05-01T10:00:07.000")),
    ],
)
def test_other_words_are_refused(answer: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # of whatever kind
        disk.read(answer)
