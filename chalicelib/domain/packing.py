"""Packs samples, slices and traffic into few bytes: as many as numbers need, no field names.

An entry holds its offset in the window of the item that it lies in, and nothing else before it is
needed to read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise, zip_longest

from chalicelib.domain.metrics import Reading, Sample, Slice, Use
from chalicelib.domain.traffic import NUMBERS, Part, traffic_of

_NUMBERS_OF_READING = len(Reading._fields) - 1
_NUMBERS_OF_USE = len(Use._fields)


def pack_sample(sample: Sample, window: int) -> bytes:
    """Pack a sample that lies in the window which begins at `window`, in seconds since 1970."""
    packed = bytearray(_head(sample.at - window, sample.disk_kb))
    for reading in sample.readings:
        packed += _named(reading.service, reading[1:])
    return bytes(packed)


def unpack_sample(packed: bytes, window: int) -> Sample:
    """Read a packed sample back."""
    at, disk_kb, parts = _read(packed, _NUMBERS_OF_READING)
    readings = tuple(Reading(service, *numbers) for service, numbers in parts)
    return Sample(window + at, readings, disk_kb)


def pack_slice(part: Slice, window: int) -> bytes:
    """Pack a slice that begins in the window which begins at `window`."""
    packed = bytearray(_head(part.at - window, part.disk_kb))
    for service, use in part.uses.items():
        packed += _named(service, use)
    return bytes(packed)


def unpack_slice(packed: bytes, window: int) -> Slice:
    """Read a packed slice back."""
    at, disk_kb, parts = _read(packed, _NUMBERS_OF_USE)
    return Slice(window + at, {service: Use(*numbers) for service, numbers in parts}, disk_kb)


def pack_part(part: Part, window: int) -> bytes:
    """Pack what was carried until a moment in the window which begins at `window`."""
    return _numbers((part.at - window, part.seconds, part.mark, *part.traffic.numbers))


def unpack_part(packed: bytes, window: int) -> Part:
    """Read a packed part back."""
    (at, seconds, mark, *numbers), _ = _read_numbers(packed, 0, 3 + NUMBERS)
    return Part(window + at, seconds, traffic_of(numbers), mark)


def _head(offset: int, disk_kb: int | None) -> bytes:
    """The offset, then the disk use and one, so that zero says that it is not known."""
    return _numbers((offset, 0 if disk_kb is None else disk_kb + 1))


def _named(name: str, numbers: Sequence[int]) -> bytes:
    text = name.encode()
    return bytes((len(text),)) + text + _numbers(numbers)


def _numbers(numbers: Sequence[int]) -> bytes:
    """How many bytes each number takes, two numbers a byte, then these bytes, the lowest first."""
    sizes = [(number.bit_length() + 7) // 8 for number in numbers]
    pairs = zip_longest(sizes[::2], sizes[1::2], fillvalue=0)
    layout = bytes(first << 4 | second for first, second in pairs)
    given = zip(numbers, sizes, strict=True)
    return layout + b"".join(number.to_bytes(size, "little") for number, size in given)


@lru_cache(maxsize=1024)
def _places(layout: bytes) -> tuple[tuple[int, int], ...]:
    """Where numbers begin and end after their layout; few layouts are ever met."""
    sizes = [size for byte in layout for size in (byte >> 4, byte & 15)]
    ends = tuple(accumulate(sizes, initial=0))
    return tuple(pairwise(ends))


def _read(packed: bytes, count: int) -> tuple[int, int | None, list[tuple[str, list[int]]]]:
    (at, disk), place = _read_numbers(packed, 0, 2)
    parts = []
    while place < len(packed):
        end = place + 1 + packed[place]
        name = packed[place + 1 : end].decode()
        numbers, place = _read_numbers(packed, end, count)
        parts.append((name, numbers))
    return at, disk - 1 if disk else None, parts


def _read_numbers(packed: bytes, place: int, count: int) -> tuple[list[int], int]:
    """Read so many numbers; returns them and where the next thing begins."""
    begin = place + (count + 1) // 2
    places = _places(packed[place:begin])
    numbers = [
        int.from_bytes(packed[begin + first : begin + last], "little") for first, last in places
    ]
    return numbers[:count], begin + places[-1][1]
