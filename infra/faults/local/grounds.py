"""What each machine's work is about: what it begins from, and how a customer begins it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from infra.faults.local.customer import Json
from infra.faults.local.plays import Play

REST_SECONDS = 150.0
"""How long work without a fault may take that a cell begins from, or that clears up after it."""


class Ground(Protocol):
    """One kind of record that machines work on."""

    resource: str

    def begun(self, play: Play) -> AbstractContextManager[str]:
        """Begin the machine's work under a fault; what a block is given is the record's id."""

    def container(self, record: str) -> str:
        """The container of the server that the work is about."""

    def cleared(self, record: str, seen: Json) -> list[str]:
        """Bring things back to where another cell can begin; what would not go there."""
