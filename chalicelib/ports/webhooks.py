"""The way to receivers of webhooks, whose addresses are given by people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.urls import Target


@dataclass(frozen=True)
class Said:
    """What a receiver answered."""

    status: int
    head: str
    """The first bytes of its answer, as text."""


class NotDelivered(Exception):
    """There was no answer; the text says why, in words for whoever gave the address."""


class Webhooks(Protocol):
    """Sends messages to addresses that are not the platform's own."""

    def refuse(self, host: str) -> str:
        """Say why no message may go to a host now; an empty text when one may."""

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Said:
        """Send one message, once, and follow nothing. Raises `NotDelivered`.

        The host is looked up once, refused like any node's that leads to the platform's own
        networks, and asked at the address that was looked at.
        """
