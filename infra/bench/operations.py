"""What each operation costs: its own time, and what it reads and writes.

The good calls of the tests are made in this process over a store in memory. AWS's time is left
out, so that what is told is the product's own; reads and writes are calls to DynamoDB, and a
transaction is one write.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from infra.bench.rows import Row, median, percentile
from infra.bench.run import Run
from infra.packaging.openapi.document import text

ROUNDS = 12
TARGET_MS = 5.0
"""Of an operation's own time, at the middle."""
READS = {"GetItem", "Query", "BatchGetItem"}
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}
_CLIENT: Any = BaseClient


@dataclass
class Seen:
    """What one call did."""

    calls: list[str] = field(default_factory=list)
    away: float = 0.0
    """Seconds in AWS calls."""


def measure(run: Run) -> Iterator[Row]:
    """Measure every operation in the order of its routes."""
    good = importlib.import_module("tests.functions.good")
    world = importlib.import_module("tests.world")
    checks = importlib.import_module("tests.functions.checks")
    workflows = importlib.import_module("tests.fakes.workflows").FakeWorkflows
    settle = importlib.import_module("chalicelib.runtime.settle")
    wiring = importlib.import_module("chalicelib.runtime.wiring")
    run.progress.line(f"  every operation, {ROUNDS} times")
    with (
        TemporaryDirectory() as folder,
        world.world() as house,
        mock.patch.object(settle, "PATIENCE_SECONDS", 0.0),
        mock.patch.dict("os.environ", {"LAMBDA_TASK_ROOT": _described(folder)}),
    ):
        for name in sorted(good.EVERY):
            fakes = workflows()
            with mock.patch.object(wiring, "workflows", return_value=fakes):
                here = checks.Checked(house, fakes)
                yield from _operation(good, here, name)


def _described(folder: str) -> str:
    """What the packaging writes beside the code, for the functions that show it."""
    (Path(folder) / "openapi.json").write_bytes(text())
    return folder


def _operation(good: Any, here: Any, name: str) -> Iterator[Row]:
    own: list[float] = []
    reads: list[float] = []
    writes: list[float] = []
    for number in range(ROUNDS):
        call = good.good_call(here, name, f"bench-{number}-{abs(hash(name))}")
        seen = Seen()
        with _watched(seen):
            began = time.perf_counter()
            reply = here.world.call(
                call.method, call.path, call.attributes, user=call.user, kind=call.kind
            )
            took = time.perf_counter() - began
        if reply.status >= 300:
            raise RuntimeError(f"{name} answers {reply.status}: {reply.body}")
        own.append(1000 * (took - seen.away))
        reads.append(sum(entry in READS for entry in seen.calls))
        writes.append(sum(entry in WRITES for entry in seen.calls))
    target = f"target {TARGET_MS:g} ms"
    yield Row("api", name, "own time p50", "ms", percentile(own, 50), ROUNDS, TARGET_MS, target)
    yield Row("api", name, "own time p99", "ms", percentile(own, 99), ROUNDS)
    yield Row("api", name, "reads", "1", median(reads), ROUNDS)
    yield Row("api", name, "writes", "1", median(writes), ROUNDS)


def _watched(seen: Seen) -> Any:
    """Count and time the AWS calls that are made while this is open."""
    real = _CLIENT._make_api_call

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return real(client, name, given)
        finally:
            seen.away += time.perf_counter() - began
            seen.calls.append(name)

    return mock.patch.object(_CLIENT, "_make_api_call", calling)
