"""The product's errors as data, so that one function's error is the same in the one that asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from chalicelib.domain.errors import Fault, ProductError, Unavailable


def as_data(error: ProductError) -> dict[str, Any]:
    """Write an error as JSON can hold it: its class's name and its members."""
    members = dict(vars(error))
    if "faults" in members:
        members["faults"] = [asdict(fault) for fault in members["faults"]]
    return {"name": type(error).__name__, "members": members}


def from_data(data: dict[str, Any]) -> ProductError:
    """Read an error back; one whose class is not known here is `Unavailable` in its words."""
    members = dict(data["members"])
    if "faults" in members:
        members["faults"] = tuple(Fault(**fault) for fault in members["faults"])
    kind = next((k for k in _below(ProductError) if k.__name__ == data["name"]), Unavailable)
    # Each class takes arguments of its own; what they became is told.
    error = kind.__new__(kind)
    error.args = (members["detail"],)
    vars(error).update(members)
    return error


def _below(kind: type[ProductError]) -> Iterator[type[ProductError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _below(child)
