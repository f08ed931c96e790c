"""One operation of a DynamoDB transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pynamodb.expressions.condition import Condition

from chalicelib.domain.errors import ProductError


@dataclass(frozen=True)
class Operation:
    """One operation of a transaction and the error that its failed condition means.

    `refusal` None means that a failed condition is no error: the operation is dropped and the
    rest is tried again.
    """

    kind: Literal["check", "put", "update", "delete"]
    item: Any
    actions: tuple[Any, ...] = ()
    condition: Condition | None = None
    refusal: Callable[[], ProductError] | None = None
    part_of: str | None = None
    """What it is done for together with others: when one of them is dropped, all are."""
    tells: str | None = None
    """What it counts a change of, or has its say on; in one transaction the first alone is done."""
    alone: tuple[Any, ...] = ()
    """Further actions, done when no other operation of the transaction tells the same."""
