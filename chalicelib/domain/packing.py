"""Packs samples and slices into few bytes: numbers as LEB128, names once, no field names.

An entry holds its offset in the window of the item that it lies in, and nothing else before it is
needed to read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chalicelib.domain.metrics import Reading, Sample, Slice, Use

_SEVEN = 0x7F
_MORE = 0x80
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


def _head(offset: int, disk_kb: int | None) -> bytes:
    """The offset, then the disk use and one, so that zero says that it is not known."""
    return _number(offset) + _number(0 if disk_kb is None else disk_kb + 1)


def _named(name: str, numbers: Iterable[int]) -> bytes:
    text = name.encode()
    return b"".join((_number(len(text)), text, *map(_number, numbers)))


def _number(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    packed = bytearray()
    while value > _SEVEN:
        packed.append(value & _SEVEN | _MORE)
        value >>= 7
    packed.append(value)
    return bytes(packed)


def _read(packed: bytes, count: int) -> tuple[int, int | None, list[tuple[str, list[int]]]]:
    reader = _Reader(packed)
    at, disk = reader.number(), reader.number()
    return at, disk - 1 if disk else None, list(reader.parts(count))


class _Reader:
    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self.place = 0

    def number(self) -> int:
        value = shift = 0
        while (byte := self.packed[self.place]) & _MORE:
            value |= (byte & _SEVEN) << shift
            shift += 7
            self.place += 1
        self.place += 1
        return value | byte << shift

    def text(self) -> str:
        length = self.number()
        self.place += length
        return self.packed[self.place - length : self.place].decode()

    def parts(self, count: int) -> Iterator[tuple[str, list[int]]]:
        """Read names, each with so many numbers, to the end."""
        while self.place < len(self.packed):
            yield self.text(), [self.number() for _ in range(count)]
