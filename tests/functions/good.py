"""A good call of every operation, from which tests change one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra.packaging.registry import operations
from tests.functions.cases import CASES
from tests.functions.checks import Checked
from tests.world import Reply

EVERY = {f"{o.method} {o.path}": o for _, o in operations()}


@dataclass(frozen=True)
class Good:
    """A good call: each test changes one thing about it, for which it is refused."""

    here: Checked
    method: str
    path: str
    attributes: dict[str, Any] | None
    kind: str
    user: str
    message: tuple[str, dict[str, str]] | None = None
    """A body as it is sent, with headers of its own."""

    def call(self, **changes: Any) -> Reply:
        path, given = self._given(changes)
        return self.here.call(self.method, path, **given)

    def call_unchecked(self) -> Reply:
        """Call as it is, whatever comes back."""
        path, given = self._given({})
        return self.here.world.call(self.method, path, **given)

    def _given(self, changes: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        given = {"path": self.path, "user": self.user, "kind": self.kind} | changes
        if self.message and not {"body", "attributes"} & set(given):
            body, headers = self.message
            given |= {"body": body, "headers": headers | given.get("headers", {})}
        if "body" not in given:
            given.setdefault("attributes", self.attributes)
        return given.pop("path"), given


def good_call(here: Checked, name: str, owner: str) -> Good:
    case = CASES[name]
    path, attributes = case.path(here, owner), case.sends(here, owner)
    message = case.message(here, owner) if case.message else None
    return Good(here, EVERY[name].method, path, attributes, case.kind, owner, message)
