"""What a page of a list costs when there are a hundred, ten thousand, a hundred thousand records.

An emulator of its own is filled and asked for the first page, and for one in the middle.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import boto3
from botocore.client import BaseClient

from infra.bench.rows import Row, median
from infra.bench.run import Run

SIZES = tuple(int(size) for size in os.environ.get("SIZES", "100 10000 100000").split())
PAGE = 100
ROUNDS = 15
OWNER = "owner-of-many"
_CLIENT: Any = BaseClient


def measure(run: Run) -> Iterator[Row]:
    """Measure the pages of ever longer lists of one owner's SSH keys."""
    emulated = importlib.import_module("tests.contract.emulated")
    world = importlib.import_module("tests.world")
    with (
        TemporaryDirectory() as folder,
        mock.patch.dict(os.environ, world.ENVIRONMENT | {"HOSTER_KMS_KEY": "none"}),
        emulated.local_aws(Path(folder)),
    ):
        boto3.DEFAULT_SESSION = None
        world.forget()
        boto3.client("secretsmanager").create_secret(
            Name="test/gateway", SecretString=f'{{"current": "{world.SECRET}"}}'
        )
        present, first = 0, 0.0
        for size in SIZES:
            run.progress.line(f"  a list of {size} records is filled")
            _fill(present, size)
            present = size
            milliseconds, units, queries = _pages(world.World())
            first = first or milliseconds
            case = f"page of a list of {size}"
            yield Row("api", case, "time", "ms", milliseconds, ROUNDS, first, f"of {SIZES[0]}")
            yield Row("api", case, "consumed", "RCU", units, ROUNDS)
            yield Row("api", case, "queries", "1", queries, ROUNDS, 1.0, "target")
        world.forget()
        boto3.DEFAULT_SESSION = None


def _fill(present: int, size: int) -> None:
    """Write records as the store writes them, many at once."""
    items = importlib.import_module("chalicelib.adapters.records.items")
    ports = importlib.import_module("chalicelib.ports.records")
    wiring = importlib.import_module("chalicelib.runtime.wiring")
    model = wiring.records().tables.resources
    with model.batch_write() as batch:
        for number in range(present, size):
            at = f"2026-01-01T00:00:00.{number:06d}Z"
            record = ports.Record(
                id=f"sshkey_{number:016x}",
                type="ssh_keys",
                owner=OWNER,
                status="active",
                created_at=at,
                updated_at=at,
                attributes={"name": f"key {number}", "public_key": "x" * 80},
            )
            batch.save(model(**items.fields_of(record)))


def _pages(world: Any) -> tuple[float, float, float]:
    """Ask for the first page and the next ones; time, read units and queries of one."""
    times: list[float] = []
    units: list[float] = []
    queries: list[float] = []
    real = _CLIENT._make_api_call

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        if name != "Query":
            return real(client, name, given)
        answer = real(client, name, {**given, "ReturnConsumedCapacity": "TOTAL"})
        seen.append(answer.get("ConsumedCapacity", {}).get("CapacityUnits", 0.0))
        return answer

    path = f"/ssh_keys?page[size]={PAGE}"
    with mock.patch.object(_CLIENT, "_make_api_call", calling):
        for _ in range(ROUNDS):
            seen: list[float] = []
            began = time.perf_counter()
            reply = world.call("GET", path, user=OWNER)
            times.append(1000 * (time.perf_counter() - began))
            units.append(sum(seen))
            queries.append(len(seen))
            if reply.status != 200 or not reply.body["data"]:
                raise RuntimeError(f"a list answers {reply.status}: {reply.body}")
            following = reply.body["links"]["next"]
            path = following.removeprefix("/api/v1") if following else path
    return median(times), median(units), median(queries)
