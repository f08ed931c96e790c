"""What a droplet tells of use and disk: `Insight.usage` and `Insight.disk`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.nodes import disk
from chalicelib.domain import names_on_node as names
from chalicelib.domain.plan import ManagedFile, Mount, Plan, Service
from chalicelib.ports.insight import AppDisk, Counters, NodeDisk
from chalicelib.ports.nodes import ContainerState, Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

MB = 1024 * 1024
Json = dict[str, Any]
SOON_SECONDS = 0.5
"""What one look takes at most; a machine that has much else to do may need it sixty times."""
BUSY = (
    "head -c 40000000 /dev/zero | md5sum; dd if=/dev/zero of=/data/rows bs=1M count=20 oflag=direct"
)


@pytest.fixture
def node(server: Droplet) -> Iterator[Node]:
    with connect(server.login) as opened:
        yield opened
        opened.run(f"rm -rf {disk.FOLDER}")


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


def docker_tells(node: Node, container: str) -> Json:
    url = f"http://docker/containers/{container}/stats?stream=false"
    found: Json = json.loads(node.run(f"curl -s --unix-socket /var/run/docker.sock '{url}'").stdout)
    return found


def written(told: Json) -> int:
    moved = told["blkio_stats"]["io_service_bytes_recursive"] or []
    return sum(one["value"] for one in moved if one["op"].lower() == "write")


def test_counters_are_those_that_docker_tells(node: Node, app: str) -> None:
    """Of block devices too, whatever this kernel counts there."""
    ids = up(node, app, web(f"{BUSY}; touch /data/done; exec sleep 600"), volumes=("data",))
    until(lambda: node.run(f"docker exec {ids['web']} test -e /data/done").status == 0)

    before = docker_tells(node, ids["web"])
    told = node.insight.usage(states(node, app))[ids["web"]]
    after = docker_tells(node, ids["web"])

    first, last = (one["cpu_stats"]["cpu_usage"]["total_usage"] for one in (before, after))
    assert 0 < first <= told.cpu_nanoseconds <= last
    for direction, found in (("rx_bytes", told.rx_bytes), ("tx_bytes", told.tx_bytes)):
        first, last = (one["networks"]["eth0"][direction] for one in (before, after))
        assert first <= found <= last
    assert written(before) <= told.written_bytes <= written(after)
    assert told.memory_limit_bytes == after["memory_stats"]["limit"] == 128 * MB
    assert 0 < told.memory_bytes < 15 * MB, "without the cache of what was written"
    assert told.pids == after["pids_stats"]["current"]


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


def test_disk_of_an_engine_with_another_driver_and_folder(node: Node, server: Droplet) -> None:
    """Its layers are no folders, and its data lie elsewhere."""
    app = str(uuid.uuid4())
    docker = "DOCKER_HOST=unix:///run/other.sock docker"
    node.run(
        "setsid dockerd --storage-driver vfs --data-root /srv/other -H unix:///run/other.sock"
        " --exec-root /run/other --pidfile /run/other.pid --bridge none --iptables=false"
        " >/tmp/other.log 2>&1 </dev/null &"
    )
    until(lambda: node.run(f"{docker} info").status == 0)
    node.run(f"docker save {BASE} | {docker} load", timeout=60)
    labels = " ".join(f"--label {key}={value}" for key, value in names.labels(app).items())
    write = "dd if=/dev/zero of=/layer bs=1M count=7; dd if=/dev/zero of=/data/rows bs=1M count=12"
    made = node.run(
        f"{docker} run --network none {labels} -v {names.volume_name(app, 'data')}:/data"
        f" {BASE} sh -c '{write}'",
        timeout=60,
    )
    assert made.status == 0, made.stderr

    with connect(replace(server.login, docker_socket="/run/other.sock")) as other:
        found = until(lambda: other.insight.disk(every=0).apps.get(app))

    assert (12 + 7) * 1024 <= found.used_kb <= (12 + 7 + 1) * 1024
    node.run(f"{docker} rm -fv $({docker} ps -aq); kill $(cat /run/other.pid)")


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
    until(lambda: node.run(f"flock -n {disk.FOLDER}/lock true").status != 0)
    node.insight.disk(every=0)
    assert node.run(f"[ -e {disk.FOLDER}/pid ]").status == 1, "one at a time"
    node.run(f"kill $(cat /proc/{held}/task/{held}/children) {held}")

    first = until(lambda: node.insight.disk(every=300).apps.get(app))
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

    took: list[float] = []
    while len(took) < 5 or (min(took) >= SOON_SECONDS and len(took) < 60):
        began = time.monotonic()
        told = node.insight.usage(seen)
        full: NodeDisk = node.insight.disk(every=300)
        took.append(time.monotonic() - began)

    assert len(told) == 10
    assert app in full.apps
    print(f"\n{min(took) * 1000:.0f} to {max(took) * 1000:.0f} ms a look at ten containers")
    assert min(took) < SOON_SECONDS
