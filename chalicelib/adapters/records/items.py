"""Records to items and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from chalicelib.ports.records import (
    DUE_SHARDS,
    NOTICE_SHARDS,
    WATCH_SHARDS,
    JournalEntry,
    Record,
    Timeline,
    TimelineStep,
    Work,
)
from chalicelib.ports.secrets import oldest_mark

WORK_SHARDS = 4
WATCHED = frozenset({"nodes", "cloud_credentials"})
"""The types of which records are watched."""
DUE = {
    "closings": "due_at",
    "domains": "due_at",
    "invoices": "due_at",
    "subscriptions": "due_at",
    "notice_deliveries": "due_at",
    "deployments": "backup_due_at",
    "backups": "drill_due_at",
}
"""The types of which records are looked at when they are due: the attribute that says when."""
PASSING = frozenset({"notice_deliveries"})
"""The types of which records are forgotten by themselves, at their attribute `expires_at`."""
GONE = frozenset({"lost", "deleted"})
"""The states in which nothing is watched any more."""
MAX_KEY_BYTES = 1024
"""What DynamoDB takes as a sort key; a partition key may be twice as long."""


def is_key(text: Any) -> bool:
    """Whether a text can be a key at all; what cannot is no key of anything stored."""
    try:
        return isinstance(text, str) and 0 < len(text.encode()) <= MAX_KEY_BYTES
    except UnicodeEncodeError:
        return False


def work_shard(record_id: str) -> str:
    """The partition of the index of working records that a record belongs to."""
    return f"work#{sum(record_id.encode()) % WORK_SHARDS}"


def watch_partition(kind: str, shard: int) -> str:
    """One partition of the index of what is watched of one type."""
    return f"{kind}#{shard}"


def watch_shard(record: Record) -> str | None:
    """The partition that a record is to be watched in; None for what is not.

    Watched are the nodes whose host key was pinned, and the cloud credentials, while they live.
    """
    is_pinned = record.type != "nodes" or bool(record.attributes.get("host_key"))
    if record.type not in WATCHED or record.status in GONE or not is_pinned:
        return None
    return watch_partition(record.type, sum(record.id.encode()) % WATCH_SHARDS)


def due_partition(kind: str, shard: int) -> str:
    """One partition of the index of what is due of one type."""
    return f"{kind}#{shard}"


def due_shard(record: Record) -> str:
    """The partition in which a record stands while its attribute of `DUE` holds a time."""
    return due_partition(record.type, sum(record.id.encode()) % DUE_SHARDS)


def created_key(record: Record) -> str:
    """The sort key of a record in every list: when it was made, then its id."""
    return f"{record.created_at}#{record.id}"


def owner_type(kind: str, owner: str) -> str:
    """The partition of everything of one type that one account owns."""
    return f"{kind}#{owner}"


def owner_status(kind: str, owner: str, status: str) -> str:
    """The partition of everything of one type and status that one account owns."""
    return f"{kind}#{owner}#{status}"


def owner_link(kind: str, owner: str, other: str) -> str:
    """The partition of everything of one type that one account has at one parent or node."""
    return f"{kind}#{owner}#{other}"


def account_type(account: str, kind: str) -> str:
    """The partition of everything that happened to one account's records of one type."""
    return f"{account}#{kind}"


def fields_of(record: Record) -> dict[str, Any]:
    """Write a record as an item's fields, index keys included."""
    fields: dict[str, Any] = {
        "id": record.id,
        "type": record.type,
        "owner": record.owner,
        "status": record.status,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "version": record.version,
        "generation": record.generation,
        "health": record.health,
        "data": record.attributes,
        "sealed": record.sealed,
        "parent": record.parent,
        "node": record.node,
        "owner_type": owner_type(record.type, record.owner),
        "owner_status": owner_status(record.type, record.owner, record.status),
        "created_key": created_key(record),
        "public_type": record.type if record.public else None,
        "watch_shard": watch_shard(record),
    }
    for link, other in (("owner_parent", record.parent), ("owner_node", record.node)):
        fields[link] = owner_link(record.type, record.owner, other) if other else None
    if record.type in DUE and (due_at := record.attributes.get(DUE[record.type])):
        fields |= {"due_shard": due_shard(record), "due_at": due_at}
    if record.type in PASSING:
        fields["expires_at"] = record.attributes["expires_at"]
    mark = oldest_mark(record.sealed.values())
    if mark is not None:
        fields |= {"seal_key": mark.key, "sealed_at": mark.at}
    if record.work is not None:
        fields |= {
            "work": asdict(record.work),
            "work_shard": work_shard(record.id),
            "work_since": record.work.started_at,
        }
    return fields


def record_of(item: Any) -> Record:
    """Read a record from an item."""
    work = item.work.as_dict() if item.work is not None else None
    return Record(
        id=item.id,
        type=item.type,
        owner=item.owner,
        status=item.status,
        created_at=item.created_at,
        updated_at=item.updated_at,
        version=int(item.version),
        generation=int(item.generation),
        health=item.health,
        work=Work(**work) if work else None,
        attributes=item.data.as_dict(),
        sealed=item.sealed.as_dict(),
        parent=item.parent,
        node=item.node,
        public=item.public_type is not None,
    )


def notice_partition(shard: int) -> str:
    """One partition of the index of entries that people are to be told of."""
    return f"notices#{shard}"


def notice_shard(entity: str) -> str:
    """The partition in which an entity's entries stand that people are to be told of."""
    return notice_partition(sum(entity.encode()) % NOTICE_SHARDS)


def entry_of(item: Any) -> JournalEntry:
    """Read a journal entry from its item."""
    return JournalEntry(
        id=item.sort,
        entity=item.entity,
        type=item.type,
        account=item.account,
        name=item.name,
        at=item.at,
        actor=item.actor or "",
        data=item.data.as_dict(),
    )


def timeline_sort(generation: int) -> str:
    """The sort key of a timeline; journal entries' keys begin with `evt_` and never meet it."""
    return f"timeline#{generation:08d}"


def timeline_of(item: Any) -> Timeline:
    """Read a timeline from its item."""
    data = item.data.as_dict()
    steps = item.steps.as_dict() if item.steps is not None else {}
    begun = item.begun.as_dict() if item.begun is not None else {}
    known = [
        TimelineStep(name=name, started_at=begun.get(name), **fields)
        for name, fields in steps.items()
    ]
    return Timeline(
        entity=item.entity,
        generation=int(data["generation"]),
        kind=data["kind"],
        execution=data["execution"],
        steps=tuple(sorted(known, key=lambda step: (step.started_at or "", step.name))),
        went_wrong=bool(item.went_wrong),
    )
