"""The contract of `chalicelib.ports.nodes`: apps brought up, changed, stopped and removed."""

from __future__ import annotations

import socket
import time
import uuid
from dataclasses import replace
from functools import partial
from urllib.request import urlopen

import pytest

from chalicelib.domain.errors import (
    CommandFailed,
    ContainerExited,
    HostUnreachable,
    ImageUnavailable,
    PortInUse,
)
from chalicelib.domain.plan import Dependency, ManagedFile, Plan, Port, Service
from chalicelib.ports.nodes import Node
from infra.local.engine.debian import BASE
from tests.contract.apps_on_nodes import DB, PLAN, WEB, one, state_of, up
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]


def test_service_finds_another_by_name_and_is_reached_at_its_port(node: Node, app: str) -> None:
    db, web = up(node.engine, app)

    ask_db = f"docker exec hoster_{app}_web wget -qO- http://db:54/x"
    assert until(lambda: node.run(ask_db).stdout) == "rows\n"
    assert until(lambda: node.run("curl -s http://127.0.0.1:30001/").stdout) == "served\n"
    assert (web.ports, db.ports) == (((80, 30001, "tcp"),), ())


def fetched(host: str, port: int) -> bytes:
    """What a web server answers; nothing while it does not listen yet."""
    try:
        with urlopen(f"http://{host}:{port}/", timeout=5) as answer:
            return bytes(answer.read())
    except OSError:
        return b""


def echoed(host: str, port: int) -> bytes:
    """What a UDP service answers to `ping`; nothing while it does not listen yet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.settimeout(0.5)
        asking.connect((host, port))
        asking.send(b"ping")
        try:
            return asking.recv(100)
        except OSError:
            return b""


def test_every_published_port_is_reached_and_the_others_are_not(
    server: Droplet, node: Node, app: str
) -> None:
    serve = "busybox httpd -p 80 -h /www; busybox httpd -p 81 -h /www; busybox httpd -p 82 -h /www;"
    echo = (
        "exec perl -MIO::Socket::INET -e '"
        '$s = IO::Socket::INET->new(LocalPort => 53, Proto => "udp") or die;'
        " $s->send($b) while $s->recv($b, 9)'"
    )
    service = replace(
        WEB,
        command=("sh", "-c", serve + echo),
        ports=(Port(80), Port(81), Port(53, protocol="udp"), Port(53)),
        depends_on=(),
    )
    plan = replace(PLAN, services=(service,), volumes=())
    at = {(80, "tcp"): 30021, (81, "tcp"): 30022, (53, "udp"): 30021, (53, "tcp"): 30023}
    node.engine.ensure_network(app)
    node.engine.deliver_files(app, plan)

    state = node.engine.ensure_service(app, plan, service, generation=1, host_ports=at)

    assert state.ports == tuple(sorted((port, host, kind) for (port, kind), host in at.items()))
    for port in (30021, 30022):
        assert until(partial(fetched, server.login.host, port)) == b"served\n"
    # The last of them to listen, which begins after the one at port 82.
    assert until(lambda: echoed(server.login.host, 30021)) == b"ping"
    assert node.run("curl -s -m 2 http://127.0.0.1:82").status != 0


def test_limits_and_guards_hold_inside(node: Node, app: str) -> None:
    up(node.engine, app)

    inside = node.run(
        f"docker exec hoster_{app}_web sh -c 'cd /sys/fs/cgroup;"
        " cat memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us;"
        " grep NoNewPrivs /proc/self/status; touch /www/index.html'"
    )
    assert inside.stdout.split() == ["268435456", "512", "50000", "NoNewPrivs:", "1"]
    assert "Read-only" in inside.stderr
    logs = node.run(f"docker inspect -f '{{{{json .HostConfig.LogConfig}}}}' hoster_{app}_web")
    assert logs.stdout == '{"Type":"json-file","Config":{"max-file":"3","max-size":"10m"}}\n'
    mode = node.run(f"stat -c '%a %U' /var/lib/hoster/files/{app}/page.*").stdout
    assert mode == "604 root\n"


def test_health_is_told_with_the_last_probe(node: Node, app: str) -> None:
    up(node.engine, app)

    healthy = until(lambda: (s := state_of(node, app, "db")).health == "healthy" and s)
    assert healthy.last_probe == "rows\n"
    assert state_of(node, app, "web").health == "none"

    node.run(f"docker exec hoster_{app}_db rm /data/www/x")
    sick = until(lambda: (s := state_of(node, app, "db")).health == "unhealthy" and s)
    assert "404" in sick.last_probe


def test_exit_and_restarts_are_told(node: Node, app: str) -> None:
    once = Service("once", BASE, command=("sh", "-c", "echo why; exit 7"))
    looping = Service("looping", BASE, command=("false",), restart="on-failure:2")
    up(node.engine, app, Plan(services=(once, looping)))

    ended = until(lambda: (s := state_of(node, app, "once")).status == "exited" and s)
    assert (ended.exit_code, ended.restarts) == (7, 0)
    gave_up = until(lambda: (s := state_of(node, app, "looping")).status == "exited" and s)
    assert (gave_up.exit_code, gave_up.restarts) == (1, 2)
    assert node.engine.logs(app, "once", tail=10) == "why\n"
    assert node.engine.logs(app, "absent", tail=10) == ""


def test_out_of_memory_is_told(node: Node, app: str) -> None:
    # The Engine may not hear of it once the container is gone: a child of it is what is killed.
    greedy = "tail /dev/zero; while [ ! -e /tmp/end ]; do sleep 0.1; done; exit 137"
    up(node.engine, app, one(memory_mb=8, command=("sh", "-c", greedy)))

    heard = f"docker events --since 10m --until 0s -f event=oom -f container=hoster_{app}_web"
    until(lambda: node.run(heard).stdout)
    node.run(f"docker exec hoster_{app}_web touch /tmp/end")
    ended = until(lambda: (s := state_of(node, app, "web")).status == "exited" and s)
    assert (ended.exit_code, ended.out_of_memory) == (137, True)


def test_everything_twice_changes_nothing(node: Node, app: str) -> None:
    first = up(node.engine, app)
    second = up(node.engine, app, generation=2)

    assert [(s.id, s.status) for s in second] == [(s.id, "running") for s in first]
    assert [s.service for s in node.engine.containers(app)] == ["db", "web"]
    assert [s.config_hash for s in second] == [
        node.engine.config_hash(app, PLAN, DB, host_ports={}),
        node.engine.config_hash(app, PLAN, WEB, host_ports={(80, "tcp"): 30001}),
    ]


@pytest.mark.parametrize("changed", ["environment", "file", "port"])
def test_changed_configuration_replaces_only_what_it_touches(
    node: Node, app: str, changed: str
) -> None:
    before = up(node.engine, app)
    plan, port = PLAN, 30001
    if changed == "environment":
        plan = replace(PLAN, services=(DB, replace(WEB, environment=(("GREETING", "hi"),))))
    elif changed == "file":
        plan = replace(PLAN, files=(ManagedFile("page", "new\n"),))
    else:
        port = 30002

    after = up(node.engine, app, plan, port=port, generation=2)

    assert before[0].id == after[0].id
    assert before[1].id != after[1].id
    assert (after[1].generation, after[1].status) == (2, "running")
    expected = "new\n" if changed == "file" else "served\n"
    assert until(lambda: node.run(f"curl -s http://127.0.0.1:{port}/").stdout) == expected


def test_volume_outlives_the_container(node: Node, app: str) -> None:
    up(node.engine, app)
    node.run(f"docker exec hoster_{app}_db sh -c 'echo kept >/data/kept'")

    node.engine.remove_containers(app)
    between = node.engine.remains(app)
    up(node.engine, app)

    assert between == ("files", "volume data")
    assert node.run(f"docker exec hoster_{app}_db cat /data/kept").stdout == "kept\n"


def test_volume_that_the_image_declares_outlives_the_container(node: Node, app: str) -> None:
    node.run(f"printf 'FROM {BASE}\\nVOLUME /keep\\n' | docker build -t keeping -")
    up(node.engine, app, one(image="keeping"))
    node.run(f"docker exec hoster_{app}_web touch /keep/it")

    up(node.engine, app, one(image="keeping", environment=(("A", "b"),)))

    assert node.run(f"docker exec hoster_{app}_web ls /keep").stdout == "it\n"
    node.engine.remove_everything(app)
    assert node.engine.remains(app) == ()
    assert node.run("docker volume ls -q").stdout == ""


def test_completed_service_runs_once_a_generation(node: Node, app: str) -> None:
    migrate = Service("migrate", BASE, command=("sh", "-c", "date +%N"))
    web = replace(
        one().services[0],
        depends_on=(Dependency("migrate", "service_completed_successfully"),),
    )
    plan = Plan(services=(migrate, web))

    runs = []
    for generation in (1, 1, 2):
        up(node.engine, app, plan, generation=generation)
        until(lambda: state_of(node, app, "migrate").status == "exited")
        runs.append(node.engine.logs(app, "migrate", tail=10))

    assert runs[0] == runs[1]
    assert runs[1] != runs[2]


def test_missing_image_is_told(node: Node, app: str) -> None:
    with pytest.raises(ImageUnavailable, match="absent:1 is not on the server"):
        up(node.engine, app, one(image="absent:1"))


def test_port_of_a_foreign_process_is_told_and_can_be_tried_again(node: Node, app: str) -> None:
    node.run(
        "setsid python3 -m http.server 30003 </dev/null >/dev/null 2>&1 & echo $! >/tmp/holder"
    )
    until(lambda: node.run("ss -tln | grep :30003").status == 0)

    with pytest.raises(PortInUse) as refused:
        up(node.engine, app, port=30003)
    assert refused.value.port == 30003
    assert up(node.engine, app, port=30004)[1].ports == ((80, 30004, "tcp"),)

    node.run("kill $(cat /tmp/holder)")
    assert until(lambda: up(node.engine, app, port=30003)[1].status) == "running"


def test_command_that_does_not_exist_is_told(node: Node, app: str) -> None:
    with pytest.raises(ContainerExited, match="nonsense"):
        up(node.engine, app, one(command=("nonsense",)))


def test_limit_that_the_server_cannot_give_is_told(node: Node, app: str) -> None:
    with pytest.raises(CommandFailed, match="CPUs"):
        up(node.engine, app, one(cpus=64.0))


def test_stop_asks_dependants_first_and_keeps_everything(node: Node, app: str) -> None:
    report = "trap 'date +%s%N; exit 0' TERM; while :; do sleep 0.05; done"
    first = Service("first", BASE, command=("sh", "-c", report), init=True, restart="always")
    second = replace(first, name="second", depends_on=(Dependency("first"),))
    up(node.engine, app, Plan(services=(first, second)))

    node.engine.stop(app)
    node.engine.stop(app)

    assert {s.status for s in node.engine.containers(app)} == {"exited"}
    said = {name: int(node.engine.logs(app, name, tail=1)) for name in ("first", "second")}
    assert said["second"] < said["first"]


def test_stop_waits_no_longer_than_the_grace_period(node: Node, app: str) -> None:
    deaf = "trap '' TERM; while :; do sleep 0.1; done"
    up(node.engine, app, one(command=("sh", "-c", deaf), stop_grace=1.0))
    started = time.monotonic()

    node.engine.stop(app)

    assert time.monotonic() - started < 10  # which is what Docker itself would wait, and more
    assert state_of(node, app, "web").exit_code == 137


def test_removal_leaves_nothing_and_can_be_repeated(node: Node, app: str) -> None:
    up(node.engine, app)
    assert node.engine.remains(app) == (
        "container db",
        "container web",
        "files",
        "network",
        "volume data",
    )

    node.engine.remove_everything(app)
    node.engine.remove_everything(app)

    assert node.engine.remains(app) == ()
    assert node.engine.containers(app) == ()


def test_volumes_that_are_kept_stay_with_their_data_and_all_else_goes(node: Node, app: str) -> None:
    up(node.engine, app)
    before = node.engine.remains(app)
    node.volumes.start_snapshot(app, ("data",), generation=1)
    until(lambda: node.volumes.snapshot_state(app, generation=1).state == "done")

    for _ in range(2):
        node.engine.remove_everything(app, keep_volumes=True)

    assert len(before) > 1
    assert node.engine.remains(app) == ("volume data",)
    found = node.run(f"docker volume ls -q --filter label=com.hoster.deployment={app}").stdout
    assert found == f"hoster_{app}_data\n"
    rows = f"docker run --rm -v hoster_{app}_data:/data {BASE} cat /data/www/x"
    assert node.run(rows).stdout == "rows\n"
    assert node.run("docker volume ls -q").stdout == found


def test_half_made_things_without_labels_are_found_and_removed(node: Node, app: str) -> None:
    node.run(
        f"docker network create hoster_{app}; docker volume create hoster_{app}_data;"
        f" docker create --name hoster_{app}_web --network hoster_{app} -v /anonymous {BASE} true"
    )
    found = node.engine.remains(app)

    node.engine.remove_everything(app)

    assert found == ("container web", "network", "volume data")
    assert node.engine.remains(app) == ()
    assert node.run("docker volume ls -q").stdout == ""


def test_half_made_container_is_replaced(node: Node, app: str) -> None:
    node.engine.ensure_network(app)
    node.run(f"docker create --name hoster_{app}_web --network hoster_{app} {BASE} true")

    assert up(node.engine, app)[1].status == "running"


def test_other_deployments_are_left_alone(node: Node, app: str) -> None:
    other = str(uuid.uuid4())
    up(node.engine, other, port=30009)
    up(node.engine, app)

    node.engine.remove_everything(app)

    assert [s.status for s in node.engine.containers(other)] == ["running", "running"]
    node.engine.remove_everything(other)


def test_sshd_killed_between_steps_loses_nothing(server: Droplet, app: str) -> None:
    with connect(server.login) as opened:
        opened.engine.ensure_network(app)
        opened.engine.ensure_volumes(app, PLAN)
        opened.engine.deliver_files(app, PLAN)
        opened.engine.ensure_service(app, PLAN, DB, generation=1, host_ports={})
        server.kill_sshd()
        with pytest.raises(HostUnreachable):
            opened.engine.ensure_service(app, PLAN, WEB, generation=1, host_ports={})

    until(server.answers)
    with connect(server.login) as opened:
        assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()
