"""Identifiers: made from a time and random bytes that the caller brings."""

from __future__ import annotations

import uuid


def uuid7(milliseconds: int, random: bytes) -> str:
    """Make a UUIDv7 from a Unix time in milliseconds and ten random bytes (RFC 9562, 5.7)."""
    value = (milliseconds & ((1 << 48) - 1)) << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=value))


def prefixed(prefix: str, random: bytes) -> str:
    """Make `prefix` and sixteen hexadecimal digits from eight random bytes."""
    return prefix + random[:8].hex()


def time_ordered(prefix: str, milliseconds: int, random: bytes) -> str:
    """Make an id whose text sorts by time: twelve digits of milliseconds, eight of chance."""
    return f"{prefix}{milliseconds:012x}{random[:4].hex()}"


def execution_name(entity: str, *, epoch: int, generation: int, attempt: int) -> str:
    """Name the one execution of one attempt at one piece of work (CONTRACT 1)."""
    return f"{entity}-e{epoch}-g{generation}-a{attempt}"
