"""What the agent reads of the route table, and what it does when a part goes unanswered."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES, COUNTER_HOST, shard_of
from infra.proxy.agent import Agent
from infra.proxy.balancer import Balancer
from infra.proxy.keeper import Keeper
from infra.proxy.outages import Outage
from infra.proxy.routes import Networks
from infra.proxy.served import Served
from infra.proxy.settings import Files, Source
from infra.proxy.shelf import Shelf
from infra.proxy.table import COUNTED, SHARD_NAMES, Count, Item, RouteTable, hosts_changed, plain
from tests.proxy.rig import AWS, TABLE, Rig

AWAY = EndpointConnectionError(endpoint_url="http://table.test")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> RouteTable:
    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    return RouteTable(TABLE)


@pytest.fixture
def stub(table: RouteTable) -> Stubber:
    return Stubber(table._client)


class Scripted(RouteTable):
    """A table of one route in each shard, of which some may not answer."""

    def __init__(self, *silent: str) -> None:
        self.silent = set(silent)
        self.raised = 1
        self.challenges: list[Item] = []

    def counters(self) -> dict[str, Count]:
        return dict.fromkeys(COUNTED, Count(self.raised))

    def items(self, shard: str) -> list[Item]:
        if shard in self.silent:
            raise AWAY
        if shard == CHALLENGES:
            return self.challenges
        return [{"host": f"s{shard}.test", "deployment_id": "d", "state": "stopped"}]


def agent_of(table: RouteTable, folder: Path) -> Agent:
    files = Files(folder)
    balancer = Balancer(files.socket)
    keeper = Keeper(table, Served(balancer, files), Shelf(files), None)
    return Agent(table, balancer, files, Source(TABLE, Networks()), keeper)


def test_agent_and_product_name_shards_alike() -> None:
    assert {shard_of(f"{number}.test") for number in range(300)} == set(SHARD_NAMES)


def test_every_change_raises_the_counter_of_its_shard_alone(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**AWS, "AWS_ENDPOINT_URL": rig.cloud.url}.items():
        monkeypatch.setenv(name, value)
    table, host = RouteTable(TABLE), rig.host()
    before = table.counters()
    shard = shard_of(host)

    rig.route(host, state="stopped")
    between = table.counters()
    written = [item["host"] for item in table.items(shard)]
    rig.forget(host)

    after = table.counters()
    assert set(before) == {*SHARD_NAMES, CHALLENGES, CERTIFICATES}
    rise = {name: after[name].changes - before[name].changes for name in before}
    assert rise == dict.fromkeys(before, 0) | {shard: 2}
    assert hosts_changed(before[shard], between[shard]) == [host]
    assert hosts_changed(between[shard], after[shard]) == [host]
    assert host in written
    assert COUNTER_HOST not in written


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 3), st.booleans()), max_size=9))
def test_a_counter_tells_all_that_changed_or_says_that_it_does_not(
    changes: list[tuple[str, int, bool]],
) -> None:
    places = {0: "a 0", 1: "z 1"}
    before = Count(5, frozenset(places.values()))
    for mark, (host, place, is_told) in enumerate(changes, start=9):
        if is_told:
            places[place] = f"{host} {mark}"

    said = hosts_changed(before, Count(5 + len(changes), frozenset(places.values())))

    written = [place for _, place, is_told in changes if is_told]
    if len(set(written)) == len(changes):
        assert said == sorted({host for host, *_ in changes})
    else:
        assert said is None


def test_a_shard_that_went_unanswered_has_no_counter(table: RouteTable, stub: Stubber) -> None:
    key = {"shard": {"S": "03"}, "host": {"S": COUNTER_HOST}}
    found = {**key, "shard": {"S": "05"}, "counter": {"N": "7"}}
    stub.add_response(
        "batch_get_item",
        {"Responses": {TABLE: [found]}, "UnprocessedKeys": {TABLE: {"Keys": [key]}}},
    )

    with stub:
        counters = table.counters()

    assert counters["05"] == Count(7)
    assert counters["00"] == Count()
    assert "03" not in counters
    assert len(counters) == 17


def test_a_shard_is_read_to_its_last_page(table: RouteTable, stub: Stubber) -> None:
    def page(*hosts: str) -> list[dict[str, Any]]:
        return [{"host": {"S": host}, "shard": {"S": "00"}} for host in hosts]

    stub.add_response("query", {"Items": page(COUNTER_HOST, "a"), "LastEvaluatedKey": page("a")[0]})
    stub.add_response("query", {"Items": page("b")})

    with stub:
        items = table.items("00")

    assert [item["host"] for item in items] == ["a", "b"]


def test_nothing_is_saved_before_every_shard_was_read(tmp_path: Path) -> None:
    table = Scripted("0f")
    agent = agent_of(table, tmp_path)

    agent.look()
    assert not agent.files.routes.exists()
    table.silent.clear()
    agent.look()

    assert len(agent.files.routes.read_text().splitlines()) == 16


def test_a_disk_that_takes_nothing_is_told_once_and_ends_no_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = Scripted()
    agent = agent_of(table, tmp_path)
    now = 0.0
    agent.routes.clock = agent.challenges.clock = lambda: now
    table.challenges = [{"host": "t", "answer": "t.x", "expires_at": int(time.time()) + 99}]
    in_the_way = tmp_path / "routes.new"
    in_the_way.mkdir()

    for _ in range(3):
        agent.look()
        now += 10
    agent.end()

    assert len(agent.routes.want or ()) == 16
    assert agent.files.challenges.read_text() == "t t.x\n"
    assert caplog.text.count("The disk for maps is full or not to be written") == 1
    in_the_way.rmdir()
    now += 10
    agent.look()
    assert len(agent.files.routes.read_text().splitlines()) == 16
    assert caplog.text.count("The disk for maps is back") == 1


def test_a_shard_that_fails_keeps_its_routes_and_is_read_again(tmp_path: Path) -> None:
    table = Scripted()
    agent = agent_of(table, tmp_path)
    agent.look()
    table.silent, table.raised = {"03"}, 2

    agent.look()

    assert len(agent.routes.want or ()) == 16
    assert agent.counters["03"] == Count(1)
    table.silent.clear()
    agent.look()
    assert agent.counters["03"] == Count(2)


def test_an_outage_is_told_once_and_so_is_its_end(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage("The table")

    with caplog.at_level(logging.INFO):
        for _ in range(3):
            outage.begin(AWAY)
        for _ in range(3):
            outage.end()

    assert len(caplog.messages) == 2
    assert caplog.messages[0].startswith("The table is away")
    assert caplog.messages[1] == "The table is back"


def test_what_is_no_text_number_or_truth_is_nothing() -> None:
    item: Item = {"a": {"S": "x"}, "b": {"N": "30001"}, "c": {"N": "1.5"}, "d": {"N": "-3"}}
    item |= {"e": {"L": []}, "f": {"NULL": True}}

    assert plain({**item, "g": {"BOOL": False}}) == {
        "a": "x",
        "b": 30001,
        "c": None,
        "d": None,
        "e": None,
        "f": None,
        "g": False,
    }


def test_certificates_are_read_many_at_a_time_until_all_answered(
    table: RouteTable, stub: Stubber
) -> None:
    def key(host: str) -> dict[str, Any]:
        return {"shard": {"S": CERTIFICATES}, "host": {"S": host}}

    def reply(*hosts: str, left: tuple[str, ...] = ()) -> dict[str, Any]:
        unanswered = {TABLE: {"Keys": [key(host) for host in left]}} if left else {}
        return {"Responses": {TABLE: [key(h) for h in hosts]}, "UnprocessedKeys": unanswered}

    hosts = [f"{number}.test" for number in range(101)]
    stub.add_response("batch_get_item", reply(*hosts[:60], left=tuple(hosts[60:100])))
    stub.add_response("batch_get_item", reply(*hosts[60:100]))
    stub.add_response("batch_get_item", reply(left=(hosts[100],)))

    with stub:
        found = [item["host"] for item in table.certificates(hosts)]

    assert found == hosts[:100]


def test_challenges_are_answered_until_they_expire(tmp_path: Path) -> None:
    table = Scripted()
    table.challenges = [{"host": "t1", "answer": "t1.x", "expires_at": 1000}]
    agent = agent_of(table, tmp_path)
    agent.now = lambda: 999.0

    agent.look()
    assert agent.files.challenges.read_text() == "t1 t1.x\n"
    agent.now = lambda: 1000.0
    agent.look(CHALLENGES)

    assert agent.files.challenges.read_text() == ""


def test_what_a_look_found_is_told_with_its_time(tmp_path: Path) -> None:
    table = Scripted("0f")
    agent = agent_of(table, tmp_path)
    agent.now = lambda: 1000.0

    agent.look()
    assert agent.loaded_at == 0
    table.silent.clear()
    agent.look()

    assert agent.loaded_at == 1000
