"""Receivers of webhooks in memory, which can be told to fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.urls import Target
from chalicelib.ports.webhooks import NotDelivered, Said


@dataclass
class FakeWebhooks:
    """What was sent where, and what receivers answer."""

    got: list[tuple[Target, bytes, dict[str, str]]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """The statuses of the next answers; 0 is none, and 200 what comes after them."""
    refused: set[str] = field(default_factory=set)
    """Hosts that lead to the platform's own networks."""

    def refuse(self, host: str) -> str:
        return f"{host} is refused." if host in self.refused else ""

    def post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Said:
        if target.host in self.refused:
            raise NotDelivered(f"{target.host} is refused.")
        status = self.answers.pop(0) if self.answers else 200
        if status == 0:
            raise NotDelivered("told to be silent")
        self.got.append((target, body, dict(headers)))
        return Said(status, "as told")
