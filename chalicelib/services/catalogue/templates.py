"""Templates: drafted, changed, published, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Price
from chalicelib.domain.errors import Conflict, Taken
from chalicelib.domain.slugs import slug_from
from chalicelib.ports.records import (
    Change,
    Count,
    Create,
    Put,
    Record,
    Release,
    Reserve,
    Selection,
    Write,
)
from chalicelib.ports.runs import SetPrice
from chalicelib.resources.templates import OF_VERSION
from chalicelib.services import uses
from chalicelib.services.catalogue import catalogue, offered_versions, shown_prices
from chalicelib.services.catalogue.template_versions import (
    PROOF,
    parts_of,
    planned,
    proof_of,
    refuse_change,
    require_higher,
    version_id,
    version_record,
)
from chalicelib.services.catalogue.texts import kept_texts
from chalicelib.services.catalogue.withdrawing import refuse_withdrawn
from chalicelib.services.counters import slug_key, total_key
from chalicelib.services.metering.metering import first_price
from chalicelib.services.tools import Tools


def sketch(tools: Tools, given: Mapping[str, Any], *, owner: str) -> Record:
    """What a draft would be, texts included; nothing is kept.

    Raises `Invalid` with every fault, the compose text's line included.
    """
    now = tools.now()
    return Record(
        id=tools.new_id("tmpl_"),
        type="templates",
        owner=owner,
        status="draft",
        created_at=now,
        updated_at=now,
        attributes={
            **given,
            **planned(given),
            "slug": slug_from(given["name"]),
            "published": False,
            "version_created_at": now,
        },
    )


def draft(tools: Tools, given: Mapping[str, Any], *, owner: str) -> Record:
    """Make a draft. Raises `Invalid` with every fault, the compose text's line included."""
    sketched = sketch(tools, given, owner=owner)
    kept = {**sketched.attributes, **kept_texts(tools, given)}
    record = replace(sketched, attributes=kept)
    slug, now = kept["slug"], record.created_at
    _commit(
        tools,
        slug,
        Create(record),
        Create(version_record(record, now)),
        Reserve(slug_key("templates", slug), record.id),
        Count(total_key("templates", owner), 1),
        first_price(record, clock.seconds_of(now)),
        tools.told(record, "created", owner),
    )
    return record


def _commit(tools: Tools, slug: str, *writes: Write) -> None:
    """Commit; a slug that is taken is told of the name."""
    try:
        tools.records().commit(*writes)
    except Taken as error:
        detail = f"A template called {slug} exists already; choose another name."
        raise Conflict(detail, code="name_taken", pointer="/data/attributes/name") from error


def update(tools: Tools, template: Record, sent: Mapping[str, Any], *, actor: str) -> Record:
    """Change what was sent, all of it or nothing; a new name takes its slug along.

    Raises `Conflict` with code `version_immutable` or `name_taken`, `Invalid` with every fault,
    and `Stale` when the template changed meanwhile.
    """
    present = parts_of(tools, template)
    parts = {
        name: sent[name] for name in OF_VERSION if name in sent and sent[name] != present[name]
    }
    refuse_change(template, list(parts))
    changed = {name: value for name, value in sent.items() if name not in OF_VERSION}
    if parts:
        if "version" in parts:
            require_higher(parts["version"], template.attributes.get("previous_version"))
        whole = {**present, **parts}
        changed |= {**whole, **planned(whole), **kept_texts(tools, whole)}
        changed |= _proof_before(tools, template)
    slug = slug_from(sent["name"]) if "name" in sent else template.attributes["slug"]
    changed["slug"] = slug
    priced = tuple(_changed_price(tools, template, sent))
    writes = [
        Change(of=template, attributes=changed, if_version=template.version),
        *_moved_slug(template, slug),
        *priced,
        tools.told(template, "updated", actor, fields=sorted(sent)),
    ]
    if parts:
        after = replace(template, attributes={**template.attributes, **changed})
        writes += [Put(version_record(after, tools.now())), *_left_version(tools, template, after)]
    _commit(tools, slug, *writes)
    if template.public:
        catalogue.changed(tools, template)
    if priced:
        shown_prices.changed(tools, template.id)
    return _read(tools, template)


def _proof_before(tools: Tools, template: Record) -> dict[str, Any]:
    """What was measured of a draft holds no longer once it changes: an earlier version's does."""
    attributes = template.attributes
    if proof_of(attributes, attributes["version"]) is None:
        return {}
    earlier = attributes.get("previous_version")
    version = tools.records().get(version_id(template.id, earlier)) if earlier else None
    return {PROOF: version.attributes.get(PROOF) if version else None}


def _changed_price(tools: Tools, template: Record, sent: Mapping[str, Any]) -> Iterator[Write]:
    """Let another price hold from now on, for what runs already too."""
    price = sent.get("price_monthly_cents", template.attributes.get("price_monthly_cents"))
    if price != template.attributes.get("price_monthly_cents"):
        yield SetPrice(Price(template.id, clock.seconds_of(tools.now()), int(price)))


def _moved_slug(template: Record, slug: str) -> Iterator[Write]:
    """Hold a new slug and give the old one back."""
    old = template.attributes["slug"]
    if slug != old:
        yield Reserve(slug_key("templates", slug), template.id)
        yield Release(slug_key("templates", old), template.id)


def _left_version(tools: Tools, before: Record, after: Record) -> Iterator[Write]:
    """Bury the record of a draft's version that is now called otherwise."""
    old = before.attributes["version"]
    if old != after.attributes["version"]:
        left = tools.records().get(version_id(before.id, old))
        if left is not None:
            yield Change(of=left, status="deleted", bury=True)


def _read(tools: Tools, template: Record) -> Record:
    """Read a template again after a write."""
    return tools.records().get(template.id) or template


def publish(tools: Tools, template: Record, *, actor: str) -> Record:
    """Show a template to everybody, after its version was checked again; repeats change nothing.

    Raises `Invalid` when the version cannot run any more, and `Conflict` with code `withdrawn`
    when the owner of the platform took it out of the catalogue.
    """
    if template.public:
        return template
    refuse_withdrawn(template)
    changed = {**planned(parts_of(tools, template)), "published": True, "released": True}
    after = replace(template, public=True, attributes={**template.attributes, **changed})
    tools.records().commit(
        Change(
            of=template,
            status="published",
            attributes=changed,
            public=True,
            if_version=template.version,
        ),
        Put(version_record(after, tools.now())),
        tools.told(template, "published", actor, version=template.attributes["version"]),
    )
    catalogue.changed(tools, template)
    if template.attributes.get("previous_version"):
        offered_versions.published(tools, template.id)
    return _read(tools, template)


def unpublish(tools: Tools, template: Record, *, actor: str) -> Record:
    """Take a template out of the catalogue; what runs of it stays, and its version as it is."""
    if not template.public:
        return template
    changed = {"published": False, "released": True}
    tools.records().commit(
        Change(
            of=template,
            status="draft",
            attributes=changed,
            public=False,
            if_version=template.version,
        ),
        tools.told(template, "unpublished", actor),
    )
    catalogue.changed(tools, template)
    return _read(tools, template)


def delete(tools: Tools, template: Record, *, actor: str) -> None:
    """Delete a template that nothing runs any more. Raises `Conflict` naming what does."""
    _refuse_used(tools, template, actor)
    try:
        tools.records().commit(
            Change(of=template, status="deleted", bury=True, if_version=template.version),
            Release(slug_key("templates", template.attributes["slug"]), template.id),
            Count(total_key("templates", template.owner), -1),
            *uses.none_left(template.id),
            tools.told(template, "deleted", actor),
        )
    except Taken:
        _refuse_used(tools, template, actor)
        raise
    if template.public:
        catalogue.changed(tools, template)


def _refuse_used(tools: Tools, template: Record, actor: str) -> None:
    uses.refuse_used(
        tools,
        template.id,
        Selection("deployments", parent=template.id),
        reader=actor,
        what="This template",
        then="Unpublish it instead, or delete these apps first.",
    )
