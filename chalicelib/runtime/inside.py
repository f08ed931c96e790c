"""How an API function asks a called one to look into an app, for the owner who was let in."""

from __future__ import annotations

from typing import Any

from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Rate
from chalicelib.runtime.http import Answer
from chalicelib.runtime.operation import Call

ASKING_SECONDS = 28
"""Timeout of a function that asks another: longer than it waits for the answer."""
LOOKS = Rate(burst=60, per_minute=240)
"""How often one caller may look: ten pages that ask every three seconds stay below it."""


def ask(call: Call, name: str, **what: Any) -> dict[str, Any]:
    """Ask a called function about the target, in the name of its owner."""
    given = {"deployment": call.target.id, "owner": call.target.owner, **what}
    return wiring.calls().call(name, given)


def look(call: Call, what: str) -> Answer:
    """Answer with one look at the target's containers."""
    found = ask(call, "deployments_look_inside", what=what)
    data = {"type": f"deployment-{what}", "id": call.target.id, "attributes": found}
    return Answer(200, {"data": data})
