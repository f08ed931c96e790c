"""API tokens: how programs come in as an account, with less than all that it may do."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from chalicelib.domain.scopes import Scope
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name


class TokenAttributes(BaseModel):
    """What an owner sees of a token: never the token itself, but for the answer that makes it."""

    name: str
    scope: Scope
    expires_at: datetime
    """From then on it opens nothing."""
    last_used_at: datetime | None = None
    """To the minute; null while it was never used."""


class CreateToken(BaseModel):
    """What a client sends to have a token made."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    scope: Scope
    expires_at: AwareDatetime | None = None
    """Within 366 days; left out, it is in 90 days."""


API_TOKENS = Resource(
    name="api_tokens",
    singular="API token",
    prefix="token_",
    owner_field="user_id",
    attributes=TokenAttributes,
    create=CreateToken,
    update=None,
    verbs=frozenset({"list", "get"}),
    works=False,
    secrets=frozenset({"token"}),
    shown_once=frozenset({"token"}),
    last_use="last_used_at",
    aside=frozenset({"last_used_at"}),
    scopes={"list": "session", "get": "session"},
    states=states(
        "pending",
        final="revoked",
        pending="active revoking",
        active="revoking",
        revoking="revoked",
    ),
)
