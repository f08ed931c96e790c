"""What owners declare by typing a thing's name: nothing can take it back."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.errors import Fault, Invalid


class TypedName(BaseModel):
    """What a client sends to declare something of a thing: its name, typed."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(max_length=300)]


def refuse_other_name(name: str, typed: str, *, what: str) -> None:
    """Raise `Invalid` unless the name was typed exactly."""
    if typed != name:
        detail = f"name: type the {what}'s name, {name}, to confirm."
        raise Invalid((Fault("/data/attributes/name", detail),))
