"""What must not be after a cell: asked of the provider's stand-in and of the store itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from infra.local.platform.layout import INSTALLATION

Json = dict[str, Any]
AT_REST = frozenset({"running", "stopped", "ready", "online", "lost", "deleted", "destroyed"})
"""Where work may end without a reason."""
WITH_REASON = frozenset({"failed", "offline"})
GONE = frozenset({"deleted", "destroyed"})


@dataclass(frozen=True)
class Store:
    """The local tables; `client` is boto3's of DynamoDB."""

    client: Any

    def record(self, record: str) -> Json | None:
        """One record as it is stored: type, status, attributes and more; None without one."""
        answer = self.client.get_item(
            TableName=f"{INSTALLATION}-resources", Key={"id": {"S": record}}, ConsistentRead=True
        )
        item = answer.get("Item")
        return None if item is None else {name: _plain(value) for name, value in item.items()}

    def reservations(self) -> list[Json]:
        """Every reservation and counter."""
        pages = self.client.get_paginator("scan").paginate(
            TableName=f"{INSTALLATION}-reservations", ConsistentRead=True
        )
        items = [item for page in pages for item in page["Items"]]
        return [{name: _plain(value) for name, value in item.items()} for item in items]

    def leaked(self, records: set[str]) -> list[str]:
        """What some of these records hold although they are gone."""
        gone = {record for record in records if self._is_gone(record)}
        return [str(item["key"]) for item in self.reservations() if item.get("holder") in gone]

    def still_counted(self, owner: str, nodes: set[str]) -> list[str]:
        """Counters of an owner who has nothing left, and of nodes on which nothing is.

        That nothing was ever counted for the owner is told, too: it cannot be.
        """
        counters = {str(item["key"]): item.get("value") or 0 for item in self.reservations()}
        plan = f"plan#{owner}#"
        if not any(key.startswith(plan) for key in counters):
            return [f"{plan}: nothing was counted"]
        starts = (plan, *(f"capacity#{node}#" for node in nodes))
        return [f"{key}={by:g}" for key, by in counters.items() if by and key.startswith(starts)]

    def _is_gone(self, record: str) -> bool:
        found = self.record(record)
        return found is None or found["status"] in GONE


def orphans(cloud: str, store: Store, provision: str) -> list[str]:
    """Servers with a record's tag that the record does not name, or that outlived it."""
    record = store.record(provision)
    tag = f"{INSTALLATION}-{provision}"
    there = [d for d in _told(cloud)["droplets"] if tag in d["tags"] and not d["leaving"]]
    named = ""
    if record is not None and record["status"] not in GONE:
        named = str(record["data"].get("provider_instance_id") or "")
    return [str(droplet["id"]) for droplet in there if str(droplet["id"]) != named]


def double_creates(cloud: str, provision: str) -> int:
    """How many servers were ever ordered for a record while it still had another one."""
    tag = f"{INSTALLATION}-{provision}"
    return beside([droplet for droplet in _told(cloud)["history"] if tag in droplet["tags"]])


def beside(history: Sequence[Json]) -> int:
    """How many servers of a history, oldest first, were made before an older one was gone."""
    return sum(
        any(not old["gone_at"] or old["gone_at"] > made["created_at"] for old in history[:number])
        for number, made in enumerate(history)
    )


def _told(cloud: str) -> Json:
    told: Json = httpx.get(f"{cloud}/_local/droplets", trust_env=False).json()
    return told


def _plain(value: Json) -> Any:
    """A value of DynamoDB's as Python's own."""
    [(kind, inner)] = value.items()
    if kind == "M":
        return {name: _plain(one) for name, one in inner.items()}
    if kind == "L":
        return [_plain(one) for one in inner]
    return float(inner) if kind == "N" else None if kind == "NULL" else inner
