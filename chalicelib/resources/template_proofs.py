"""Proofs: a version of a template tried on a server of its own, and what was measured of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states


class TemplateProofAttributes(BaseModel):
    """What a creator sees of a proof. Times are RFC 3339 UTC."""

    template_id: str
    template_version: str
    cloud_credential_id: str
    region: str
    size: str
    cloud_provision_id: str | None = None
    """The server that was made for it; null before."""
    deployment_id: str | None = None
    """The app that was made for it; null before."""
    healthy_seconds: float | None = None
    """From the app's start, images not there yet, until it was healthy and answered."""
    restart_seconds: float | None = None
    """From the restart of the server until the app was healthy and answered again."""
    peak_memory_mb: int | None = None
    """The most that all its containers held together, without what the kernel takes back."""
    peak_cpu_cores: float | None = None
    """The most cores that they used together between two looks."""
    disk_mb: int | None = None
    """Its images, volumes, writable layers, logs and files."""
    error_code: str | None = None
    error_message: str | None = None
    started_at: str
    finished_at: str | None = None


class ProveVersion(BaseModel):
    """What a creator sends to have a version proven."""

    model_config = ConfigDict(extra="forbid")

    cloud_credential_id: str
    region: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    size: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,60}$")]


TEMPLATE_PROOFS = Resource(
    name="template_proofs",
    singular="proof",
    prefix="proof_",
    owner_field="creator_id",
    attributes=TemplateProofAttributes,
    create=ProveVersion,
    update=None,
    verbs=frozenset({"list", "get"}),
    filters=frozenset({"status", "template_id"}),
    references={
        "template_id": "templates",
        "cloud_credential_id": "cloud_credentials",
        "cloud_provision_id": "cloud_provisions",
        "deployment_id": "deployments",
    },
    parent_field="template_id",
    hangs_on="{id}#proofs",
    states=states(
        "pending",
        final="deleted",
        pending="proving failed",
        proving="proven failed",
        proven="deleted",
        failed="deleted",
    ),
)
