"""Deployments: a template's app on a node."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.backup_times import USUALLY_KEPT
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.names import Name
from chalicelib.resources.shapes import Container, CustomDomain, DeploymentPort, Domain


class BackupSchedule(BaseModel):
    """When an app is backed up by itself: each day or each Sunday, within an hour in UTC."""

    model_config = ConfigDict(extra="forbid")

    every: Literal["day", "week"]
    hour: Annotated[int, Field(strict=True, ge=0, le=23)]


class DeploymentAttributes(BaseModel):
    """What an owner sees of a deployment."""

    name: str
    template_id: str
    template_version: str | None = None
    next_version: str | None = None
    """The version that a redeploy in hand leads to."""
    newest_version: str | None = None
    """The latest version of its template that it was offered; it has that one or may take it."""
    node_id: str | None = None
    allow_public_nodes: bool = False
    direct_access: bool = False
    """Whether its published ports can be reached at its server without the app proxy."""
    required_capabilities: list[str] | None = None
    variables: dict[str, str | int | float | bool | None] | None = None
    secrets: list[str] | None = None
    kept_volumes: list[str] | None = None
    """The volumes that stay on the server after a removal that keeps them, as Docker calls them."""
    domains: list[Domain]
    """Its automatic name."""
    custom_domains: list[CustomDomain] | None = None
    ports: list[DeploymentPort] | None = None
    containers: list[Container]
    resources_cpu_cores: float | None = None
    resources_memory_mb: int | None = None
    resources_disk_mb: int | None = None
    disk_used_mb: int | None = None
    """What it takes of its server's disk; null until that was measured."""
    price_monthly_cents: int | None = None
    proxy_port: int | None = None
    url: str | None = None
    direct_url: str | None = None
    """Where the routed port is without the app proxy; null without `direct_access`."""
    withdrawn_reason: str | None = None
    """Why the platform's owner took its template out of the catalogue; null where that is not."""
    error_code: str | None = None
    error_message: str | None = None
    started_at: str | None = None
    stopped_at: str | None = None
    backup_schedule: BackupSchedule | None = None
    """When it is backed up by itself; null for never."""
    backup_keep: int | None = None
    """How many backups by schedule are kept; null as long as it never had a schedule."""
    backup_due_at: str | None = None
    """When the next backup by schedule begins."""
    backup_target_id: str | None = None
    """The bucket in which its backups lie from now on; null for Hoster's own."""
    ended_reason: Literal["node_lost", "server_destroyed"] | None = None
    """Why it is `deleted`, where its owner did not ask for it."""


class CreateDeployment(BaseModel):
    """What a client sends to make a deployment."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    template_id: str
    node_id: str | None = None
    variables: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    allow_public_nodes: bool = False
    direct_access: bool = False
    """Have its published ports reachable at its server without the app proxy: unencrypted, and
    not metered. Ports that no route leads to are reached in this way alone."""


class RedeployDeployment(BaseModel):
    """What a client sends to give a deployment another version or other values.

    A value of null goes back to the variable's default, or to a new generated value.
    """

    model_config = ConfigDict(extra="forbid")

    version: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    variables: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class UpdateDeployment(BaseModel):
    """What a client may change of a deployment."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    direct_access: bool = False
    """Have its published ports reachable at its server without the app proxy: unencrypted, and
    not metered. Of an app that runs they are opened and closed within a minute or two, without a
    restart; of any other one when it starts."""
    backup_schedule: BackupSchedule | None = None
    """When it is backed up by itself, which stops it for as long as its data is sent; null for
    never. Only an app that runs is backed up."""
    backup_keep: Annotated[int, Field(strict=True, ge=1, le=50)] = USUALLY_KEPT
    """How many complete backups by schedule are kept: the oldest ones go once a newer one is
    complete. Those made by hand are neither counted nor deleted."""
    backup_target_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    """The backup target in whose bucket its backups lie from now on, those made by hand too; null
    for Hoster's own bucket. Backups that are made already stay where they are."""


DEPLOYMENTS = Resource(
    name="deployments",
    singular="deployment",
    prefix=None,
    owner_field="customer_id",
    attributes=DeploymentAttributes,
    create=CreateDeployment,
    update=UpdateDeployment,
    verbs=frozenset({"list", "get"}),
    filters=frozenset({"status", "node_id", "template_id"}),
    references={
        "template_id": "templates",
        "node_id": "nodes",
        "backup_target_id": "backup_targets",
    },
    parent_field="template_id",
    elsewhere={
        "variables": "send them to POST /api/v1/deployments/{id}/redeploy.",
        "template_version": "send version to POST /api/v1/deployments/{id}/redeploy.",
        "environment_variables": "send variables, an object of values by name.",
        "custom_domain": "add it with POST /api/v1/deployments/{id}/domains.",
        "config_overrides": "config files are the template's, one version for everybody.",
    },
    states=states(
        "pending",
        final="deleted",
        pending="scheduled failed deleting",
        scheduled="starting failed",
        starting="running failed",
        running="stopping failed deleting",
        stopping="stopped failed",
        stopped="starting deleting",
        deleting="deleted failed",
        failed="starting deleting",
    ),
)
