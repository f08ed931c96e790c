"""What a server can do, by its devices and its size."""

from __future__ import annotations

import pytest

from chalicelib.domain.capabilities import capabilities_of


@pytest.mark.parametrize(
    ("probed", "cores", "memory_mb", "found"),
    [
        ("", 1, 957, ["standard"]),
        ("ssd\nssd\n", 4, 7_900, ["ssd", "standard"]),
        ("nvme\nssd\n", 8, 15_900, ["high-cpu", "nvme", "ssd", "standard"]),
        ("", 2, 15_900, ["high-memory", "standard"]),
        ("", 4, 15_900, ["standard"]),
        ("gpu\nsomething else\n", 1, 7_900, ["gpu", "standard"]),
    ],
)
def test_capabilities_are_those_of_devices_and_size(
    probed: str, cores: float, memory_mb: int, found: list[str]
) -> None:
    assert capabilities_of(probed, cpu_cores=cores, memory_mb=memory_mb) == found
