"""The format of a template as files: what `template.yaml` may say beside the compose text.

`docs/templates.md` describes it for creators; `template.schema.json` is made of these models.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.variables import GENERATORS, MAX_GENERATED, MIN_GENERATED, VariableType
from chalicelib.resources.template_fields import (
    Category,
    Description,
    DiskMegabytes,
    Labels,
    PriceCents,
    Tags,
    TemplateName,
    Version,
)

Text = Annotated[str, StringConstraints(min_length=1)]
Kind = Annotated[str, Field(json_schema_extra={"enum": sorted(GENERATORS)})]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Route(_Strict):
    """Where the app's host names lead."""

    service: Text
    port: Annotated[int, Field(ge=1, le=65_535)]


class Generator(_Strict):
    """How a value is made that nobody gave."""

    kind: Kind
    length: Annotated[int, Field(ge=MIN_GENERATED, le=MAX_GENERATED)] = 32
    """In characters; of `base64_bytes` in bytes before they are encoded."""
    secret: str | None = None
    """Of a `jwt`: the variable that signs it."""
    claims: str | None = None
    """Of a `jwt`: what it says, as JSON."""


class Variable(_Strict):
    """A value that whoever deploys the template may choose."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,127}$")]
    label: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    type: VariableType
    description: Annotated[str, StringConstraints(max_length=2000)] = ""
    default: str | int | bool | None = None
    required: bool = False
    options: list[Text] | None = None
    """Of an enum: what can be chosen."""
    validation: str | None = None
    """A regular expression that the whole value matches."""
    generator: Kind | Generator | None = None


class File(_Strict):
    """A file that the app finds in its containers."""

    path: Text
    """Where it is there, absolute; or relative, for a bind of the compose text."""
    file: Text
    """Where its text is in the template's folder."""
    mode: Annotated[str, StringConstraints(pattern=r"^0?[0-7]{3}$")] = "0644"


class Template(_Strict):
    """What `template.yaml` holds; compose text and README stand beside it."""

    name: TemplateName
    """Its slug, and the name of the folder, is made of it."""
    version: Version
    """Raised with every change of what is deployed: a published version never changes."""
    description: Annotated[Description, StringConstraints(min_length=20)]
    category: Annotated[Category, StringConstraints(min_length=1)]
    tags: Tags
    price_monthly_cents: PriceCents
    disk_mb: DiskMegabytes
    """What it needs of its server's disk."""
    route: Route | Literal[False]
    """What the compose text comes to; false where nothing speaks HTTP."""
    variables: list[Variable] = Field(default_factory=list)
    files: list[File] = Field(default_factory=list)
    required_capabilities: Labels = Field(default_factory=list)
    """What a plan and a server must allow."""
    notes: Annotated[str, StringConstraints(max_length=4000)] = ""
    """What to do after the start; it ends the README."""


def schema() -> dict[str, Any]:
    """The JSON Schema of `template.yaml`, for editors and for checks."""
    made = Template.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}
