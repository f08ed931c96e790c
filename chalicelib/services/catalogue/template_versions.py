"""Versions of a template: each has a record of its own, and what was published never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import quote

from chalicelib.domain.errors import Conflict, Fault, Invalid, NotFound
from chalicelib.domain.semver import precedence
from chalicelib.domain.template_check import check_version, config_files
from chalicelib.domain.version_difference import difference
from chalicelib.engine.visibility import can_see
from chalicelib.ports.records import Change, Create, Page, Record, Selection
from chalicelib.resources.templates import (
    NOT_IN_LISTS,
    OF_VERSION,
    TEMPLATE_VERSIONS,
    TEMPLATES,
    TemplateVersion,
)
from chalicelib.services.catalogue import catalogue, offered_versions
from chalicelib.services.catalogue.texts import ADDRESS, kept_texts, with_texts
from chalicelib.services.tools import Tools

PLANNED = ("resources_cpu_cores", "resources_memory_mb", "ignored_keys", "services", "backup")
"""What the plan of a compose text tells."""
KEPT = (*OF_VERSION, *PLANNED, ADDRESS)
PROOF = "proof"
"""The attribute of a version, and of its template, that holds what was measured of it."""


def version_id(template_id: str, version: str) -> str:
    """The id of a version's record."""
    return f"{template_id}@{version}"


def parent_of_versions(template_id: str) -> str:
    """What a template's versions hang on; its deployments hang on the template itself."""
    return f"{template_id}#versions"


def is_released(template: Record) -> bool:
    """Whether the present version was ever published: then it never changes."""
    return template.public or bool(template.attributes.get("released"))


def planned(parts: Mapping[str, Any]) -> dict[str, Any]:
    """What the plan of a version tells. Raises `Invalid` with every fault of variables and text."""
    files = config_files(parts["config_files"])
    plan = check_version(parts["compose_spec"], parts["variables"], files)
    return {
        "resources_cpu_cores": plan.cpus,
        "resources_memory_mb": plan.memory_mb,
        "ignored_keys": [str(note) for note in plan.notes],
        "services": [{"name": s.name, "image": s.image} for s in plan.services],
        "backup": {
            "dumps": [dump.service for dump in plan.dumps],
            "stopped_for": list(plan.stopped_for),
        },
    }


def parts_of(tools: Tools, template: Record) -> dict[str, Any]:
    """What the present version is made of, its texts included."""
    attributes = with_texts(tools, template).attributes
    parts = {name: attributes.get(name) for name in OF_VERSION}
    for name in ("variables", "config_files", "required_capabilities"):
        parts[name] = parts[name] or []
    return parts


def require_higher(version: str, than: str | None) -> None:
    """Raise `Invalid` unless a version comes after every earlier one."""
    if than is not None and precedence(version) <= precedence(than):
        detail = f"version: {version} is not higher than {than}, which exists already."
        raise Invalid((Fault("/data/attributes/version", detail, "version_not_higher"),))


def version_record(template: Record, now: str) -> Record:
    """The record of a template's present version."""
    attributes = template.attributes
    released = is_released(template)
    return Record(
        id=version_id(template.id, attributes["version"]),
        type="template_versions",
        owner=template.owner,
        status="released" if released else "draft",
        created_at=attributes.get("version_created_at") or template.created_at,
        updated_at=now,
        attributes={
            "template_id": template.id,
            "released": released,
            **{name: attributes.get(name) for name in KEPT},
            PROOF: proof_of(attributes, attributes["version"]),
        },
        parent=parent_of_versions(template.id),
    )


def proof_of(attributes: Mapping[str, Any], version: str) -> dict[str, Any] | None:
    """What was measured of this version, as far as the attributes of its template tell it."""
    told = attributes.get(PROOF)
    return dict(told) if told and told["template_version"] == version else None


def add_version(tools: Tools, template: Record, sent: Mapping[str, Any], *, actor: str) -> Record:
    """Make a new version the present one; of a published template, it is published at once.

    What is not sent stays as it is. Raises `Invalid` with every fault, and `Stale` when the
    template changed meanwhile.
    """
    present = template.attributes["version"]
    require_higher(sent["version"], present)
    parts = {**parts_of(tools, template), **sent}
    now = tools.now()
    changed = {
        **parts,
        **planned(parts),
        **kept_texts(tools, parts),
        "released": template.public,
        "previous_version": present,
        "version_created_at": now,
    }
    after = replace(template, attributes={**template.attributes, **changed})
    made = version_record(after, now)
    tools.records().commit(
        Change(of=template, attributes=changed, if_version=template.version),
        Create(made),
        tools.told(template, "version_added", actor, version=sent["version"]),
    )
    if template.public:
        catalogue.changed(tools, template)
        offered_versions.published(tools, template.id)
    return made


def try_version(
    tools: Tools, template: Record, sent: Mapping[str, Any]
) -> tuple[Record, dict[str, Any]]:
    """What a new version would be, texts included, and what it would change; nothing is kept.

    Raises `Invalid` with every fault.
    """
    require_higher(sent["version"], template.attributes["version"])
    present = parts_of(tools, template)
    parts = {**present, **sent}
    now = tools.now()
    changed = {**parts, **planned(parts), "version_created_at": now}
    tried = replace(template, attributes={**template.attributes, **changed})
    return version_record(tried, now), asdict(difference(present, parts))


def changed_between(before: Record, after: Record) -> dict[str, Any]:
    """What one version changes of another; both with their texts."""
    return asdict(difference(before.attributes, after.attributes))


def template_for(tools: Tools, template_id: str, *, reader: str | None) -> Record:
    """Read the template that versions hang on. Raises `NotFound` for one that is not seen."""
    found = tools.records().get(template_id)
    if found is None or not can_see(TEMPLATES, found, reader):
        raise NotFound(f"There is no template {template_id} that you can see.")
    return found


def versions_of(
    tools: Tools,
    template: Record,
    *,
    reader: str | None,
    limit: int,
    after: str | None,
    before: str | None,
) -> Page:
    """Read one page of a template's versions, newest first; drafts are their owner's alone."""
    selection = Selection("template_versions", parent=parent_of_versions(template.id))
    page = tools.records().select(selection, limit=limit, after=after, before=before)
    shown = tuple(version for version in page.records if _is_shown(version, reader))
    return Page(shown, page.after, page.before)


def version_of(tools: Tools, template: Record, version: str, *, reader: str | None) -> Record:
    """Read one version. Raises `NotFound`."""
    found = tools.records().get(version_id(template.id, version))
    if found is None or found.type != "template_versions" or not _is_shown(found, reader):
        raise NotFound(f"There is no version {version} of this template that you can see.")
    return found


def _is_shown(version: Record, reader: str | None) -> bool:
    gone = version.status == TEMPLATE_VERSIONS.states.final
    return not gone and (version.owner == reader or version.status == "released")


def document(version: Record, *, listed: bool) -> dict[str, Any]:
    """Write a version, its texts included, as a resource object below its template."""
    template_id = version.attributes["template_id"]
    attributes = {
        **{name: version.attributes.get(name) for name in TemplateVersion.model_fields},
        "creator_id": version.owner,
        "created_at": version.created_at,
        "updated_at": version.updated_at,
    }
    shown = {k: v for k, v in attributes.items() if not (listed and k in NOT_IN_LISTS)}
    place = (
        f"/api/v1/templates/{quote(template_id)}/versions/{quote(version.attributes['version'])}"
    )
    return {
        "type": TEMPLATE_VERSIONS.name,
        "id": version.id,
        "attributes": shown,
        "relationships": {"template": {"data": {"type": "templates", "id": template_id}}},
        "links": {"self": place},
    }


def refuse_change(template: Record, names: list[str]) -> None:
    """Raise `Conflict` when what is to change belongs to a version that was published."""
    if names and is_released(template):
        version, path = template.attributes["version"], f"/api/v1/templates/{template.id}/versions"
        detail = (
            f"Version {version} was published, so that {', '.join(names)} cannot change."
            f" Make a new version with POST {path}."
        )
        pointer = f"/data/attributes/{names[0]}"
        raise Conflict(detail, code="version_immutable", pointer=pointer)
