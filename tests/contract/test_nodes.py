"""The contract of `chalicelib.ports.nodes`, held against a droplet of the local cloud."""

from __future__ import annotations

import socket
import time
import uuid
from dataclasses import replace
from functools import partial
from urllib.request import urlopen

import pytest

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    CommandFailed,
    ContainerExited,
    DiskFull,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    ImageUnavailable,
    LoginRefused,
    NotReady,
    PortInUse,
)
from chalicelib.domain.plan import (
    Dependency,
    HealthCheck,
    ManagedFile,
    Mount,
    Plan,
    Port,
    Route,
    Service,
)
from chalicelib.domain.refused_pulls import cause_of
from chalicelib.ports.nodes import CommandResult, ContainerState, Engine, Node, PullState
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, key_pair, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

DB = Service(
    name="db",
    image=BASE,
    command=("sh", "-c", "mkdir -p /data/www; echo rows >/data/www/x; exec busybox httpd -f -p 54"),
    working_dir="/data/www",
    mounts=(Mount("volume", "data", "/data"),),
    stop_grace=1.0,
    health_check=HealthCheck(("CMD-SHELL", "wget -qO- http://127.0.0.1:54/x"), 0.5, 2, 3),
)
WEB = Service(
    name="web",
    image=BASE,
    command=("busybox", "httpd", "-f", "-p", "80", "-h", "/www"),
    environment=(("GREETING", "hello"),),
    mounts=(Mount("file", "page", "/www/index.html"), Mount("tmpfs", "", "/scratch")),
    depends_on=(Dependency("db", "service_healthy"),),
    stop_grace=1.0,
)
PLAN = Plan(
    services=(DB, WEB),
    volumes=("data",),
    files=(ManagedFile("page", "served\n", 0o604),),
    route=Route("web", 80),
)


def up(
    engine: Engine, app: str, plan: Plan = PLAN, *, port: int = 30001, generation: int = 1
) -> list[ContainerState]:
    engine.ensure_network(app)
    engine.ensure_volumes(app, plan)
    engine.deliver_files(app, plan)
    return [
        engine.ensure_service(
            app,
            plan,
            service,
            generation=generation,
            host_ports={(80, "tcp"): port} if service.name == "web" else {},
        )
        for service in plan.services
    ]


def one(**changes: object) -> Plan:
    """A plan of one service."""
    service = replace(Service("web", BASE, command=("sleep", "600"), stop_grace=1.0), **changes)  # type: ignore[arg-type]
    return Plan(services=(service,), route=Route("web", 80))


# Logging in ---------------------------------------------------------------------------------


def test_first_connection_pins_the_key_that_the_server_has(server: Droplet) -> None:
    with connect(replace(server.login, host_key=None)) as opened:
        met = opened.host_key

    own = server.shell("cat /etc/ssh/ssh_host_ed25519_key.pub")
    assert met == " ".join(own.split()[:2])


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_pinned_key_of_any_kind_is_the_one_that_is_asked_for(server: Droplet, kind: str) -> None:
    pinned = server.shell(f"cat /etc/ssh/ssh_host_{kind}_key.pub")

    with connect(replace(server.login, host_key=pinned)) as opened:
        assert opened.host_key == " ".join(pinned.split()[:2])


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_another_host_key_is_refused_and_told_by_its_fingerprint(
    server: Droplet, kind: str
) -> None:
    """Of the kind that was pinned, or of another one where the server has no such key any more."""
    other = key_pair()[1]
    told = server.shell(f"ssh-keygen -lf /etc/ssh/ssh_host_{kind}_key.pub").split()[1]
    if kind != "ed25519":
        server.shell("sed -i '1i HostKey /etc/ssh/ssh_host_ecdsa_key' /etc/ssh/sshd_config")
        server.kill_sshd()
        until(replace(server, login=replace(server.login, host_key=None)).answers)
    try:
        with (
            pytest.raises(HostKeyChanged, match="another host key") as refused,
            connect(replace(server.login, host_key=other)),
        ):
            pass
    finally:
        if kind != "ed25519":
            server.shell("sed -i 1d /etc/ssh/sshd_config")
            server.kill_sshd()
            until(server.answers)

    assert refused.value.offered == told
    assert told in refused.value.detail


def test_unknown_key_is_refused(server: Droplet) -> None:
    with (
        pytest.raises(LoginRefused, match="authorized_keys"),
        connect(replace(server.login, private_key=key_pair()[0])),
    ):
        pass


def test_nobody_listening_is_unreachable(server: Droplet) -> None:
    with (
        pytest.raises(HostUnreachable, match="port 2222"),
        connect(replace(server.login, port=2222)),
    ):
        pass


@pytest.fixture(scope="module")
def sudoer(server: Droplet) -> str:
    server.shell(
        "useradd -m -s /bin/sh helper; mkdir -p /home/helper/.ssh;"
        "cp /root/.ssh/authorized_keys /home/helper/.ssh/; sed -i 's/^.*ssh-/ssh-/'"
        " /home/helper/.ssh/authorized_keys; chown -R helper /home/helper/.ssh;"
        "echo 'helper ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/helper"
    )
    return "helper"


def test_sudo_user_does_everything_as_root(server: Droplet, sudoer: str, app: str) -> None:
    with connect(replace(server.login, user=sudoer)) as opened:
        assert opened.run("id -un").stdout == "root\n"
        opened.write_file("/etc/written", "as root")
        assert opened.facts().docker_version
        opened.start_job(f"sudo-{app}", "id -un")
        assert until(lambda: opened.job_state(f"sudo-{app}").tail) == "root\n"
        assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()


@pytest.fixture(scope="module")
def docker_user(server: Droplet, sudoer: str) -> str:
    """A user in the group docker who may not use sudo."""
    server.shell(
        "groupadd -f docker; chgrp docker /var/run/docker.sock; chmod g+rw /var/run/docker.sock;"
        f"useradd -m -s /bin/sh -G docker porter; cp -r /home/{sudoer}/.ssh /home/porter/.ssh;"
        "chown -R porter /home/porter/.ssh"
    )
    return "porter"


def test_user_of_the_group_docker_does_everything_as_root(
    server: Droplet, docker_user: str, app: str
) -> None:
    with connect(replace(server.login, user=docker_user)) as opened:
        assert opened.run("id -un; exit 3").stdout == "root\n"
        assert opened.run("cat; exit 3", stdin="given") == CommandResult(3, "given", "")
        opened.write_file("/etc/written-by-porter", "as root")
        assert server.shell("stat -c %U /etc/written-by-porter") == "root"
        version = server.shell("docker version --format '{{.Server.Version}}'")
        assert opened.facts().docker_version == version
        assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
        seen = opened.insight.containers()[app]
        assert {one.id for one in seen} == {*opened.insight.usage(seen)}
        assert opened.insight.disk(every=0).used_percent > 0
        opened.engine.remove_everything(app)
        assert opened.engine.remains(app) == ()


def test_job_of_a_user_of_the_group_docker_outlives_what_started_it(
    server: Droplet, docker_user: str, app: str
) -> None:
    gate, job = f"/tmp/gate-{app}", f"docker-{app}"
    server.shell(f"mkfifo {gate}")
    with connect(replace(server.login, user=docker_user)) as opened:
        opened.start_job(job, f"cat {gate}; id -un")
        assert opened.job_state(job).state == "running"
    # What it was started in is gone by now.
    until(lambda: server.shell("docker ps -q --filter ancestor=hoster-root:1") == "")
    server.shell(f"echo opened >{gate}")
    with connect(replace(server.login, user=docker_user)) as opened:
        assert until(lambda: opened.job_state(job).tail) == "opened\nroot\n"


def test_docker_away_is_told_to_a_user_of_the_group_docker(
    server: Droplet, docker_user: str
) -> None:
    server.shell("mv /var/run/docker.sock /var/run/docker.away")
    try:
        with connect(replace(server.login, user=docker_user)) as opened:
            with pytest.raises(DockerUnavailable):
                opened.facts()
            with pytest.raises(DockerUnavailable):
                opened.insight.containers()
    finally:
        server.shell("mv /var/run/docker.away /var/run/docker.sock")


def test_user_without_sudo_is_told(server: Droplet, sudoer: str) -> None:
    server.shell("mv /etc/sudoers.d/helper /root/helper")
    try:
        with (
            connect(replace(server.login, user=sudoer)) as opened,
            pytest.raises(LoginRefused, match="sudo"),
        ):
            opened.run("true")
    finally:
        server.shell("mv /root/helper /etc/sudoers.d/helper")


# Commands, files, jobs ----------------------------------------------------------------------


def test_command_tells_status_and_both_outputs(node: Node) -> None:
    result = node.run("cat; echo bad >&2; exit 3", stdin="given")

    assert (result.status, result.stdout, result.stderr) == (3, "given", "bad\n")


def test_long_output_is_cut_to_its_end(node: Node) -> None:
    result = node.run("seq 1 200000; seq 1 200000 >&2; echo end")

    assert result.stdout.endswith("200000\nend\n")
    assert (len(result.stdout), len(result.stderr)) == (16384, 16384)


def test_command_past_its_limit_is_ended_on_the_server(node: Node) -> None:
    with pytest.raises(NotReady, match="within 1 s"):
        node.run("sleep 4242", timeout=1)

    assert node.run("pgrep -f '^sleep 4242'").status == 1


def test_input_of_megabytes_arrives(node: Node) -> None:
    assert node.run("sleep 0.2; wc -c", stdin="x" * 5_000_000).stdout == "5000000\n"


def test_file_is_written_whole_with_its_mode(node: Node) -> None:
    for content in ("first", "ünd 'quoted' $(x)\n"):
        node.write_file("/srv/a dir/it's", content, mode=0o640)

    assert node.run("cat '/srv/a dir/'*").stdout == "ünd 'quoted' $(x)\n"
    assert node.run("stat -c '%a %U' '/srv/a dir/'*").stdout == "640 root\n"


def test_full_disk_is_told_and_leaves_nothing(node: Node) -> None:
    node.run("mkdir -p /small; mount -t tmpfs -o size=64k none /small")

    with pytest.raises(DiskFull, match="no disk space"):
        node.write_file("/small/file", "x" * 200_000)

    assert node.run("ls -A /small").stdout == ""


def test_job_runs_once_and_tells_its_end(node: Node) -> None:
    name = f"job-{uuid.uuid4().hex}"
    before = node.job_state(name)
    node.start_job(name, "echo began; until [ -e /tmp/go ]; do sleep 0.1; done; echo out; exit 4")
    node.start_job(name, "echo second")
    during = node.job_state(name)

    node.run("touch /tmp/go")
    after = until(lambda: (s := node.job_state(name)).state != "running" and s)
    node.start_job(name, "echo third")

    assert (before.state, during.state) == ("absent", "running")
    assert (after.state, after.status, after.tail) == ("failed", 4, "began\nout\n")
    assert node.job_state(name) == after


def test_job_outlives_sshd(server: Droplet) -> None:
    name = f"job-{uuid.uuid4().hex}"
    with connect(server.login) as opened:
        opened.start_job(name, "until [ -e /tmp/later ]; do sleep 0.1; done; echo lived")
        server.kill_sshd()
        with pytest.raises(HostUnreachable):
            opened.run("true")

    until(server.answers)
    with connect(server.login) as opened:
        assert opened.job_state(name).state == "running"
        opened.run("touch /tmp/later")
        assert until(lambda: opened.job_state(name).state == "done")


def test_killed_job_has_failed_and_can_start_again(node: Node) -> None:
    name = f"job-{uuid.uuid4().hex}"
    node.start_job(name, "echo $$; exec sleep 300")
    until(lambda: node.job_state(name).tail)

    node.run(f"kill -9 -$(cat /var/lib/hoster/jobs/{name}/pid)")
    killed = node.job_state(name)
    node.start_job(name, "echo again")

    assert (killed.state, killed.status) == ("failed", None)
    assert until(lambda: node.job_state(name).state == "done")


# Containers ---------------------------------------------------------------------------------


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

    healthy = until(lambda: (s := _state(node, app, "db")).health == "healthy" and s)
    assert healthy.last_probe == "rows\n"
    assert _state(node, app, "web").health == "none"

    node.run(f"docker exec hoster_{app}_db rm /data/www/x")
    sick = until(lambda: (s := _state(node, app, "db")).health == "unhealthy" and s)
    assert "404" in sick.last_probe


def test_exit_and_restarts_are_told(node: Node, app: str) -> None:
    once = Service("once", BASE, command=("sh", "-c", "echo why; exit 7"))
    looping = Service("looping", BASE, command=("false",), restart="on-failure:2")
    up(node.engine, app, Plan(services=(once, looping)))

    ended = until(lambda: (s := _state(node, app, "once")).status == "exited" and s)
    assert (ended.exit_code, ended.restarts) == (7, 0)
    gave_up = until(lambda: (s := _state(node, app, "looping")).status == "exited" and s)
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
    ended = until(lambda: (s := _state(node, app, "web")).status == "exited" and s)
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
        until(lambda: _state(node, app, "migrate").status == "exited")
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
    assert _state(node, app, "web").exit_code == 137


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


# Pulls --------------------------------------------------------------------------------------


def test_image_that_is_there_is_not_pulled(node: Node) -> None:
    node.engine.start_pulls([BASE])

    assert _pull(node, BASE).state == "present"


def test_unknown_image_has_failed_with_the_registrys_reason(server: Droplet, node: Node) -> None:
    image = server.registry_image("absent:1")
    assert _pull(node, image).state == "absent"

    node.engine.start_pulls([image])
    failed = until(lambda: (s := _pull(node, image)).state == "failed" and s)

    assert cause_of(failed.message) == "not_found", failed.message


def test_failed_pull_is_tried_again(server: Droplet, node: Node) -> None:
    image = server.registry_image(f"late:{uuid.uuid4().hex}")
    node.engine.start_pulls([image])
    until(lambda: _pull(node, image).state == "failed")

    node.run(f"docker tag {BASE} {image} && docker push {image} && docker rmi {image}")
    node.engine.start_pulls([image])

    assert until(lambda: _pull(node, image).state == "present")


def test_absent_images_are_pulled_at_the_same_time_and_outlive_the_connection(
    server: Droplet, node: Node
) -> None:
    """Two large images over a slow line, beside one that is there and one that does not exist."""
    large = [server.registry_image(f"big:{uuid.uuid4().hex}") for _ in range(2)]
    images = [large[0], BASE, server.registry_image("absent:3"), large[1]]
    for image in large:
        made = node.run(
            "mkdir -p /tmp/big && cd /tmp/big && head -c 30000000 /dev/urandom >blob"
            f" && printf 'FROM {BASE}\\nCOPY blob /\\n' >Dockerfile"
            f" && docker build -q -t {image} . && docker push -q {image} && docker rmi {image}",
            timeout=60,
        )
        assert made.status == 0, made.stderr
    server.shell("tc qdisc add dev lo root tbf rate 200mbit burst 1mb latency 50ms")

    with connect(server.login) as passing:
        passing.engine.start_pulls(images)
        passing.engine.start_pulls(images)
    seen: list[dict[str, PullState]] = []
    until(
        lambda: (
            seen.append(node.engine.pull_states(images))
            or {seen[-1][image].state for image in large} == {"present"}
        )
    )

    server.shell(f"tc qdisc del dev lo root; docker rmi {' '.join(large)}; rm -rf /tmp/big")
    assert all(list(look) == images for look in seen)
    assert any({look[image].state for image in large} == {"pulling"} for look in seen)
    for image in large:
        looks = [look[image] for look in seen]
        assert {s.state for s in looks} == {"pulling", "present"}
        assert all(0 <= s.done_bytes <= s.total_bytes for s in looks)
        assert any(s.total_bytes for s in looks if s.state == "pulling")
        assert looks[-1].done_bytes == looks[-1].total_bytes
    assert {look[BASE].state for look in seen} == {"present"}
    assert seen[-1][images[2]].state == "failed"


def _pull(node: Node, image: str) -> PullState:
    return node.engine.pull_states([image])[image]


def test_machines_clock_is_told(server: Droplet, node: Node) -> None:
    before, told, after = (
        server.shell("date +%s"),
        clock.moment_of(node.engine.now()).timestamp(),
        server.shell("date +%s"),
    )

    assert int(before) <= told <= int(after) + 1


# Bad luck -----------------------------------------------------------------------------------


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


def test_docker_away_is_not_a_server_away(server: Droplet, sudoer: str) -> None:
    server.shell("mv /var/run/docker.sock /var/run/docker.away")
    try:
        for user in ("root", sudoer):
            with (
                connect(replace(server.login, user=user)) as opened,
                pytest.raises(DockerUnavailable),
            ):
                opened.engine.containers("any")
    finally:
        server.shell("mv /var/run/docker.away /var/run/docker.sock")


def test_engine_is_asked_on_the_socket_that_the_login_names(
    server: Droplet, sudoer: str, app: str
) -> None:
    image = server.registry_image("absent:2")
    server.shell("mv /var/run/docker.sock /var/run/elsewhere.sock")
    try:
        for user in ("root", sudoer):
            login = replace(server.login, user=user, docker_socket="/var/run/elsewhere.sock")
            with connect(login) as opened:
                assert opened.facts().docker_version
                assert [state.status for state in up(opened.engine, app)] == ["running", "running"]
                opened.engine.start_pulls([image])
                until(lambda: _pull(opened, image).state == "failed")
                assert cause_of(_pull(opened, image).message) == "not_found"
                opened.engine.remove_everything(app)
        with connect(server.login) as opened:
            assert opened.facts().docker_version is None
    finally:
        server.shell("mv /var/run/elsewhere.sock /var/run/docker.sock")


def _state(node: Node, app: str, service: str) -> ContainerState:
    (found,) = (s for s in node.engine.containers(app) if s.service == service)
    return found
