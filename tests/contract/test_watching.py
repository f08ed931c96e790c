"""Many looks at one node at once, on the local AWS: each thing is told once and metered once."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.domain import health
from chalicelib.runtime import wiring
from chalicelib.services.looks.node_looks import look_at_node
from chalicelib.services.looks.watching import Look
from tests.contract.emulated import local_aws
from tests.fakes.node import FakeNode
from tests.functions.looks import App, app_on, node_of
from tests.world import ENVIRONMENT, forget

LOOKS = 8


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeNode]:
    """The node that every login leads to, in an installation on the local AWS."""
    ours = {name: value for name, value in ENVIRONMENT.items() if name.startswith("HOSTER")}
    found = FakeNode()
    with (
        local_aws(tmp_path_factory.mktemp("watching")),
        mock.patch.dict(os.environ, ours),
        mock.patch.object(wiring, "connect", return_value=found.connect),
    ):
        os.environ["HOSTER_KMS_KEY"] = boto3.client("kms").create_key()["KeyMetadata"]["Arn"]
        queue = boto3.client("sqs").create_queue(QueueName="test-watch")["QueueUrl"]
        os.environ["HOSTER_WATCH_QUEUE"] = queue
        forget()
        yield found
        forget()


@pytest.fixture
def app(node: FakeNode) -> App:
    return app_on(node, node_of("owner"), "owner", "web", "db")


def look_at_once(app: App, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Look many times at once: all have read the records and seen the node before one writes."""
    gate, seeing = threading.Barrier(LOOKS), app.node.insight.containers

    def together() -> Any:
        gate.wait(30)
        return seeing()

    done: Counter[str] = Counter()
    with monkeypatch.context() as patched, ThreadPoolExecutor(LOOKS) as pool:
        patched.setattr(app.node.insight, "containers", together)
        look = Look(app.node_id, wiring.now())
        for outcome in pool.map(lambda _: look_at_node(wiring, look), range(LOOKS)):
            done += outcome
    return done


def test_of_many_looks_at_once_one_writes(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CONFIRM_SECONDS", 0.0)
    app.turns(status="exited", exit_code=137)

    first = look_at_once(app, monkeypatch)
    second = look_at_once(app, monkeypatch)

    assert first == {"changed": 1, "moved_on": LOOKS - 1}
    assert second == {"failed": 1, "moved_on": LOOKS - 1}
    assert app.record.status == "failed"
    assert app.told == ["container_died", "failed", "health_degraded"]
    metered = boto3.client("dynamodb").scan(TableName="test-money")["Items"]
    assert [one["event"]["S"] for one in metered if "event" in one] == ["deployment.stopped"]
