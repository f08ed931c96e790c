"""Every node that was checked once is asked for once a minute, and what that costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient
from moto.dynamodb.models import dynamodb_backends

from chalicelib.domain.errors import DockerUnavailable
from chalicelib.runtime import wiring
from chalicelib.services.looks import watching
from functions.schedules import watch_nodes
from tests.fakes.node import FakeNode
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.looks import App, Nodes, app_on, asked, deliver, node_of, schedule

NODES = 30
APPS = 300


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count the calls of AWS by name."""
    calls: Counter[str] = Counter()
    call = BaseClient._make_api_call

    def calling(client: Any, name: str, given: dict[str, Any]) -> Any:
        calls[name] += 1
        return call(client, name, given)

    with mock.patch.object(BaseClient, "_make_api_call", calling):
        yield calls


@pytest.fixture
def nodes(here: Checked) -> Nodes:
    """The world's nodes, several of them, and nothing else that runs."""
    asked()
    dynamodb_backends["123456789012"]["us-east-1"].tables["test-resources"].items.clear()
    here.world.node = Nodes()  # type: ignore[assignment]
    return here.world.node  # type: ignore[return-value]


def populated(nodes: Nodes, owner: str, *, count: int, apps: int) -> dict[str, list[App]]:
    """Nodes with apps that run on them, as evenly as may be."""
    made: dict[str, list[App]] = {}
    for number in range(count):
        host = f"10.77.1.{number}"
        nodes.by_host[host] = FakeNode()
        node = node_of(owner, host)
        share = range(number, apps, count)
        made[node] = [app_on(nodes.by_host[host], node, owner, "web", "db") for _ in share]
    return made


def test_each_living_node_that_was_checked_is_asked_for_once(
    here: Checked, nodes: Nodes, owner: str
) -> None:
    idle, parked, busy, lost, gone = made = populated(nodes, owner, count=5, apps=10)
    for app in made[idle]:
        things.put(app.id, status="deleted", bury=True)
    things.put(parked, status="maintenance")
    things.put(lost, status="lost")
    things.put(gone, status="deleted", bury=True)
    node_of(owner, "10.77.1.9", attributes={"name": "never checked"})

    assert schedule() == {"nodes": 3}

    messages = asked()
    assert sorted(one["node"] for one in messages) == sorted([idle, parked, busy])
    assert not any(one["again"] for one in messages)
    assert {*messages[0]} == {"node", "due", "again"}


@pytest.mark.parametrize("apps", [APPS, 0])
def test_what_a_minute_costs(here: Checked, nodes: Nodes, owner: str, apps: int) -> None:
    """The figures of `docs/architecture.md`: three reads for a node, and no write without news."""
    made = populated(nodes, owner, count=NODES, apps=apps)
    schedule()
    deliver(*asked())  # a first look notes how full each disk is
    versions = {node: version_of(node) for node in made}

    with counted() as asking:
        schedule()
    messages = asked()
    assert len(messages) == NODES
    pages = asking.pop("Query")
    assert pages <= 8
    batches = asking.pop("SendMessageBatch")
    assert NODES / 10 <= batches <= NODES / 10 + 3
    assert not asking

    with counted() as looking:
        for start in range(0, NODES, 5):
            assert deliver(*messages[start : start + 5]) == []

    assert looking == {"Query": NODES, "GetItem": 2 * NODES, "Decrypt": NODES}
    assert len(nodes.logins) == 2 * NODES
    assert {app.record.version for apps in made.values() for app in apps} <= {1}
    assert {node: version_of(node) for node in made} == versions


def version_of(node: str) -> int:
    found = wiring.records().get(node)
    assert found is not None
    return found.version


def test_every_fifth_minute_notes_that_a_node_was_seen(
    here: Checked, nodes: Nodes, owner: str
) -> None:
    """One write for each node in five minutes, whatever runs there."""
    made = populated(nodes, owner, count=3, apps=3)
    for _ in range(2):
        schedule()
        deliver(*asked())

    with counted() as looking:
        for _ in range(10):
            here.world.skew += 60
            schedule()
            deliver(*asked())

    written = {name: count for name, count in looking.items() if "Write" in name or "Put" in name}
    assert written == {"TransactWriteItems": 2 * len(made)}


def test_news_cost_one_write_each(here: Checked, nodes: Nodes, owner: str) -> None:
    [apps] = populated(nodes, owner, count=1, apps=5).values()
    for app in apps[:2]:
        app.turns(health="unhealthy")
    for node in nodes.by_host.values():
        node.fails["usage"] = [DockerUnavailable("what is measured costs its own")]
    schedule()

    with counted() as looking:
        deliver(*asked())

    assert looking["TransactWriteItems"] == 2 + 1  # and the first look at the node
    assert [app.record.health for app in apps] == ["degraded"] * 2 + ["healthy"] * 3


def test_schedule_that_runs_out_of_time_leaves_the_rest_to_the_consumer(
    here: Checked, nodes: Nodes, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = populated(nodes, owner, count=12, apps=24)
    monkeypatch.setattr(watching, "PAGE", 2)
    monkeypatch.setattr(watch_nodes, "SECONDS", 0.0)

    first = schedule()["nodes"]
    seen: list[str] = []
    while messages := asked():
        seen += [one["node"] for one in messages if "node" in one]
        deliver(*(one for one in messages if "shard" in one))

    assert first < 12
    assert sorted(seen) == sorted(made)


def test_whole_minute_tells_a_crash_and_the_next_look_proves_it(
    here: Checked, nodes: Nodes, owner: str
) -> None:
    [[app]] = populated(nodes, owner, count=1, apps=1).values()
    app.turns(status="exited", exit_code=1)

    schedule()
    deliver(*asked())
    here.world.skew += watching.AGAIN_SECONDS
    deliver(*asked())

    assert app.record.status == "failed"


def test_apps_on_a_node_that_is_reached_another_way_and_not_found_there_are_told_of(
    here: Checked, nodes: Nodes, owner: str
) -> None:
    """Nothing is sent there before a check has pinned the key that it has now."""
    [(node, [app])] = populated(nodes, owner, count=1, apps=1).items()
    things.put(node, status="offline", attributes={"host_key": None})

    for _ in range(2):
        schedule()
        deliver(*asked())

    assert (app.record.status, app.record.health) == ("running", "unreachable")
    assert nodes.logins == []
