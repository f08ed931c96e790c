"""What a droplet tells of use and disk: `Insight.usage` and `Insight.disk`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.adapters.nodes import disk
from chalicelib.adapters.nodes.ssh import connect
from chalicelib.domain.plan import ManagedFile, Mount, Plan, Service
from chalicelib.ports.insight import AppDisk, Counters, NodeDisk
from chalicelib.ports.nodes import ContainerState, Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, droplet, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

MB = 1024 * 1024
BUSY = (
    "head -c 40000000 /dev/zero | md5sum; dd if=/dev/zero of=/data/rows bs=1M count=20 oflag=direct"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Droplet]:
    with droplet() as made:
        yield made


@pytest.fixture
def node(server: Droplet) -> Iterator[Node]:
    with connect(server.login) as opened:
        yield opened
        opened.run(f"rm -rf {disk.FOLDER}")


@pytest.fixture
def app(server: Droplet) -> Iterator[str]:
    name = str(uuid.uuid4())
    yield name
    with connect(server.login) as opened:
        opened.engine.remove_everything(name)


def up(node: Node, app: str, *services: Service, **of_plan: object) -> dict[str, str]:
    """Start services; returns the ids of their containers."""
    plan = Plan(services=services, **of_plan)  # type: ignore[arg-type]
    node.engine.ensure_network(app)
    node.engine.ensure_volumes(app, plan)
    node.engine.deliver_files(app, plan)
    for service in services:
        node.engine.ensure_service(app, plan, service, generation=1, host_ports={})
    return {state.service: state.id for state in node.engine.containers(app)}


def web(command: str, **changes: object) -> Service:
    mounts = (Mount("volume", "data", "/data"),)
    given = {"cpus": 0.5, "memory_mb": 128, "stop_grace": 1.0, "mounts": mounts}
    return Service("web", BASE, command=("sh", "-c", command), **(given | changes))  # type: ignore[arg-type]


def states(node: Node, app: str) -> tuple[ContainerState, ...]:
    return node.insight.containers()[app]


def measured(node: Node, app: str) -> AppDisk:
    return until(lambda: node.insight.disk(every=0).apps.get(app))


def test_counters_are_those_that_docker_tells(node: Node, app: str) -> None:
    """Of block devices too, whatever this kernel counts there."""
    ids = up(node, app, web(f"{BUSY}; touch /data/done; exec sleep 600"), volumes=("data",))
    until(lambda: node.run(f"docker exec {ids['web']} test -e /data/done").status == 0)

    told = node.insight.usage(states(node, app))[ids["web"]]

    asked = "curl -s --unix-socket /var/run/docker.sock http://docker/containers/"
    own = json.loads(node.run(f"{asked}{ids['web']}/stats?stream=false").stdout)
    moved = own["blkio_stats"]["io_service_bytes_recursive"] or []
    assert told.cpu_nanoseconds == pytest.approx(own["cpu_stats"]["cpu_usage"]["total_usage"], 0.2)
    assert told.memory_limit_bytes == own["memory_stats"]["limit"] == 128 * MB
    assert 0 < told.memory_bytes < 15 * MB, "without the cache of what was written"
    assert told.rx_bytes == own["networks"]["eth0"]["rx_bytes"]
    assert told.tx_bytes == own["networks"]["eth0"]["tx_bytes"]
    assert told.written_bytes == sum(one["value"] for one in moved if one["op"].lower() == "write")
    assert told.pids == own["pids_stats"]["current"]


def test_counters_rise_and_begin_anew_with_a_restart(node: Node, app: str) -> None:
    ids = up(node, app, web("head -c 900000000 /dev/zero | md5sum; exec sleep 600"))
    (one,) = ids.values()

    def counters() -> Counters:
        return node.insight.usage(states(node, app))[one]

    first = counters()
    later = until(lambda: (c := counters()).cpu_nanoseconds > first.cpu_nanoseconds and c)
    busy = until(lambda: (c := counters()).cpu_nanoseconds > 300_000_000 and c)
    node.run(f"docker restart -t 0 {one}")

    assert later.cpu_nanoseconds <= busy.cpu_nanoseconds
    assert counters().cpu_nanoseconds < busy.cpu_nanoseconds


def test_container_that_ended_or_is_gone_is_left_out(node: Node, app: str) -> None:
    ids = up(node, app, web("exit 0"))
    until(lambda: node.engine.containers(app)[0].status == "exited")

    (ended,) = states(node, app)
    gone = replace(ended, id="f" * 64, pid=4_000_000)

    assert (ended.id, ended.pid) == (ids["web"], 0)
    assert node.insight.usage([ended, gone]) == {}
    assert node.insight.usage([]) == {}


def test_limit_of_cores_is_told_with_the_container(node: Node, app: str) -> None:
    up(node, app, web("exec sleep 600", cpus=0.25))

    (state,) = node.insight.containers()[app]

    assert state.cpu_limit == 0.25


def test_disk_of_an_app_is_its_volumes_layer_logs_and_files(node: Node, app: str) -> None:
    command = (
        "dd if=/dev/zero of=/data/rows bs=1M count=12; dd if=/dev/zero of=/layer bs=1M count=7;"
        "head -c 3000000 /dev/zero | tr '\\0' x | fold -w 99; touch /data/done; exec sleep 600"
    )
    page = ManagedFile("page", "x" * 2 * MB, 0o644)
    ids = up(node, app, web(command), volumes=("data",), files=(page,))
    until(lambda: node.run(f"docker exec {ids['web']} test -e /data/done").status == 0)

    found = measured(node, app)

    assert (12 + 7 + 3 + 2) * 1024 <= found.used_kb <= (12 + 7 + 5 + 2) * 1024
    assert (
        abs(time.time() - time.mktime(time.strptime(found.measured_at[:19], "%Y-%m-%dT%H:%M:%S")))
        < 60
    )


def test_app_that_is_gone_is_forgotten_and_a_strangers_container_never_known(
    node: Node, app: str
) -> None:
    node.run(f"docker run -d --name foreign {BASE} sleep 600")
    up(node, app, web("exec sleep 600"))
    measured(node, app)
    node.engine.remove_everything(app)

    until(lambda: node.insight.disk(every=0).apps == {})
    node.run("docker rm -f foreign")


def test_node_tells_how_full_it_is_as_df_does(node: Node) -> None:
    own = node.run("df -Pk /var/lib/docker | awk 'NR == 2 {print $5}'").stdout

    assert abs(node.insight.disk(every=300).used_percent - int(own.strip().rstrip("%"))) <= 1


def test_look_begins_a_measuring_once_in_a_while_and_waits_for_none(node: Node, app: str) -> None:
    up(node, app, web("exec sleep 600"))
    hold = f"flock {disk.FOLDER}/lock sleep 600 >/dev/null 2>&1 </dev/null & echo $!"
    held = node.run(f"mkdir -p {disk.FOLDER}; {hold}").stdout.strip()
    node.insight.disk(every=0)
    assert node.run(f"[ -e {disk.FOLDER}/pid ]").status == 1, "one at a time"
    node.run(f"kill $(cat /proc/{held}/task/{held}/children) {held}")

    first = until(lambda: node.insight.disk(every=0).apps.get(app))
    pid = node.run(f"cat {disk.FOLDER}/pid").stdout

    assert node.insight.disk(every=300).apps[app] == first
    assert node.run(f"cat {disk.FOLDER}/pid").stdout == pid
    node.run(f"echo 100 >{disk.FOLDER}/took")
    node.insight.disk(every=1)
    assert node.run(f"cat {disk.FOLDER}/pid").stdout == pid, "what takes long rests long"


def test_look_at_ten_containers_is_soon_done(node: Node, app: str) -> None:
    services = [Service(f"s{n}", BASE, command=("sleep", "600"), stop_grace=0) for n in range(10)]
    up(node, app, *services)
    measured(node, app)
    seen = states(node, app)

    took = []
    for _ in range(5):
        began = time.monotonic()
        told = node.insight.usage(seen)
        full: NodeDisk = node.insight.disk(every=300)
        took.append(time.monotonic() - began)

    assert len(told) == 10
    assert app in full.apps
    print(f"\n{min(took) * 1000:.0f} to {max(took) * 1000:.0f} ms a look at ten containers")
    assert min(took) < 0.5
