"""Plan limits when many create at once: through the operations' own handlers, on the local AWS.

The emulator does one transaction after the other. Where DynamoDB would refuse one that meets
another on the same item, so does `colliding`; a limit must not be told of it.
"""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.domain.errors import Contended
from chalicelib.ports.records import Create, Record, Selection
from chalicelib.runtime import wiring
from chalicelib.services.counters import plan_key, total_key
from functions.steps.remove import finish_remove
from tests.contract.emulated import local_aws
from tests.fakes.workflows import FakeWorkflows
from tests.functions.things import COMPOSE, GREETING
from tests.world import ENVIRONMENT, SECRET, World, forget

MANY = 100
TEMPLATE = "tmpl_for-many"
STEP_TRIES = 4
"""How often the machine tries the last step of a removal that others keep coming between."""
UNBOUNDED = {"max_deployments": -1, "max_cpu_cores": -1, "max_memory_mb": -1, "max_disk_mb": -1}
OWNERS = count(1)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    ours = {name: value for name, value in ENVIRONMENT.items() if name.startswith("HOSTER")}
    with (
        local_aws(tmp_path_factory.mktemp("limits")),
        mock.patch.dict(os.environ, {**ours, "HOSTER_KMS_KEY": "unused"}),
        mock.patch.object(wiring, "workflows", return_value=FakeWorkflows()),
    ):
        boto3.client("secretsmanager").create_secret(
            Name="test/gateway", SecretString=json.dumps({"current": SECRET, "previous": ""})
        )
        forget()
        put_template()
        yield World()
        forget()


@pytest.fixture
def owner() -> str:
    return f"owner-of-many-{next(OWNERS)}"


def put_template() -> None:
    now = wiring.now()
    attributes = {
        "name": "For many",
        "version": "1.0.0",
        "compose_spec": COMPOSE,
        "config_files": [],
        "variables": [GREETING],
        "published": True,
    }
    record = Record(
        TEMPLATE, "templates", "creator", "published", now, now, attributes=attributes, public=True
    )
    wiring.records().commit(Create(record))


def create(here: World, owner: str, limits: dict[str, float]) -> Any:
    given = {"name": "one of many", "template_id": TEMPLATE}
    headers = {"X-Plan-Limits": json.dumps({**UNBOUNDED, **limits})}
    return here.call("POST", "/deployments", given, user=owner, headers=headers)


def remove(here: World, owner: str, app: str) -> None:
    """Have an app removed: asked for as its owner does, ended as the machine's last step does."""
    reply = here.call("DELETE", f"/deployments/{app}", user=owner)
    assert reply.status == 202, reply.body
    record = wiring.records().get(app)
    assert record is not None
    for _ in range(STEP_TRIES):
        with suppress(Contended):
            finish_remove.handler({"id": app, "generation": record.generation}, None)
            return
    raise AssertionError(f"{app} stays")


def at_once(act: Callable[[int], Any], times: int = MANY, *, creates: int = 0) -> list[Any]:
    """Do something many times at once: every create has looked before the first one writes."""
    gate, looked = threading.Barrier(creates or times), threading.local()
    look = DynamoRecords.counters

    def looking(store: DynamoRecords, keys: tuple[str, ...]) -> dict[str, float]:
        found = look(store, keys)
        if not hasattr(looked, "once"):
            looked.once = True
            gate.wait(60)
        return found

    with (
        mock.patch.object(DynamoRecords, "counters", looking),
        ThreadPoolExecutor(times) as pool,
    ):
        return list(pool.map(act, range(times)))


@contextmanager
def colliding(seconds: float = 0.01) -> Iterator[Counter[str]]:
    """Refuse transactions that meet on an item, as DynamoDB does, and count how many met.

    Each holds its items for `seconds`, as a transaction's two phases do. Who meets it is told so
    when it is over: the many take turns here, and one that waits for its turn while it holds its
    items, which no transaction does, would cost all others their tries.
    """
    call, door, met = BaseClient._make_api_call, threading.Lock(), Counter()
    busy: dict[str, threading.Event] = {}

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        if name != "TransactWriteItems":
            return call(client, name, given)
        keys = [json.dumps(_key(entry), sort_keys=True) for entry in given["TransactItems"]]
        over = threading.Event()
        with door:
            taken = [busy.get(key) for key in keys]
            met["met" if any(taken) else "done"] += 1
            if not any(taken):
                busy.update(dict.fromkeys(keys, over))
        for other in filter(None, taken):
            assert other.wait(60)
        if any(taken):
            raise conflict([bool(other) for other in taken])
        try:
            time.sleep(seconds)
            return call(client, name, given)
        finally:
            with door:
                for key in keys:
                    del busy[key]
            over.set()

    with mock.patch.object(BaseClient, "_make_api_call", calling):
        yield met


def _key(entry: dict[str, Any]) -> Any:
    [write] = entry.values()
    found = write.get("Key") or write["Item"]
    names = ("id", "key", "entity", "sort", "shard", "host")
    return [write["TableName"], {name: found[name] for name in names if name in found}]


def conflict(taken: list[bool]) -> ClientError:
    reasons = [{"Code": "TransactionConflict" if met else "None"} for met in taken]
    answer: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": "conflict"},
        "CancellationReasons": reasons,
    }
    return ClientError(answer, "TransactWriteItems")


def counted(owner: str) -> dict[str, float]:
    names = ("max_deployments", "max_cpu_cores", "max_memory_mb")
    keys = [*(plan_key(name, owner) for name in names), total_key("deployments", owner)]
    found = wiring.records().counters(tuple(keys))
    return dict(zip((*names, "total"), (found[key] for key in keys), strict=True))


def apps_of(owner: str) -> list[str]:
    selection = Selection("deployments", owner=owner)
    page = wiring.records().select(selection, limit=1000, after=None, before=None)
    return [record.id for record in page.records]


def use_of(apps: int) -> dict[str, float]:
    """What the counters say of so many apps of one service without limits of its own."""
    return {
        "max_deployments": apps,
        "max_cpu_cores": apps * 0.5,
        "max_memory_mb": apps * 256,
        "total": apps,
    }


@pytest.mark.parametrize(
    ("limits", "fit", "together"),
    [
        ({"max_deployments": 1}, 1, False),
        ({"max_deployments": 0}, 0, False),
        ({"max_deployments": 1}, 1, True),
        ({"max_deployments": 5}, 5, True),
        ({"max_memory_mb": 1024 + 255}, 4, True),
        ({"max_cpu_cores": 0.5, "max_memory_mb": 256, "max_deployments": 1}, 1, True),
    ],
    ids=["one alone", "none", "one", "five", "memory", "everything"],
)
def test_of_a_hundred_creates_as_many_are_made_as_the_plan_allows(
    here: World, owner: str, limits: dict[str, float], fit: int, together: bool
) -> None:
    if together:
        with colliding() as met:
            replies = at_once(lambda _n: create(here, owner, limits))
        assert met["met"], "nobody met anybody: the test shows nothing"
    else:
        replies = at_once(lambda _n: create(here, owner, limits))

    codes = Counter("made" if r.status == 201 else r.codes[0] for r in replies)
    assert codes == Counter({"made": fit, "plan_limit_exceeded": MANY - fit})
    assert {r.status for r in replies} <= {201, 403}
    assert counted(owner) == use_of(fit)
    assert len(apps_of(owner)) == fit


def test_creates_that_all_fit_are_all_made(here: World, owner: str) -> None:
    """As many as the largest plan allows, at once, each meeting all others."""
    with colliding() as met:
        replies = at_once(lambda _n: create(here, owner, {"max_deployments": 20}), times=20)

    assert Counter(r.status for r in replies) == {201: 20}
    assert met["met"]
    assert counted(owner) == use_of(20)


def test_counters_are_exact_when_creates_and_deletes_are_mixed(here: World, owner: str) -> None:
    kept = [create(here, owner, {"max_deployments": 10}).id for _ in range(10)]
    chance = random.Random(1)
    turns = chance.sample([*[None] * 40, *kept], 50)

    def act(number: int) -> int:
        app = turns[number]
        if app is None:
            return int(create(here, owner, {"max_deployments": 10}).status)
        remove(here, owner, app)
        return 204

    with colliding():
        outcomes = Counter(at_once(act, times=50, creates=40))

    assert outcomes[204] == 10
    assert outcomes.keys() <= {201, 204, 403}
    apps = apps_of(owner)
    assert len(apps) == outcomes[201] <= 10
    assert not set(apps) & set(kept)
    assert counted(owner) == use_of(len(apps))
