"""How fast usage is reported, and whether each event is counted once when all that can die does.

First a million events go through the real reporter over the store's twin in memory; then many go
through a local DynamoDB to the local gateway, and the reporter dies at each of its boundaries, the
gateway fails in each of its ways and forgets what it counted.
"""

from __future__ import annotations

import importlib
import itertools
import json
import os
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import boto3
import httpx

from chalicelib.adapters.metering.apigate import APIGateMeter
from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.outbox import outbox_item
from chalicelib.adapters.records.tables import tables
from chalicelib.domain import clock, ids
from chalicelib.ports.metering import Rejection
from chalicelib.ports.records import Usage
from chalicelib.services.metering.reporting import Report, report_usage
from chalicelib.services.tools import Tools
from infra.bench.contenders import free_port
from infra.bench.reporter_deaths import Deaths, Died, MortalMeter, MortalOutbox, MortalRecords
from infra.bench.rows import Row
from infra.bench.run import Run, aws_login
from infra.packaging.template import ROOT

MILLION = 1_000_000
HELPINGS = 10
EVENTS = int(os.environ.get("EVENTS", "100000"))
GOAL = 5000.0
USERS = 16
PATH = "/_internal/meter"
KEY = "ak_" + "0" * 64
DEATHS = range(1, 15)
"""Crossings at which the reporter dies: its turn, what it writes down, the report, the moves."""
FAULTS = (("drop", None), ("lost_response", None), ("status", 503), ("status", 429))
MOST_RUNS = 200
WITHIN_SECONDS = 30.0
ENDLESS = 1e9


def measure(run: Run) -> Iterator[Row]:
    """Measure the rate in memory, then the exactness through the local cloud."""
    yield from _rate(run)
    yield from _exactness(run)


@dataclass
class Usages:
    """Makes events of some accounts, each under an id of its own."""

    users: Sequence[str]
    numbers: Iterator[int] = field(default_factory=itertools.count)
    skew: float = 0.0
    """Seconds by which the reporter's clock is ahead: it has paused for so long."""

    def now(self) -> str:
        """The reporter's present."""
        return clock.text_of(datetime.now(UTC) + timedelta(seconds=self.skew))

    def made(self, count: int) -> Iterator[Usage]:
        """So many events of this moment, account by account."""
        at = clock.text_of(datetime.now(UTC))
        for _ in range(count):
            number = next(self.numbers)
            yield self._of(self.users[number % len(self.users)], "deployment.started", at)

    def used(self, user: str, event: str, *_of: str) -> Usage:
        """A further event, for a probe."""
        return self._of(user, event, self.now())

    def _of(self, user: str, event: str, at: str) -> Usage:
        chance = secrets.token_bytes(4)
        event_id = ids.time_ordered("evt_", time.time_ns() // 1_000_000, chance)
        return Usage(event_id, user, event, "depl_1", "deployment", at)


@dataclass
class Counting:
    """A meter that counts everything, in no time."""

    counted: int = 0
    doubled: int = 0
    ids: set[str] = field(default_factory=set)

    def report(self, events: Sequence[Usage]) -> Mapping[str, Rejection]:
        """Count."""
        before = len(self.ids)
        self.ids.update(event.id for event in events)
        self.counted += len(self.ids) - before
        self.doubled += len(events) - (len(self.ids) - before)
        return {}


def _tools(usages: Usages, records: Any, outbox: Any, meter: Any) -> Tools:
    """What the reporter is given."""
    given = SimpleNamespace(
        records=lambda: records,
        outbox=lambda: outbox,
        meter=lambda: meter,
        settings=lambda: SimpleNamespace(epoch=1),
        now=usages.now,
        used=usages.used,
    )
    return cast("Tools", given)


def _rate(run: Run) -> Iterator[Row]:
    """A million events, a tenth of them at a time so that they have room."""
    fakes: Any = importlib.import_module("tests.fakes.records")
    outboxes: Any = importlib.import_module("tests.fakes.outbox")
    usages, meter, seconds = Usages([f"user-{n}" for n in range(1000)]), Counting(), 0.0
    for helping in range(1, HELPINGS + 1):
        run.progress.line(f"  in memory: {helping} of {HELPINGS}")
        store = fakes.FakeRecords(usages.now)
        for usage in usages.made(MILLION // HELPINGS):
            store.outbox[usage.id] = usage
        tools = _tools(usages, store, outboxes.FakeOutbox(store.outbox), meter)
        began = time.process_time()
        report = report_usage(tools, seconds=ENDLESS)
        seconds += time.process_time() - began
        if report.outcome != "drained" or store.outbox:
            raise RuntimeError(f"The reporter ended {report.outcome} with {len(store.outbox)}")
    case = "a million in memory"
    yield Row("metering", case, "rate", "1/s", MILLION / seconds, HELPINGS, GOAL, "target")
    yield Row("metering", case, "lost", "1", MILLION - meter.counted, 1, 0.0, "target")
    yield Row("metering", case, "doubled", "1", meter.doubled, 1, 0.0, "target")


def _exactness(run: Run) -> Iterator[Row]:
    with TemporaryDirectory() as folder, ExitStack() as stack:
        emulated: Any = importlib.import_module("tests.contract.emulated")
        world: Any = importlib.import_module("tests.world")
        stack.enter_context(mock.patch.dict(os.environ, world.ENVIRONMENT))
        stack.enter_context(emulated.local_aws(Path(folder)))
        boto3.DEFAULT_SESSION = None
        tables.cache_clear()
        stack.callback(tables.cache_clear)
        gateway = stack.enter_context(_gateway(Path(folder)))
        trial = Trial(gateway, Path(folder) / "gateway" / "usage.jsonl")
        began = time.monotonic()
        trial.play(run)
        seconds = time.monotonic() - began
        case = f"{trial.put} through the local cloud"
        yield Row("metering", case, "lost", "1", trial.lost(), 1, 0.0, "target")
        yield Row("metering", case, "doubled", "1", trial.doubled(), 1, 0.0, "target")
        yield Row("metering", case, "refused", "1", trial.refused, 1, 0.0, "target")
        yield Row("metering", case, "deaths", "1", trial.died, 1)
        yield Row("metering", case, "runs that failed", "1", trial.failed, 1)
        yield Row("metering", case, "time, writing included", "s", seconds, 1)
        boto3.DEFAULT_SESSION = None


class Trial:
    """Events that are put, and a reporter that fails at them in every way before it is let be."""

    def __init__(self, gateway: httpx.Client, stored: Path) -> None:
        self.gateway, self.stored = gateway, stored
        self.usages = Usages([_account(gateway) for _ in range(USERS)])
        bound, self.deaths = tables("test", aws_login()["region_name"]), Deaths()
        self.table = bound.usage
        meter = APIGateMeter(f"{str(gateway.base_url).rstrip('/')}{PATH}", lambda: KEY)
        self.tools = _tools(
            self.usages,
            MortalRecords(DynamoRecords(bound, self.usages.now), self.deaths),
            MortalOutbox(bound, self.deaths),
            MortalMeter(meter, self.deaths),
        )
        self.ids: set[str] = set()
        self.put = self.died = self.failed = self.refused = 0

    def play(self, run: Run) -> None:
        """For each way to fail: some events, two runs that fail so, and runs until all is told."""
        ways = [*((at, None) for at in DEATHS), *((0, fault) for fault in FAULTS)]
        for number, (at, fault) in enumerate(ways, 1):
            run.progress.line(f"  through the local cloud: {number} of {len(ways)}")
            self._fill(EVENTS // len(ways) + (EVENTS % len(ways) if number == 1 else 0))
            for _ in range(2):
                if fault is not None:
                    self._fail(*fault)
                self._run(at)
                self.gateway.post("/_local/meter/forget").raise_for_status()
            self._run_until_drained()

    def lost(self) -> int:
        """Events that the gateway does not have."""
        return len(self.ids - self._rows().keys())

    def doubled(self) -> int:
        """Rows of the gateway's beyond one for each event."""
        return sum(count - 1 for one, count in self._rows().items() if one in self.ids)

    def _rows(self) -> Counter[str]:
        with self.stored.open() as lines:
            return Counter(json.loads(line)["id"] for line in lines)

    def _fill(self, count: int) -> None:
        """Write events as the store writes them, many at once."""
        with self.table.batch_write() as batch:
            for usage in self.usages.made(count):
                batch.save(outbox_item(self.table, usage))
                self.ids.add(usage.id)
        self.put += count

    def _fail(self, fault: str, value: int | None) -> None:
        told = {"call": f"POST {PATH}", "fault": fault, "value": value}
        self.gateway.post("/_local/faults", json=told).raise_for_status()

    def _run(self, dies_at: int = 0) -> Report | None:
        """One run, after any pause or turn of the last one; None when it died."""
        self.deaths.plan(dies_at)
        self.usages.skew += 1000
        try:
            report = report_usage(self.tools, seconds=ENDLESS)
        except Died:
            self.died += 1
            return None
        self.failed += report.outcome == "failing"
        self.refused += report.rejected
        return report

    def _run_until_drained(self) -> None:
        for _ in range(MOST_RUNS):
            report = self._run()
            if report is not None and report.outcome == "drained":
                return
        raise RuntimeError(f"Something still waits after {MOST_RUNS} runs")


def _account(gateway: httpx.Client) -> str:
    given = {"email": f"{secrets.token_hex(6)}@example.com", "password": secrets.token_hex(8)}
    answer = gateway.post("/mod/auth/register", json=given).raise_for_status()
    return str(answer.json()["user"]["id"])


@contextmanager
def _gateway(folder: Path) -> Iterator[httpx.Client]:
    """The local gateway as a process of its own; a client of it."""
    port, config = free_port(), folder / "gateway.json"
    nowhere = {"base_url": "http://127.0.0.1:9"}
    config.write_text(json.dumps({"upstreams": {"api": nowhere, "spa": nowhere}}))
    secret = {"HOSTER_GATEWAY_SECRET": "0" * 64, "APIGATE_JWT_SECRET": "0" * 64}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "infra.local.gateway", "--port", str(port)),
            *("--state", str(folder / "gateway"), "--config", str(config)),
        ],
        cwd=ROOT,
        env={**os.environ, **secret, "APIGATE_METER_KEY": KEY, "PYTHONPATH": str(ROOT)},
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30
        ) as client:
            _await(client)
            yield client
    finally:
        process.terminate()
        process.wait(20)


def _await(client: httpx.Client) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        try:
            if client.get("/health").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"The gateway did not answer in {WITHIN_SECONDS:.0f} s")
