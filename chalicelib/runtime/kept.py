"""Attributes that are kept counters: read when a record is shown, all of a page in one read."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring


def with_counters(resource: Resource, records: tuple[Record, ...]) -> tuple[Record, ...]:
    """Give records the attributes whose values their resource keeps as counters."""
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
