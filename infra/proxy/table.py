"""Read the route table in DynamoDB: its change counters, the items of a shard, certificates."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES, CHANGES, COUNTER_HOST, SHARDS

SHARD_NAMES = tuple(format(number, "02x") for number in range(SHARDS))
"""The shards that hold routes."""

COUNTED = (*SHARD_NAMES, CHALLENGES, CERTIFICATES)
"""Everything that has a change counter."""

MANY = 100
"""How many items one batch may ask for."""

Item = dict[str, Any]

_READ = (
    "host",
    "deployment_id",
    "state",
    "address",
    "port",
    "node",
    "alias",
    "certificate",
    "hsts",
)
# Many of the names are words of DynamoDB's own.
_NAMES = {f"#{name}": name for name in ("shard", *_READ, "answer", "expires_at")}


@dataclass(frozen=True)
class Count:
    """A shard's change counter."""

    changes: int = 0
    told: frozenset[str] = frozenset()
    """Which changes it tells of: the last ones, but for those that others were written over."""


def hosts_changed(before: Count | None, now: Count) -> list[str] | None:
    """The hosts that changed between two readings of a counter; None when not all are told."""
    if before is None:
        return None
    fresh = now.told - before.told
    if len(fresh) != now.changes - before.changes:
        return None
    return sorted({told.partition(" ")[0] for told in fresh})


class RouteTable:
    """The routes of one installation. Every call raises botocore's errors, within seconds."""

    def __init__(self, name: str) -> None:
        config = Config(
            connect_timeout=1,
            read_timeout=5,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        self._name = name
        self._client = boto3.client("dynamodb", config=config)
        self._lifted = threading.local()
        self._client.meta.events.register("before-parse.dynamodb.Query", self._lift)

    def _lift(self, response_dict: Any, **_: Any) -> None:
        """Read a page's items here: the SDK takes ten times as long, and changes wait for it."""
        if response_dict["status_code"] == HTTPStatus.OK:
            said = json.loads(response_dict["body"])
            self._lifted.items = said.pop("Items", [])
            response_dict["body"] = json.dumps(said).encode()

    def counters(self) -> dict[str, Count]:
        """Each shard's change counter, in one call; a shard is missing when it went unanswered.

        The read may be a moment old, at half the price: the next poll sees what this one missed.
        """
        keys = [_key(shard, COUNTER_HOST) for shard in COUNTED]
        found, unanswered = self._batch(keys, consistent=False)
        counters = dict.fromkeys(COUNTED, Count())
        for item in found:
            told = frozenset(str(item[name]) for name in CHANGES if name in item)
            counters[item["shard"]] = Count(int(item.get("counter") or 0), told)
        for key in unanswered:
            del counters[key["shard"]["S"]]
        return counters

    def items(self, shard: str) -> list[Item]:
        """The items of a shard as they are now, in as many pages as it takes."""
        asked: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": "#shard = :shard",
            "ProjectionExpression": ", ".join(_NAMES.keys() - {"#shard"}),
            "ExpressionAttributeNames": _NAMES,
            "ExpressionAttributeValues": {":shard": {"S": shard}},
            "ConsistentRead": True,
        }
        items: list[Item] = []
        while True:
            self._lifted.items = None
            page = self._client.query(**asked)
            found = self._lifted.items
            found = page["Items"] if found is None else found
            items += (item for item in map(plain, found) if item["host"] != COUNTER_HOST)
            if "LastEvaluatedKey" not in page:
                return items
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def some(self, shard: str, hosts: list[str]) -> list[Item] | None:
        """The items that a few hosts have now; None when one went unanswered."""
        found, left = self._batch([_key(shard, host) for host in hosts], consistent=True)
        return None if left else found

    def certificates(self, hosts: list[str]) -> Iterator[Item]:
        """The material of hosts' certificates as it is now, where there is any that is told."""
        for start in range(0, len(hosts), MANY):
            keys = [_key(CERTIFICATES, host) for host in hosts[start : start + MANY]]
            while keys:
                found, left = self._batch(keys, consistent=True)
                yield from found
                if len(left) == len(keys):
                    break
                keys = left

    def _batch(self, keys: list[Item], *, consistent: bool) -> tuple[list[Item], list[Item]]:
        """The items of keys, and the keys that went unanswered."""
        asked: dict[str, Any] = {self._name: {"Keys": keys, "ConsistentRead": consistent}}
        reply: Item = dict(self._client.batch_get_item(RequestItems=asked))
        left = reply.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        return [plain(item) for item in reply["Responses"].get(self._name, [])], left


def _key(shard: str, host: str) -> Item:
    return {"shard": {"S": shard}, "host": {"S": host}}


def plain(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """An item's texts, whole numbers and truths; what is something else is None."""
    return {name: _value(*next(iter(value.items()))) for name, value in item.items()}


def _value(kind: str, value: Any) -> str | int | bool | None:
    if kind == "N":
        return int(value) if value.isdecimal() else None
    return value if kind in ("S", "BOOL") else None
