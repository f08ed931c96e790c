"""What an in-memory store keeps of a record: the columns of its item, index keys included."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from chalicelib.adapters.records.items import (
    DUE,
    GONE,
    WATCHED,
    due_shard,
    fields_of,
    is_key,
    owner_link,
    owner_status,
    owner_type,
    watch_shard,
    work_shard,
)
from chalicelib.domain.errors import TooLarge
from chalicelib.ports.records import Change, Record, Work
from chalicelib.ports.secrets import oldest_mark

Item = dict[str, Any]
MAX_ITEM_BYTES = 400_000


def copied(value: Any) -> Any:
    """A copy that shares nothing which can be changed; what is no JSON is refused."""
    kind = type(value)
    if kind is str or kind is int or kind is float or kind is bool or value is None:
        return value
    if kind is dict:
        return {key: copied(inner) for key, inner in value.items()}
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [copied(inner) for inner in value]
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    raise TypeError(f"{kind.__name__} cannot be stored")


def item_of(record: Record) -> Item:
    """Write a new record as its item. Raises `TooLarge`."""
    item: Item = {key: copied(value) for key, value in fields_of(record).items()}
    refuse_too_large(item)
    return item


def record_in(item: Item) -> Record:
    """Read a record from its item; nobody changes what was read, so each is made once."""
    if "record" not in item:
        item["record"] = _record_in(item)
    found: Record = item["record"]
    return found


def _record_in(item: Item) -> Record:
    work = item.get("work")
    return Record(
        id=item["id"],
        type=item["type"],
        owner=item["owner"],
        status=item["status"],
        created_at=item["created_at"],
        updated_at=item["updated_at"],
        version=item["version"],
        generation=item["generation"],
        health=item["health"],
        work=Work(**work) if work else None,
        attributes=item["data"],
        sealed=dict(item["sealed"]),
        parent=item.get("parent"),
        node=item.get("node"),
        public=item.get("public_type") is not None,
    )


def refuse_too_large(item: Item) -> None:
    """Refuse what one item cannot hold; what has no long text is not measured."""
    if any(isinstance(v, str) and len(v) > MAX_ITEM_BYTES // 8 for v in item["data"].values()):
        size = len(json.dumps(item["data"], ensure_ascii=False).encode())
        if size > MAX_ITEM_BYTES:
            raise TooLarge("The record is larger than what can be stored.")


def holds(item: Item | None, change: Change) -> bool:
    """Whether a record is as a change demands."""
    if item is None:
        return False
    if change.if_status and item["status"] not in change.if_status:
        return False
    if change.if_generation is not None and item["generation"] != change.if_generation:
        return False
    working = item.get("work") is not None
    if (change.if_idle and working) or (change.if_working and not working):
        return False
    if change.of.pinned and item["version"] != change.of.version:
        return False
    return change.if_version is None or item["version"] == change.if_version


def changed(before: Item, change: Change, now: str) -> Item:
    """The item after a change of it. Raises `TooLarge`."""
    item, record = dict(before), change.of
    item.pop("record", None)
    if not change.aside:
        item["version"] += 1
        item["updated_at"] = now
    if change.status is not None:
        item["status"] = change.status
        item["owner_status"] = owner_status(record.type, record.owner, change.status)
    if change.attributes:
        item["data"] = item["data"] | copied(change.attributes)
    _watch(item, change)
    _due(item, change)
    _seal(item, change)
    if change.health is not None:
        item["health"] = change.health
    if change.generation is not None:
        item["generation"] = change.generation
    _work(item, change)
    if change.bury:
        _bury(item, record)
    else:
        _list(item, change)
    refuse_too_large(item)
    return item


def _watch(item: Item, change: Change) -> None:
    record = change.of
    if record.type not in WATCHED:
        return
    status = change.status or record.status
    becomes = replace(record, status=status, attributes=record.attributes | change.attributes)
    shard = watch_shard(becomes)
    if change.bury or status in GONE:
        item["watch_shard"] = None
    elif shard and (change.status is not None or "host_key" in change.attributes):
        item["watch_shard"] = shard


def _due(item: Item, change: Change) -> None:
    record = change.of
    name = DUE.get(record.type)
    if name is None or not (change.bury or name in change.attributes):
        return
    due_at = None if change.bury else change.attributes[name]
    item["due_shard"] = due_shard(record) if due_at else None
    item["due_at"] = due_at or None


def _seal(item: Item, change: Change) -> None:
    kept = {name: text for name, text in item["sealed"].items() if name not in change.unseal}
    item["sealed"] = kept | dict(change.sealed)
    mark, new = change.seal_mark, oldest_mark(change.sealed.values())
    if change.unseal and mark is None:
        item["seal_key"] = item["sealed_at"] = None
    elif mark is not None:
        item["seal_key"], item["sealed_at"] = mark.key, mark.at
    elif new is not None and item.get("seal_key") is None:
        item["seal_key"], item["sealed_at"] = new.key, new.at


def _work(item: Item, change: Change) -> None:
    if change.set_work is not None:
        item["work"] = asdict(change.set_work)
        item["work_shard"] = work_shard(change.of.id)
        item["work_since"] = change.set_work.started_at
    if change.work_step is not None:
        item["work"] = {**item["work"], "step": change.work_step}
    if change.request_cancel:
        item["work"] = {**item["work"], "cancel_requested": True}
    if change.clear_work:
        item["work"] = item["work_shard"] = item["work_since"] = None


def _bury(item: Item, record: Record) -> None:
    item["sealed"] = {}
    item["owner_type"] = owner_type(f"buried-{record.type}", record.owner)
    links = ("parent", "node", "owner_parent", "owner_node", "public_type")
    for column in (*links, "seal_key", "sealed_at"):
        item[column] = None


def _list(item: Item, change: Change) -> None:
    record = change.of
    for name, other in (("parent", change.parent), ("node", change.node)):
        if other is not None:
            item[name] = other or None
            owned = owner_link(record.type, record.owner, other) if other else None
            item[f"owner_{name}"] = owned
    if change.public is not None:
        item["public_type"] = record.type if change.public else None


__all__ = ["Item", "changed", "copied", "holds", "is_key", "item_of", "record_in"]
