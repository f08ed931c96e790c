"""Templates: what creators publish and customers deploy."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.domain.catalogue import SORTS
from chalicelib.domain.errors import Fault
from chalicelib.domain.template_check import config_files, faults_of
from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.shapes import File, HowSaved, Measured, TemplateService, Variable
from chalicelib.resources.template_fields import (
    Category,
    Compose,
    ConfigFiles,
    CreatorName,
    Description,
    DiskMegabytes,
    Labels,
    PriceCents,
    Readme,
    Tags,
    TemplateName,
    Variables,
    Version,
)

OF_VERSION = (
    *("version", "compose_spec", "variables", "config_files", "readme"),
    *("required_capabilities", "resources_disk_mb"),
)
"""What a version is made of; once it was published it never changes."""


class TemplateAttributes(BaseModel):
    """What a reader sees of a template."""

    name: str
    slug: str
    description: str | None = None
    creator_name: str | None = None
    version: str
    compose_spec: str | None = None
    variables: list[Variable]
    config_files: list[File] | None = None
    readme: str | None = None
    tags: list[str] | None = None
    required_capabilities: list[str] | None = None
    category: str | None = None
    resources_cpu_cores: float | None = None
    resources_memory_mb: int | None = None
    resources_disk_mb: int | None = None
    price_monthly_cents: int | None = None
    start_seconds: int | None = None
    starts: int | None = None
    proof: Measured | None = None
    """What was measured of its newest version that was proven."""
    published: bool
    withdrawn_reason: str | None = None
    """Why the platform's owner took it out of the catalogue, for its creator; null otherwise."""
    ignored_keys: list[str] | None = None
    services: list[TemplateService] | None = None
    backup: HowSaved | None = None
    """How its apps are saved; null where that is not known yet."""


class VersionParts(BaseModel):
    """What a version holds beside its number."""

    model_config = ConfigDict(extra="forbid")

    compose_spec: Compose = Field(default_factory=str)
    variables: Variables = Field(default_factory=list)
    config_files: ConfigFiles = Field(default_factory=list)
    readme: Readme = ""
    required_capabilities: Labels = Field(default_factory=list)
    resources_disk_mb: DiskMegabytes = 0

    @classmethod
    def further_faults(cls, attributes: dict[str, Any]) -> tuple[Fault, ...]:
        """What is wrong with variables and compose text, beside attributes that do not fit."""
        fitting: dict[str, Any] = {"compose_spec": None, "variables": [], "config_files": []}
        for name in fitting.keys() & attributes.keys():
            try:
                fitting[name] = getattr(VersionParts.model_validate({name: attributes[name]}), name)
            except ValidationError:
                fitting[name] = None
        if fitting["variables"] is None:
            return ()
        if fitting["config_files"] is None:
            fitting |= {"compose_spec": None, "config_files": []}
        files = config_files([file.model_dump() for file in fitting["config_files"]])
        return faults_of(fitting["compose_spec"], fitting["variables"], files)


class Listing(BaseModel):
    """What the catalogue tells of a template beside its name; it may always change."""

    description: Description = ""
    creator_name: CreatorName = ""
    category: Category = ""
    tags: Tags = Field(default_factory=list)
    price_monthly_cents: PriceCents = 0


class CreateTemplate(Listing, VersionParts):
    """What a creator sends to make a draft."""

    name: TemplateName
    version: Version
    compose_spec: Compose


class UpdateTemplate(Listing, VersionParts):
    """What a creator may change of a draft; of a published version, what is not `OF_VERSION`."""

    name: TemplateName = ""
    version: Version = ""


class CreateVersion(VersionParts):
    """What a creator sends for a new version; what is left out stays as it is."""

    version: Version


class TemplateVersion(BaseModel):
    """What a reader sees of one version."""

    template_id: str
    version: str
    released: bool
    compose_spec: str | None = None
    variables: list[dict[str, Any]] | None = None
    config_files: list[dict[str, Any]] | None = None
    readme: str | None = None
    required_capabilities: list[str] | None = None
    resources_cpu_cores: float | None = None
    resources_memory_mb: int | None = None
    resources_disk_mb: int | None = None
    ignored_keys: list[str] | None = None
    services: list[dict[str, Any]] | None = None
    backup: HowSaved | None = None
    """How its apps are saved; null where that is not known yet."""
    proof: Measured | None = None
    creator_id: str
    created_at: str
    updated_at: str


NOT_IN_LISTS = frozenset({"compose_spec", "config_files", "readme"})

TEMPLATE_VERSIONS = Resource(
    name="template_versions",
    singular="version",
    prefix=None,
    owner_field="creator_id",
    attributes=TemplateVersion,
    create=CreateVersion,
    update=None,
    verbs=frozenset(),
    public_read=True,
    shows_status=False,
    not_in_lists=NOT_IN_LISTS,
    references={"template_id": "templates"},
    in_contents=True,
    sorts=("-created_at",),
    counted=False,
    states=states("draft", final="deleted", draft="released deleted"),
)
"""Versions of a template; served below it by operations of their own."""

TEMPLATES = Resource(
    name="templates",
    singular="template",
    prefix="tmpl_",
    owner_field="creator_id",
    attributes=TemplateAttributes,
    create=CreateTemplate,
    update=UpdateTemplate,
    verbs=frozenset({"get"}),
    public_read=True,
    shows_status=False,
    not_in_lists=NOT_IN_LISTS,
    in_contents=True,
    elsewhere={
        "icon_url": "templates have no icon; show one in the README.",
        "documentation_url": "link to it in the description or the README.",
        "resource_requirements": "CPU and memory follow from the compose text;"
        " send resources_disk_mb for the disk.",
    },
    filters=frozenset({"search", "category", "related"}),
    filters_join=True,
    aside=frozenset({"start_seconds", "starts", "proof"}),
    sorts=SORTS,
    states=states("draft", final="deleted", draft="published deleted", published="draft deleted"),
)
