"""Templates: drafted, checked, published."""

from __future__ import annotations

from chalicelib.domain.compose import plan_compose
from chalicelib.domain.errors import Conflict, Fault, Invalid, InvalidPlan, Taken
from chalicelib.domain.hostnames import label_from
from chalicelib.domain.plan import Plan
from chalicelib.domain.variables import Definition, parse_definitions
from chalicelib.ports.records import (
    Change,
    Count,
    Create,
    Record,
    Release,
    Reserve,
    Selection,
)
from chalicelib.resources.templates import CreateTemplate
from chalicelib.services.counters import slug_key, total_key
from chalicelib.services.plans import config_files
from chalicelib.services.tools import Tools

PLACEHOLDERS = {"integer": "1", "boolean": "true", "domain": "app.example.com"}


def draft(tools: Tools, given: CreateTemplate, *, owner: str) -> Record:
    """Make a draft. Raises `Invalid` with every fault, the compose text's line included."""
    definitions = parse_definitions(given.variables)
    files = [f.model_dump() for f in given.config_files]
    plan = _check(given.compose_spec, definitions, files)
    template_id, now = tools.new_id("tmpl_"), tools.now()
    slug = label_from(given.name)
    record = Record(
        id=template_id,
        type="templates",
        owner=owner,
        status="draft",
        created_at=now,
        updated_at=now,
        attributes={
            **given.model_dump(exclude={"config_files"}),
            "config_files": files,
            "slug": slug,
            "published": False,
            "resources_cpu_cores": plan.cpus,
            "resources_memory_mb": plan.memory_mb,
            "ignored_keys": list(plan.ignored),
            "services": [{"name": s.name, "image": s.image} for s in plan.services],
        },
    )
    try:
        tools.records().commit(
            Create(record),
            Reserve(slug_key("templates", slug), template_id),
            Count(total_key("templates", owner), 1),
            tools.told(record, "created", owner),
        )
    except Taken as error:
        detail = f"A template called {slug} exists already; choose another name."
        raise Conflict(detail, code="name_taken", pointer="/data/attributes/name") from error
    return record


def _check(text: str, definitions: tuple[Definition, ...], files: list[dict[str, str]]) -> Plan:
    """Plan the compose text with placeholders, so that a draft that cannot run is refused."""
    values = {d.name: placeholder(d) for d in definitions}
    try:
        return plan_compose(text, variables=values, config_files=config_files(files))
    except InvalidPlan as error:
        pointer = "/data/attributes/compose_spec"
        raise Invalid((Fault(pointer, error.detail, error.rule),)) from error


def placeholder(definition: Definition) -> str:
    """A value that fits a variable, to plan with before anybody chose one."""
    if definition.default is not None:
        return str(definition.default)
    if definition.options:
        return str(definition.options[0])
    return PLACEHOLDERS.get(definition.type, "placeholder")


def publish(tools: Tools, template: Record, *, published: bool, actor: str) -> Record:
    """Show a template to everybody, or take it back; repeats change nothing."""
    if template.public == published:
        return template
    record = tools.records().change(
        Change(
            of=template,
            status="published" if published else "draft",
            attributes={"published": published},
            public=published,
            if_version=template.version,
        )
    )
    name = "published" if published else "unpublished"
    tools.records().tell(tools.told(template, name, actor))
    return record


def delete(tools: Tools, template: Record, *, actor: str) -> None:
    """Delete a template that nothing runs any more. Raises `Conflict` naming what does."""
    page = tools.records().select(
        Selection("deployments", parent=template.id), limit=10, after=None, before=None
    )
    if page.records:
        names = ", ".join(record.id for record in page.records)
        detail = f"Apps of this template exist: {names}. It can be unpublished instead."
        raise Conflict(detail, code="in_use")
    tools.records().commit(
        Change(of=template, status="deleted", bury=True, if_version=template.version),
        Release(slug_key("templates", template.attributes["slug"]), template.id),
        Count(total_key("templates", template.owner), -1),
        tools.told(template, "deleted", actor),
    )
