"""Idempotency keys: the same key has the same answer, and another request under it is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.local.stripe.account import Json
from infra.local.stripe.refusals import Refused

Told = tuple[int, Json]


@dataclass
class Answers:
    """What was answered to requests with a key: their path and parameters, status and body."""

    known: dict[str, tuple[str, Json, Told]] = field(default_factory=dict)

    def once(self, key: str, path: str, given: Json, do: Callable[[], Json]) -> tuple[Told, bool]:
        """Do what is asked once a key; returns whether the answer is a repeated one.

        What is refused as wrong leaves the key free. Raises `Refused` for a key that came with
        another path or other parameters.
        """
        if not key:
            return (200, do()), False
        if key not in self.known:
            self.known[key] = (path, given, (200, do()))
            return self.known[key][2], False
        before_path, before, told = self.known[key]
        if (before_path, before) != (path, given):
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were "
                f"first used with. Try using a key other than '{key}' if you meant to execute a "
                "different request."
            )
            raise Refused(message, kind="idempotency_error")
        return told, True
