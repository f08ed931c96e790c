"""Cloud provisions: servers that Hoster makes and destroys at a provider.

Beside what an owner sees, a record keeps for the steps and the sweep:

- `tag`, `ssh_user`, `host_key`, `next_host_key`: what leads to the server and lets Hoster in;
- `ordered_at`, `refused`: when the provider was asked last, and whether it plainly refused;
- `answered_at`, `unanswered_at`: when it answered with a server, or was known to give no answer;
- `with_apps`: the destroy that was asked for takes the apps there down first;
- `destroy_asked_at`: when the provider, which knew the server, took its destroy;
- `gone_at`: when it was proven that the server is gone; `declared_gone`: its owner said so;
- `missing_since`: when a sweep first missed the server.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class ProvisionAttributes(BaseModel):
    """What an owner sees of a provision."""

    credential_id: str
    provider: str
    instance_name: str
    region: str
    size: str
    open_web_ports: bool = False
    """Whether 80 and 443 are open, beside SSH and the app ports."""
    provider_instance_id: str | None = None
    public_ip: str | None = None
    node_id: str | None = None
    ssh_key_id: str | None = None
    current_step: str | None = None
    failed_from: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    completed_at: str | None = None
    ended_reason: Literal["destroyed", "gone_at_provider", "declared_gone"] | None = None
    """Why it is `destroyed`; null before."""


class CreateProvision(BaseModel):
    """What a client sends to have a server made."""

    model_config = ConfigDict(extra="forbid")

    credential_id: str
    instance_name: Annotated[
        str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", max_length=63)
    ]
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    size: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,60}$")]
    open_web_ports: bool = False


CLOUD_PROVISIONS = Resource(
    name="cloud_provisions",
    singular="provision",
    prefix="prov_",
    owner_field="creator_id",
    attributes=ProvisionAttributes,
    create=CreateProvision,
    update=None,
    verbs=frozenset({"list", "get"}),
    filters=frozenset({"status", "credential_id"}),
    references={
        "credential_id": "cloud_credentials",
        "node_id": "nodes",
        "ssh_key_id": "ssh_keys",
    },
    parent_field="credential_id",
    states=states(
        "pending",
        final="destroyed",
        pending="creating failed destroying",
        creating="configuring failed destroying",
        configuring="ready failed destroying",
        ready="failed destroying",
        failed="pending destroying",
        destroying="destroyed failed",
    ),
)
