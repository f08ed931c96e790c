"""Nodes: servers that apps run on."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class NodeAttributes(BaseModel):
    """What a reader sees of a node."""

    name: str | None = None
    ssh_host: str | None = None
    ssh_port: int | None = None
    ssh_user: str | None = None
    ssh_key_id: str | None = None
    host_key: str | None = None
    public: bool | None = None
    capabilities: list[str] | None = None
    capacity_cpu_cores: float | None = None
    capacity_memory_mb: int | None = None
    capacity_disk_mb: int | None = None
    capacity_cpu_used: float | None = None
    capacity_memory_used_mb: int | None = None
    capacity_disk_used_mb: int | None = None
    location: str | None = None
    last_health_check: str | None = None
    error_message: str | None = None
    provider_type: str | None = None
    provision_id: str | None = None
    docker_version: str | None = None


class UpdateNode(BaseModel):
    """What an owner may change of a node."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)] = (
        ""
    )


NODES = Resource(
    name="nodes",
    singular="node",
    prefix="node_",
    owner_field="creator_id",
    attributes=NodeAttributes,
    create=None,
    update=UpdateNode,
    verbs=frozenset({"list", "get", "update"}),
    member_read=True,
    owner_only=frozenset({"ssh_host", "ssh_port", "ssh_user", "ssh_key_id", "host_key"}),
    references={"ssh_key_id": "ssh_keys", "provision_id": "cloud_provisions"},
    states=states(
        "offline",
        final="deleted",
        offline="online maintenance lost deleted",
        online="offline maintenance lost deleted",
        maintenance="online offline lost deleted",
        lost="deleted",
    ),
)
