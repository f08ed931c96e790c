"""Packed entries are read back as they were, and are small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.metrics import Reading, Sample, Slice
from chalicelib.domain.packing import pack_sample, pack_slice, unpack_sample, unpack_slice
from tests.unit.domain.test_metrics import READINGS, USES

WINDOW = 1_700_000_100
DISKS = st.none() | st.integers(0, 2**40)


@given(st.integers(0, 299), st.lists(READINGS, max_size=5), DISKS)
def test_sample_is_read_back(offset: int, readings: list[Reading], disk: int | None) -> None:
    sample = Sample(WINDOW + offset, tuple(readings), disk)

    assert unpack_sample(pack_sample(sample, WINDOW), WINDOW) == sample


@given(st.integers(0, 21_599), st.dictionaries(st.text(max_size=60), USES, max_size=5), DISKS)
def test_slice_is_read_back(offset: int, uses: dict, disk: int | None) -> None:
    part = Slice(WINDOW + offset, uses, disk)

    assert unpack_slice(pack_slice(part, WINDOW), WINDOW) == part


def test_sample_of_a_busy_service_takes_few_bytes() -> None:
    """A month at half a core, 40 GB sent, 12 GB written."""
    busy = Reading(
        *("web", 40_000, 180_000, 262_144, 500, 64),
        *(1_296_000_000, 9_000_000_000, 40_000_000_000, 2_000_000, 12_000_000),
    )

    packed = pack_sample(Sample(WINDOW + 290, (busy,), 900_000), WINDOW)

    assert len(packed) <= 48
