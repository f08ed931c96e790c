"""Cloud credentials: an account at a provider, in which Hoster makes servers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import LongerName as Name

Provider = Literal["aws", "digitalocean", "hetzner"]


class CredentialAttributes(BaseModel):
    """What an owner sees of a credential."""

    name: str
    provider: str
    default_region: str | None = None
    last_checked_at: datetime | None = None


class CreateCredential(BaseModel):
    """What a client sends to store a credential; `credentials` is an object or JSON text."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    provider: Provider
    credentials: dict[str, Any] | Annotated[str, StringConstraints(max_length=8192)]
    default_region: Annotated[str, StringConstraints(max_length=40)] | None = None


class UpdateCredential(BaseModel):
    """What an owner may change of a credential; `credentials` replaces all of them."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    credentials: dict[str, Any] | Annotated[str, StringConstraints(max_length=8192)] = ""
    default_region: Annotated[str, StringConstraints(max_length=40)] | None = None


CLOUD_CREDENTIALS = Resource(
    name="cloud_credentials",
    singular="cloud credential",
    prefix="cred_",
    owner_field="creator_id",
    attributes=CredentialAttributes,
    create=CreateCredential,
    update=UpdateCredential,
    verbs=frozenset({"list", "get", "delete"}),
    secrets=frozenset({"credentials"}),
    states=states(
        "unchecked",
        final="deleted",
        unchecked="valid invalid deleted",
        valid="unchecked invalid deleted",
        invalid="unchecked valid deleted",
    ),
)
