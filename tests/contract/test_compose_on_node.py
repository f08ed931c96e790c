"""A compose text on a droplet of the local cloud: what it asks for is found inside containers."""

from __future__ import annotations

import textwrap
import uuid
from collections.abc import Iterator

import pytest

from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.plan import Plan
from chalicelib.ports.nodes import Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(180)]

TEXT = """\
x-sleep: &sleep {{image: "{image}", command: [sleep, "600"], stop_grace_period: 1s}}
services:
  web:
    image: {image}
    command: [busybox, httpd, -f, -p, "80", -h, /www]
    stop_grace_period: 1s
    ports: ["8080:80"]
    container_name: my-web
    hostname: shop
    domainname: example.com
    networks: {{front: {{aliases: [www]}}, back: }}
    links: ["db:database"]
    env_file: app.env
    environment: {{TOLD: "$NAME"}}
    volumes: ["./app.env:/www/app.env", "./data:/data"]
    tmpfs: ["/run:size=8m,mode=1777"]
    extra_hosts: ["else.where:192.0.2.7"]
    dns_search: [example.org]
    dns_opt: ["ndots:3"]
    ulimits: {{nofile: {{soft: 1000, hard: 2000}}}}
    sysctls: {{net.core.somaxconn: 321}}
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE, SETGID]
    shm_size: 16m
    group_add: ["4242"]
    init: true
    stop_signal: SIGINT
    configs: [{{source: greeting, target: /www/greeting}}]
    logging: {{options: {{max-size: 1m, max-file: "2"}}}}
    healthcheck: {{test: [CMD, "true"], interval: 1s, start_period: 5s, start_interval: 1s}}
    deploy: {{resources: {{limits: {{memory: 64m}}, reservations: {{memory: 32m}}}}}}
  db:
    <<: *sleep
    networks: [back]
    volumes: ["rows:/rows"]
  sharer:
    <<: *sleep
    networks: [front]
    volumes_from: ["db:ro"]
  alone:
    <<: *sleep
    network_mode: none
networks: {{front: , back: {{internal: true}}}}
volumes: {{rows: }}
configs: {{greeting: {{content: "hello $NAME"}}}}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_compose(
        textwrap.dedent(TEXT).format(image=BASE),
        variables={"NAME": "you"},
        config_files=[ConfigFile("app", "app.env", "FROM_FILE='for $NAME'\nAND=${NAME}\n")],
    )


@pytest.fixture(scope="module")
def node(server: Droplet) -> Iterator[Node]:
    with connect(server.login) as opened:
        yield opened


@pytest.fixture(scope="module")
def app(node: Node, plan: Plan) -> Iterator[str]:
    """The deployment, up; nothing of it is left afterwards, its networks included."""
    name, engine = str(uuid.uuid4()), node.engine
    engine.ensure_network(name, plan.networks)
    engine.ensure_network(name, plan.networks)
    engine.ensure_volumes(name, plan)
    engine.deliver_files(name, plan)
    for service in plan.services:
        at = {(80, "tcp"): 30011} if service.name == "web" else {}
        state = engine.ensure_service(name, plan, service, generation=1, host_ports=at)
        assert state.status == "running"
    until(lambda: inside(node, name, "web", "wget -qO- http://127.0.0.1/greeting"))
    yield name
    engine.remove_everything(name)
    assert engine.remains(name) == ()


def inside(node: Node, app: str, service: str, command: str) -> str:
    return node.run(f"docker exec hoster_{app}_{service} sh -c '{command}'").stdout.strip()


def asked(node: Node, app: str, field: str) -> str:
    return node.run(f"docker inspect -f '{{{{{field}}}}}' hoster_{app}_web").stdout.strip()


@pytest.mark.parametrize("host", ["web", "www", "my-web"])
def test_service_answers_to_its_names_on_a_network(node: Node, app: str, host: str) -> None:
    assert inside(node, app, "sharer", f"wget -qO- http://{host}/greeting") == "hello you"


@pytest.mark.parametrize("host", ["web", "my-web"])
def test_service_answers_on_its_second_network(node: Node, app: str, host: str) -> None:
    assert inside(node, app, "db", f"wget -qO- http://{host}/greeting") == "hello you"


def test_alias_stays_within_its_network_and_a_link_gives_a_name(node: Node, app: str) -> None:
    assert inside(node, app, "db", "wget -T 3 -qO- http://www/greeting || echo none") == "none"
    assert "database" in inside(node, app, "web", "getent hosts database")


def test_networks_keep_services_apart(node: Node, app: str) -> None:
    assert inside(node, app, "sharer", "getent hosts db || echo none") == "none"
    assert inside(node, app, "alone", "ls /sys/class/net") == "lo"
    networks = f"hoster_{app} hoster_{app}_back"
    internal = node.run(f"docker network inspect -f '{{{{.Internal}}}}' {networks}").stdout
    assert internal.split() == ["false", "true"]


def test_routed_port_is_published(node: Node, app: str) -> None:
    assert node.run("curl -s http://127.0.0.1:30011/greeting").stdout == "hello you"


def test_environment_comes_from_the_file_and_the_variables(node: Node, app: str) -> None:
    found = inside(node, app, "web", 'echo "$FROM_FILE|$AND|$TOLD"')

    assert found == "for $NAME|you|you"


def test_names_and_hosts_inside(node: Node, app: str) -> None:
    assert inside(node, app, "web", "hostname") == "shop"
    assert "192.0.2.7" in inside(node, app, "web", "grep else.where /etc/hosts")
    resolver = inside(node, app, "web", "cat /etc/resolv.conf")
    assert "search example.org" in resolver
    assert "ndots:3" in resolver


def test_limits_of_the_kernel_inside(node: Node, app: str) -> None:
    assert inside(node, app, "web", "ulimit -Sn; ulimit -Hn").split() == ["1000", "2000"]
    assert inside(node, app, "web", "cat /proc/sys/net/core/somaxconn") == "321"
    sizes = inside(node, app, "web", "df -k /dev/shm /run | grep -v Filesystem")
    assert [line.split()[1] for line in sizes.splitlines()] == ["16384", "8192"]
    bounding = inside(node, app, "web", "grep CapBnd /proc/1/status").split()[1]
    assert int(bounding, 16) == (1 << 10) | (1 << 6)
    assert "4242" in inside(node, app, "web", "id -G").split()


def test_mounts_inside(node: Node, app: str) -> None:
    inside(node, app, "db", "echo row >/rows/x")
    assert inside(node, app, "sharer", "cat /rows/x; touch /rows/y 2>&1 | tail -c 22") == (
        "row\nRead-only file system"
    )
    assert inside(node, app, "web", "touch /data/x && echo made") == "made"
    assert "FROM_FILE" in inside(node, app, "web", "cat /www/app.env")


def test_the_rest_is_asked_of_the_engine(node: Node, app: str) -> None:
    assert asked(node, app, ".Config.StopSignal") == "SIGINT"
    assert asked(node, app, ".HostConfig.LogConfig.Config") == "map[max-file:2 max-size:1m]"
    assert asked(node, app, ".HostConfig.MemoryReservation") == str(32 * 1024 * 1024)
    assert asked(node, app, ".HostConfig.Init") == "true"


def test_what_is_left_is_named(node: Node, app: str) -> None:
    assert set(node.engine.remains(app)) >= {
        *("network", "network back", "container alone", "volume folder.data", "volume rows"),
    }
