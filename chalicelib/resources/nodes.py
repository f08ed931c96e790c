"""Nodes: servers that apps run on, made by Hoster or brought by people."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import StringConstraints as Text

from chalicelib.domain.hostnames import checked_host
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states

DOCKER_SOCKET = "/var/run/docker.sock"


def _host(text: str) -> str:
    """Normalise an IPv4 address or a host name. Raises `ValueError` saying what would do."""
    given = text.strip()
    try:
        return str(ipaddress.IPv4Address(given))
    except ValueError:
        host = checked_host(given)
    if host is None:
        detail = "give the server's IPv4 address, or a host name such as server.example.com."
        raise ValueError(detail)
    return host


def _base_domain(text: str | None) -> str | None:
    """Normalise a domain. Raises `ValueError`."""
    host = checked_host(text) if text else None
    if text and host is None:
        detail = "give a domain such as apps.example.com."
        raise ValueError(detail)
    return host


def _each_once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


_BLANK_IS_NONE = BeforeValidator(lambda given: None if given == "" else given)
"""Forms send an empty text for what was left out."""
_PLAIN = r"^[^\x00-\x1f\x7f]+$"

Name = Annotated[str, Text(min_length=3, max_length=100, strip_whitespace=True, pattern=_PLAIN)]
Host = Annotated[str, Text(min_length=1, max_length=253), AfterValidator(_host)]
Port = Annotated[int, Field(ge=1, le=65535)]
User = Annotated[str, Text(pattern=r"^[A-Za-z_][A-Za-z0-9._-]{0,31}$")]
KeyId = Annotated[Annotated[str, Text(max_length=100)] | None, _BLANK_IS_NONE]
Socket = Annotated[str, Text(pattern=r"^(/[A-Za-z0-9._-]+)+$", max_length=100)]
Capability = Annotated[str, Text(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")]
"""One thing that a node has: standard, gpu, high-memory, high-cpu, ssd, nvme, or a word of one's
own."""
Capabilities = Annotated[
    list[Capability], Field(min_length=1, max_length=20), AfterValidator(_each_once)
]
Fingerprint = Annotated[str, Text(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]
Location = Annotated[Annotated[str, Text(max_length=100, pattern=_PLAIN)] | None, _BLANK_IS_NONE]
BaseDomain = Annotated[str | None, _BLANK_IS_NONE, AfterValidator(_base_domain)]


class NodeWarning(BaseModel):
    """One thing that the owner of a server is warned of, of those in `domain/node_health.py`."""

    code: str
    message: str


class NodeAttributes(BaseModel):
    """What a reader sees of a node."""

    name: str
    ssh_host: str | None = None
    ssh_port: int | None = None
    ssh_user: str | None = None
    ssh_key_id: str | None = None
    address: str | None = None
    """The IPv4 address that `ssh_host` meant when it was stored: every connection goes there."""
    host_key: str | None = None
    host_key_fingerprint: str | None = None
    """Of the pinned host key, as `ssh-keygen -lf` prints it."""
    offered_host_key_fingerprint: str | None = None
    """Of a host key that the server shows in place of the pinned one, and that is refused."""
    docker_socket: str | None = None
    base_domain: str | None = None
    public: bool
    capabilities: list[str] | None = None
    capacity_cpu_cores: float | None = None
    capacity_memory_mb: int | None = None
    capacity_disk_mb: int | None = None
    capacity_cpu_used: float | None = None
    capacity_memory_used_mb: int | None = None
    capacity_disk_used_mb: int | None = None
    disk_used_percent: int | None = None
    """How full the file system of Docker's data was at the last look."""
    warnings: list[NodeWarning] | None = None
    location: str | None = None
    last_health_check: str | None = None
    """When it was looked at last, noted every five minutes where there is no news."""
    last_seen_at: str | None = None
    """When a look last found it well, noted likewise."""
    error_code: str | None = None
    error_message: str | None = None
    provider_type: str | None = None
    provision_id: str | None = None
    docker_version: str | None = None
    encrypted_hop: bool | None = None
    """Whether the app proxy reaches it through a door of its own: TLS, with certificates of the
    installation on both sides. Otherwise what passes between the two is not encrypted."""


class CreateNode(BaseModel):
    """What a client sends to bring a server."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    ssh_host: Host
    ssh_user: User
    ssh_port: Port = 22
    ssh_key_id: KeyId = None
    docker_socket: Socket = DOCKER_SOCKET
    public: bool = False
    capabilities: Capabilities = Field(default_factory=lambda: ["standard"])
    location: Location = None
    base_domain: BaseDomain = None


class UpdateNode(BaseModel):
    """What an owner may change of a node; of one that Hoster made, only `OF_ANY_NODE`."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    ssh_host: Host = ""
    ssh_user: User = ""
    ssh_port: Port = 22
    ssh_key_id: KeyId = None
    host_key: None = None
    """Null forgets the pinned host key: the next check pins the one that it meets."""
    accepted_host_key_fingerprint: Fingerprint = ""
    """Of the offered host key, as its owner compared it: the next check pins that one alone."""
    docker_socket: Socket = DOCKER_SOCKET
    public: bool = False
    capabilities: Capabilities = Field(default_factory=list)
    location: Location = None
    base_domain: BaseDomain = None
    encrypted_hop: bool = False
    """Have a door put up or taken away by a check: a container that listens on port 9443."""


OF_HOST_KEY = frozenset({"host_key", "accepted_host_key_fingerprint"})
OF_ANY_NODE = frozenset({"name", "location", "capabilities", "public"}) | OF_HOST_KEY
"""What may be changed of a node that Hoster made."""
OF_LOGIN = (
    frozenset({"ssh_host", "ssh_port", "ssh_user", "ssh_key_id", "docker_socket"}) | OF_HOST_KEY
)
"""What a node is reached by: a change asks for a new check."""

NODES = Resource(
    name="nodes",
    singular="node",
    prefix="node_",
    owner_field="creator_id",
    attributes=NodeAttributes,
    create=CreateNode,
    update=UpdateNode,
    verbs=frozenset({"list", "get"}),
    member_read=True,
    owner_only=frozenset(
        {
            *("ssh_host", "ssh_port", "ssh_user", "ssh_key_id", "address", "host_key"),
            *("host_key_fingerprint", "offered_host_key_fingerprint", "warnings", "last_seen_at"),
            *("docker_socket", "docker_version", "base_domain", "provider_type", "provision_id"),
            *("last_health_check", "error_code", "error_message", "disk_used_percent"),
        }
    ),
    counters={
        "capacity_cpu_used": "capacity#{id}#cpu",
        "capacity_memory_used_mb": "capacity#{id}#memory",
        "capacity_disk_used_mb": "capacity#{id}#disk",
    },
    elsewhere={"capacity": "a check measures what the server has."},
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
