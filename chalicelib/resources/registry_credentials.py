"""Registry credentials: logins at private registries of images, used where apps are pulled."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from chalicelib.domain.images import registry_host
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name, one_line

Host = Annotated[str, StringConstraints(max_length=300), AfterValidator(registry_host)]
Username = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, strip_whitespace=True),
    AfterValidator(one_line),
]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=8192), AfterValidator(one_line)]


class RegistryCredentialAttributes(BaseModel):
    """What an owner sees of a registry credential."""

    name: str
    host: str
    """The registry's one name: `docker.io`, `ghcr.io`, or any host with its port."""
    username: str
    last_checked_at: datetime | None = None


class CreateRegistryCredential(BaseModel):
    """What a client sends to store a login at a registry; an account has one for each host."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    host: Host
    username: Username
    secret: Secret
    """A password or, better, a token that may only read."""


class UpdateRegistryCredential(BaseModel):
    """What an owner may change of a registry credential."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    username: Username = ""
    secret: Secret = ""


REGISTRY_CREDENTIALS = Resource(
    name="registry_credentials",
    singular="registry credential",
    prefix="reg_",
    owner_field="user_id",
    attributes=RegistryCredentialAttributes,
    create=CreateRegistryCredential,
    update=UpdateRegistryCredential,
    verbs=frozenset({"list", "get"}),
    works=False,
    secrets=frozenset({"secret"}),
    states=states(
        "unchecked",
        final="deleted",
        unchecked="valid invalid deleted",
        valid="unchecked invalid deleted",
        invalid="unchecked valid deleted",
    ),
)
