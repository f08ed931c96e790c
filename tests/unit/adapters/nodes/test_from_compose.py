"""From a compose text to the Engine's create request, key by key and form by form."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest

from chalicelib.adapters.nodes import containers
from chalicelib.domain.compose import ConfigFile, plan_compose
from chalicelib.domain.host_ports import published_ports
from chalicelib.domain.plan import Plan
from tests.unit.adapters.nodes.compose_cases import CASES

TEXT = """\
services:
  web:
    image: nginx:alpine
{lines}
  db: {{image: redis, volumes: ["data:/data"], healthcheck: {{test: x}}}}
volumes: {{data: }}
networks: {{front: , back: {{internal: true}}}}
configs: {{c: {{content: hello}}}}
secrets: {{s: {{environment: V}}}}
"""
FILE = ConfigFile("app", "./app.env", 'F=1\nG="$V two" # said\n')


def planned(lines: str) -> Plan:
    text = TEXT.format(lines=textwrap.indent(lines, "    "))
    return plan_compose(text, variables={"V": "given"}, config_files=[FILE])


def requested(lines: str) -> dict[str, Any]:
    plan = planned(lines)
    web = next(one for one in plan.services if one.name == "web")
    at = {
        (port["container_port"], port["protocol"]): 30001 + index
        for index, port in enumerate(published_ports(plan))
        if port["service"] == "web"
    }
    return containers.creation("d1", plan, web, generation=1, host_ports=at)


def at(request: Any, path: str) -> Any:
    """Find what stands at a path; labels have dots in their names."""
    head, _, rest = path.partition(".")
    if head == "Labels":
        return request["Labels"].get(rest)
    for key in path.split("."):
        if request is None:
            return None
        request = request[int(key)] if key.isdigit() else request.get(key)
    return request


@pytest.mark.parametrize(
    ("key", "lines", "asked"), CASES, ids=[f"{key}-{lines[:40]}" for key, lines, _ in CASES]
)
def test_what_a_service_says_reaches_the_engine(
    key: str, lines: str, asked: dict[str, Any]
) -> None:
    assert not lines or re.search(rf"^{key}:", lines, re.MULTILINE)

    request = requested(lines)

    assert {path: at(request, path) for path in asked} == asked


def test_what_a_service_does_not_say_is_not_asked_for() -> None:
    host_config = requested("")["HostConfig"]

    assert host_config.keys() == {
        *("NetworkMode", "PortBindings", "Mounts", "RestartPolicy", "NanoCpus", "Memory"),
        *("MemorySwap", "PidsLimit", "LogConfig", "SecurityOpt", "Init", "ReadonlyRootfs"),
    }


def test_further_networks_are_joined_by_name_and_the_way_out_comes_first() -> None:
    plan = planned("networks: {back: {aliases: [cache]}, front: {aliases: [www]}, default: }")
    web = next(one for one in plan.services if one.name == "web")

    request = containers.creation("d1", plan, web, generation=1, host_ports={})

    assert request["NetworkingConfig"]["EndpointsConfig"] == {
        "hoster_d1_front": {"Aliases": ["web", "www"]}
    }
    assert containers.further_networks("d1", web) == [
        ("hoster_d1", ["web"]),
        ("hoster_d1_back", ["web", "cache"]),
    ]
    assert {(one.name, one.internal) for one in plan.networks} == {("front", False), ("back", True)}


def test_hash_changes_with_a_further_network() -> None:
    def digest(lines: str) -> str:
        plan = planned(lines)
        web = next(one for one in plan.services if one.name == "web")
        return containers.config_hash("d1", plan, web, host_ports={})

    assert digest("networks: [default, back]") != digest("networks: [default]")
    assert digest("networks: [default]") == digest("")
