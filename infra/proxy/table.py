"""Read the route table in DynamoDB: its change counters, and the routes of a shard."""

from __future__ import annotations

from typing import Any

import boto3
from boto3.dynamodb.conditions import Key
from botocore.config import Config

from chalicelib.domain.routes import SHARDS

COUNTER_HOST = "#version"
"""Where a shard keeps its change counter, among its host names."""

SHARD_NAMES = tuple(format(number, "02x") for number in range(SHARDS))


class RouteTable:
    """The routes of one installation. Every call raises botocore's errors, within seconds."""

    def __init__(self, name: str) -> None:
        config = Config(
            connect_timeout=1,
            read_timeout=2,
            retries={"mode": "standard", "total_max_attempts": 2},
        )
        self._name = name
        self._dynamodb = boto3.resource("dynamodb", config=config)

    def counters(self) -> dict[str, int]:
        """Each shard's change counter, in one call; a shard is missing when it went unanswered.

        The read may be a moment old, at half the price: the next poll sees what this one missed.
        """
        keys = [{"shard": shard, "host": COUNTER_HOST} for shard in SHARD_NAMES]
        reply = self._dynamodb.batch_get_item(RequestItems={self._name: {"Keys": keys}})
        counters = dict.fromkeys(SHARD_NAMES, 0)
        for item in reply["Responses"].get(self._name, []):
            counters[str(item["shard"])] = int(str(item["counter"]))
        if self._name in reply["UnprocessedKeys"]:
            for key in reply["UnprocessedKeys"][self._name]["Keys"]:
                del counters[str(key["shard"])]
        return counters

    def routes(self, shard: str) -> list[dict[str, Any]]:
        """The routes of a shard as they are now, in as many pages as it takes."""
        table = self._dynamodb.Table(self._name)
        asked: dict[str, Any] = {
            "KeyConditionExpression": Key("shard").eq(shard),
            "ConsistentRead": True,
        }
        items: list[dict[str, Any]] = []
        while True:
            page = table.query(**asked)
            items += [item for item in page["Items"] if item["host"] != COUNTER_HOST]
            if "LastEvaluatedKey" not in page:
                return items
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
