"""Templates: what creators publish and customers deploy."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states

COMPOSE_BYTES = 131_072
FILES_BYTES = 262_144
"""All config files together."""
MAX_DISK_MB = 16_777_216
TemplateName = Annotated[
    str, StringConstraints(min_length=3, max_length=100, pattern=r"^[A-Za-z0-9 \-]+$")
]
Version = Annotated[str, StringConstraints(pattern=r"^\d{1,6}\.\d{1,6}\.\d{1,6}$")]


class ConfigFile(BaseModel):
    """A file that the app finds in its containers."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    path: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    content: Annotated[str, StringConstraints(max_length=262_144)]
    mode: Annotated[str, StringConstraints(pattern=r"^0?[0-7]{3}$")] = "0644"


def _within_bounds(files: list[ConfigFile]) -> list[ConfigFile]:
    """Refuse files that are too large together; lengths of texts count characters alone."""
    size = sum(len(file.content.encode()) for file in files)
    if size > FILES_BYTES:
        detail = f"the files hold {size} bytes together; {FILES_BYTES} is the most"
        raise ValueError(detail)
    return files


class TemplateAttributes(BaseModel):
    """What a reader sees of a template."""

    name: str | None = None
    slug: str | None = None
    description: str | None = None
    version: str | None = None
    compose_spec: str | None = None
    variables: list[dict[str, Any]] | None = None
    config_files: list[dict[str, Any]] | None = None
    tags: list[str] | None = None
    required_capabilities: list[str] | None = None
    category: str | None = None
    resources_cpu_cores: float | None = None
    resources_memory_mb: int | None = None
    resources_disk_mb: int | None = None
    price_monthly_cents: int | None = None
    published: bool | None = None
    ignored_keys: list[str] | None = None
    services: list[dict[str, Any]] | None = None


class CreateTemplate(BaseModel):
    """What a creator sends to make a draft."""

    model_config = ConfigDict(extra="forbid")

    name: TemplateName
    version: Version
    compose_spec: Annotated[str, StringConstraints(min_length=1, max_length=COMPOSE_BYTES)]
    description: Annotated[str, StringConstraints(max_length=5000)] = ""
    variables: list[dict[str, Any]] = Field(default_factory=list, max_length=100)
    config_files: Annotated[list[ConfigFile], AfterValidator(_within_bounds)] = Field(
        default_factory=list, max_length=50
    )
    tags: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        default_factory=list, max_length=20
    )
    required_capabilities: list[Annotated[str, StringConstraints(max_length=40)]] = Field(
        default_factory=list, max_length=20
    )
    category: Annotated[str, StringConstraints(max_length=60)] = ""
    resources_disk_mb: Annotated[int, Field(ge=0, le=MAX_DISK_MB)] = 0
    price_monthly_cents: Annotated[int, Field(ge=0, le=10_000_000)] = 0


class UpdateTemplate(BaseModel):
    """What a creator may change of a template at any time."""

    model_config = ConfigDict(extra="forbid")

    description: Annotated[str, StringConstraints(max_length=5000)] = ""
    category: Annotated[str, StringConstraints(max_length=60)] = ""
    price_monthly_cents: Annotated[int, Field(ge=0, le=10_000_000)] = 0


TEMPLATES = Resource(
    name="templates",
    singular="template",
    prefix="tmpl_",
    owner_field="creator_id",
    attributes=TemplateAttributes,
    create=CreateTemplate,
    update=UpdateTemplate,
    verbs=frozenset({"list", "get", "update"}),
    public_read=True,
    shows_status=False,
    not_in_lists=frozenset({"compose_spec", "config_files"}),
    states=states("draft", final="deleted", draft="published deleted", published="draft deleted"),
)
