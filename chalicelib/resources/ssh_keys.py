"""SSH keys: how Hoster logs in to nodes."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name


class SSHKeyAttributes(BaseModel):
    """What an owner sees of a key."""

    name: str
    public_key: str
    fingerprint: str
    key_type: str


class CreateSSHKey(BaseModel):
    """What a client sends to store a key."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    private_key: Annotated[str, StringConstraints(min_length=1, max_length=16_384)]


class GenerateSSHKey(BaseModel):
    """What a client sends to have a key made."""

    model_config = ConfigDict(extra="forbid")

    name: Name


class UpdateSSHKey(BaseModel):
    """What an owner may change of a key."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""


SSH_KEYS = Resource(
    name="ssh_keys",
    singular="SSH key",
    prefix="sshkey_",
    owner_field="creator_id",
    attributes=SSHKeyAttributes,
    create=CreateSSHKey,
    update=UpdateSSHKey,
    verbs=frozenset({"list", "get", "update", "delete"}),
    shows_status=False,
    secrets=frozenset({"private_key"}),
    shown_once=frozenset({"private_key"}),
    states=states("active", final="deleted", active="deleted"),
)
