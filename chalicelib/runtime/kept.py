"""Attributes that are kept beside a record: read when it is shown, all of a page in one read."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring


def with_counters(resource: Resource, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Give records the attributes that their resource keeps as counters, and their last use."""
    records = _with_last_uses(resource, records)
    keys = {
        (record.id, name): key.format(id=record.id)
        for record in records
        for name, key in resource.counters.items()
    }
    if not keys:
        return records
    values = wiring.records().counters(tuple(keys.values()))
    return tuple(
        replace(
            record,
            attributes=record.attributes
            | {name: max(0, round(values[keys[record.id, name]], 6)) for name in resource.counters},
        )
        for record in records
    )


def _with_last_uses(resource: Resource, records: tuple[Record, ...]) -> tuple[Record, ...]:
    if not resource.last_use or not records:
        return records
    noted = wiring.last_uses().of(tuple(record.id for record in records))
    return tuple(
        replace(record, attributes={**record.attributes, resource.last_use: noted.get(record.id)})
        for record in records
    )
