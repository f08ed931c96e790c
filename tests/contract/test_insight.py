"""The contract of `chalicelib.ports.insight`, held against a droplet of the local cloud."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from chalicelib.domain import names_on_node as names
from chalicelib.domain.errors import DockerUnavailable
from chalicelib.domain.plan import Dependency, Plan, Service
from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState, Node
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

STAYS = ("sleep", "600")


@pytest.fixture
def apps(server: Droplet) -> Iterator[list[str]]:
    """Two deployments' ids; whatever the test left of them is removed."""
    made = [str(uuid.uuid4()) for _ in range(2)]
    yield made
    with connect(server.login) as opened:
        for app in made:
            opened.engine.remove_everything(app)


def up(node: Node, app: str, *services: Service) -> None:
    plan = Plan(services=services)
    node.engine.ensure_network(app)
    for service in services:
        node.engine.ensure_service(app, plan, service, generation=1, host_ports={})


def seen(node: Node, app: str, service: str) -> ContainerState:
    return next(one for one in node.insight.containers()[app] if one.service == service)


def test_every_app_is_seen_in_one_look_and_nothing_else(node: Node, apps: list[str]) -> None:
    up(node, apps[0], Service("web", BASE, command=STAYS), Service("db", BASE, command=STAYS))
    up(node, apps[1], Service("web", BASE, command=STAYS))
    node.run(f"docker run -d --name foreign {BASE} sleep 600")

    look = node.insight.containers()

    assert {app: [one.service for one in look[app]] for app in look} == {
        apps[0]: ["db", "web"],
        apps[1]: ["web"],
    }
    assert look[apps[0]] == node.engine.containers(apps[0])
    node.run("docker rm -f foreign")


def test_images_are_counted_once_each(node: Node) -> None:
    one = node.insight.image_bytes([BASE])

    assert one > 10_000_000
    assert node.insight.image_bytes([BASE, BASE, "hoster-test/none:1"]) == one


def test_stopped_and_completed_ones_are_seen_as_such(node: Node, apps: list[str]) -> None:
    job = Service("job", BASE, command=("true",))
    waiting = Dependency("job", "service_completed_successfully")
    web = Service("web", BASE, command=("sh", "-c", "sleep 0.2; exit 7"), depends_on=(waiting,))
    up(node, apps[0], job, web)

    ended = until(lambda: (s := seen(node, apps[0], "web")).status == "exited" and s)

    assert (ended.exit_code, ended.completes) == (7, False)
    assert ended.started_at
    assert ended.finished_at
    assert ended.started_at < ended.finished_at
    assert seen(node, apps[0], "job").completes


def test_container_that_vanishes_during_the_look_is_left_out(
    node: Node, apps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    up(node, apps[0], Service("web", BASE, command=STAYS), Service("db", BASE, command=STAYS))
    listing = node.insight.client.containers  # type: ignore[attr-defined]

    def listed_then_removed(**given: object) -> object:
        found = listing(**given)
        node.run(f"docker rm -f {names.container_name(apps[0], 'db')}")
        return found

    monkeypatch.setattr(node.insight.client, "containers", listed_then_removed)  # type: ignore[attr-defined]

    assert [one.service for one in node.insight.containers()[apps[0]]] == ["web"]


def test_ends_are_remembered_with_status_and_want_of_memory(node: Node, apps: list[str]) -> None:
    # The Engine may not hear of it once the container is gone: a child of it is what is killed.
    wants = "tail /dev/zero; sleep 1; exit 137"
    greedy = Service("web", BASE, command=("sh", "-c", wants), memory_mb=8, restart="on-failure:2")
    plain = Service("web", BASE, command=("sh", "-c", "exit 3"), restart="on-failure:1")
    before = node.run("date -u +%FT%TZ").stdout.strip()
    up(node, apps[0], greedy)
    up(node, apps[1], plain)
    until(lambda: seen(node, apps[0], "web").status == "exited")
    until(lambda: seen(node, apps[1], "web").status == "exited")

    def told() -> dict[str, tuple[Death, ...]]:
        # An event follows its end, and the kernel's word about memory may follow later still.
        now = node.run("date -u +%FT%TZ").stdout.strip()
        return node.insight.deaths(since=before, until=now)

    until(lambda: len(told().get(apps[0], ())) == 3)
    deaths = told()

    starved = [(one.exit_code, one.out_of_memory) for one in deaths[apps[0]]]
    assert starved == [(137, True)] * 3
    assert [(one.service, one.exit_code) for one in deaths[apps[1]]] == [("web", 3)] * 2
    assert not any(one.out_of_memory for one in deaths[apps[1]])
    assert [one.at for one in deaths[apps[0]]] == sorted(one.at for one in deaths[apps[0]])


def test_engine_that_is_down_is_told_as_such(server: Droplet, node: Node) -> None:
    server.shell("kill -STOP $(pidof dockerd); mv /var/run/docker.sock /var/run/hidden.sock")
    try:
        with connect(server.login) as opened, pytest.raises(DockerUnavailable):
            opened.insight.containers()
    finally:
        server.shell("mv /var/run/hidden.sock /var/run/docker.sock; kill -CONT $(pidof dockerd)")
