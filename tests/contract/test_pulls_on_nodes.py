"""The contract of `chalicelib.ports.nodes`: images that are pulled."""

from __future__ import annotations

import uuid

import pytest

from chalicelib.domain.refused_pulls import cause_of
from chalicelib.ports.nodes import Node, PullState
from infra.local.engine.debian import BASE
from tests.contract.apps_on_nodes import pull_of
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]


def test_image_that_is_there_is_not_pulled(node: Node) -> None:
    node.engine.start_pulls([BASE])

    assert pull_of(node, BASE).state == "present"


def test_unknown_image_has_failed_with_the_registrys_reason(server: Droplet, node: Node) -> None:
    image = server.registry_image("absent:1")
    assert pull_of(node, image).state == "absent"

    node.engine.start_pulls([image])
    failed = until(lambda: (s := pull_of(node, image)).state == "failed" and s)

    assert cause_of(failed.message) == "not_found", failed.message


def test_failed_pull_is_tried_again(server: Droplet, node: Node) -> None:
    image = server.registry_image(f"late:{uuid.uuid4().hex}")
    node.engine.start_pulls([image])
    until(lambda: pull_of(node, image).state == "failed")

    node.run(f"docker tag {BASE} {image} && docker push {image} && docker rmi {image}")
    node.engine.start_pulls([image])

    assert until(lambda: pull_of(node, image).state == "present")


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
