"""What the containers of a deployment use; how it is read is held against a droplet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.errors import CommandFailed
from chalicelib.ports.insight import Counters
from chalicelib.services.looks.looking import used
from tests.functions import things
from tests.functions.checks import Checked

NOW = Counters(
    cpu_nanoseconds=2_000_000_000,
    memory_bytes=1024,
    memory_limit_bytes=4096,
    rx_bytes=1,
    tx_bytes=2,
    read_bytes=3,
    written_bytes=4,
    pids=5,
)


def test_each_running_container_says_what_it_uses(here: Checked, owner: str) -> None:
    web, job = things.container("web"), things.container("job", status="exited")
    app = things.up(here, owner, web, job)
    here.world.node.insight.counters = {web.id: NOW, job.id: NOW}

    reply = here.call("GET", f"/deployments/{app}/monitoring/stats", user=owner)

    assert reply.body["data"]["type"] == "deployment-stats"
    assert reply.attributes["app_status"] == "running"
    assert reply.attributes["containers"] == [
        {
            "name": "web",
            "cpu_percent": 0.0,
            "memory_usage_bytes": 1024,
            "memory_limit_bytes": 4096,
            "memory_percent": 25.0,
            "network_rx_bytes": 1,
            "network_tx_bytes": 2,
            "block_read_bytes": 3,
            "block_write_bytes": 4,
            "pids": 5,
        }
    ]


@pytest.mark.parametrize(
    ("before", "percent"), [(1_000_000_000, 200.0), (2_000_000_000, 0.0), (3_000_000_000, 0.0)]
)
def test_processor_is_told_in_percent_of_one_core(before: int, percent: float) -> None:
    shown = used("web", replace(NOW, cpu_nanoseconds=before), NOW, 0.5)

    assert shown["cpu_percent"] == percent


def test_memory_without_a_limit_has_no_percentage() -> None:
    assert used("web", NOW, replace(NOW, memory_limit_bytes=0), 1)["memory_percent"] == 0.0


def test_server_that_cannot_tell_is_told(here: Checked, owner: str) -> None:
    app = things.up(here, owner)
    here.world.node.fails["usage"].append(CommandFailed("On the server awk failed."))

    reply = here.call("GET", f"/deployments/{app}/monitoring/stats", user=owner)

    assert (reply.status, reply.codes) == (503, ["node_unreachable"])
