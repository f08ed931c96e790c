"""What a backup is of: the tables, contents, epoch and key of one installation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.backup.lines import Item
from infra.installations import Installation
from infra.packaging.template import TABLES

TOLD = "schedules_sweep_accounts"
"""A function that is told all that is asked here."""
PASSING = ("downloads/",)
"""Folders of contents that hold nothing for longer than a day."""


@dataclass(frozen=True)
class Facts:
    """What the installation's functions are told of it."""

    epoch: int
    keys: tuple[str, ...]
    """ARNs of the KMS keys that secrets are sealed under, the present one first."""
    contents: str
    """Name of the bucket of long texts."""


def facts_of(installation: Installation) -> Facts:
    """Read the settings of the installation. Raises `ClientError` where there is none."""
    found = installation.client("lambda").get_function_configuration(
        FunctionName=f"{installation.name}-{TOLD}"
    )
    told = found["Environment"]["Variables"]
    keys = (told["HOSTER_KMS_KEY"], told.get("HOSTER_RETIRING_KMS_KEY", ""))
    return Facts(
        epoch=int(told["HOSTER_EPOCH"]),
        keys=tuple(key for key in keys if key),
        contents=told["HOSTER_CONTENTS_BUCKET"],
    )


def table_names(installation: Installation, suffix: str = "") -> dict[str, str]:
    """The tables: their names at AWS, by what they are called here.

    Copies that were made beside them, as of one moment, have a suffix.
    """
    return {name: f"{installation.name}-{name}{suffix}" for name in TABLES}


def key_of(dynamodb: Any, table: str) -> list[str]:
    """The attributes that are a table's key."""
    schema = dynamodb.describe_table(TableName=table)["Table"]["KeySchema"]
    return [str(one["AttributeName"]) for one in schema]


def pages(
    dynamodb: Any, table: str, after: Item | None = None
) -> Iterator[tuple[list[Item], Item | None]]:
    """Every item of a table, page by page, each with the key that the next one begins after."""
    begin: Item | None = after
    while True:
        more = {"ExclusiveStartKey": begin} if begin else {}
        found = dynamodb.scan(TableName=table, ConsistentRead=True, **more)
        begin = found.get("LastEvaluatedKey")
        yield found["Items"], begin
        if not begin:
            return


def objects(s3: Any, bucket: str) -> Iterator[str]:
    """The key of every content that is to last, in order."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for one in page.get("Contents", ()):
            if not str(one["Key"]).startswith(PASSING):
                yield str(one["Key"])
