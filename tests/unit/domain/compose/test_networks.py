"""Networks: on which a service stands, under which names, and which of them lead outside."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose.networks import MAX_ALIASES, MAX_NETWORKS
from chalicelib.domain.plan import Attachment, Network, Plan
from tests.unit.domain.compose.planning import plan, refused, web

TEXT = """
services:
  web: {{image: web, ports: [80], {web}}}
  db: {{image: db, {db}}}
networks: {{front: , back: {{internal: true}}, side: {{driver: overlay, attachable: true}}}}
"""


MANY = [f"a{number}" for number in range(MAX_ALIASES + 1)]


def planned(web: str, db: str = "", *, lenient: bool = False) -> Plan:
    return plan(TEXT.format(web=web, db=db), lenient=lenient)


def stands(plan: Plan, name: str) -> tuple[str, ...]:
    service = next(one for one in plan.services if one.name == name)
    return tuple(one.network for one in service.networks)


def test_service_that_names_none_stands_on_the_deployments_own() -> None:
    found = plan(web(""))

    assert found.services[0].networks == (Attachment("default"),)
    assert found.networks == ()


@pytest.mark.parametrize("written", ["[front]", "front", "{front: }", "{front: {}}"])
def test_network_that_all_stand_on_is_the_deployments_own(written: str) -> None:
    found = planned(f"networks: {written}", f"networks: {written}")

    assert (stands(found, "web"), stands(found, "db")) == (("default",), ("default",))
    assert found.networks == ()


def test_services_are_apart_on_networks_of_their_own() -> None:
    found = planned("networks: [front, back]", "networks: [back]")

    assert stands(found, "web") == ("default", "back")
    assert stands(found, "db") == ("back",)
    assert found.networks == (Network("back", internal=True),)


def test_internal_network_never_stands_for_the_deployments_own() -> None:
    found = planned("networks: [back, side]", "networks: [back]")

    assert stands(found, "web") == ("default", "back")
    assert found.networks == (Network("back", internal=True),)


def test_routed_service_on_internal_networks_alone_gets_a_way_in() -> None:
    found = planned("networks: [back]", "networks: [back]")

    assert stands(found, "web") == ("default", "back")
    assert stands(found, "db") == ("back",)


def test_default_network_can_be_named() -> None:
    found = planned("networks: [default, side]")

    assert stands(found, "web") == ("default", "side")
    assert found.networks == (Network("side"),)


def test_aliases_stay_within_their_network() -> None:
    found = planned(
        "networks: {default: , front: {aliases: [www, WWW2, web, db]}}", "networks: [front, side]"
    )

    service = next(one for one in found.services if one.name == "web")
    assert {one.network: one.aliases for one in service.networks} == {
        "default": (),
        "front": ("www", "WWW2"),
    }
    assert [(n.path, n.line) for n in found.notes if "aliases" in n.path] == [
        ("services.web.networks.front.aliases.3", 3)
    ]


def test_no_network_at_all() -> None:
    assert planned("network_mode: none").services[0].networks == ()


@pytest.mark.parametrize("mode", ["bridge", "default"])
def test_dockers_own_bridge_is_the_deployments_and_told(mode: str) -> None:
    found = planned(f"network_mode: {mode}")

    assert stands(found, "web") == ("default",)
    assert "services.web.network_mode" in found.ignored


def test_settings_without_effect_and_networks_without_services_are_told() -> None:
    found = plan("""
        services:
          web: {image: x, networks: {a: {ipv4_address: 10.0.0.2, priority: 5}}}
        networks:
          a: {driver: macvlan, ipam: {config: [{subnet: 10.0.0.0/8}]}, name: fixed, labels: [x]}
          b: {internal: true}
        """)

    assert set(found.ignored) == {
        *("services.web.networks.a.ipv4_address", "services.web.networks.a.priority"),
        *("networks.a.driver", "networks.a.ipam", "networks.a.name", "networks.a.labels"),
        "networks.b",
    }


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        (f"networks: {{front: {{aliases: {MANY}}}}}", "bad_network"),
        ("networks: [other]", "undefined_network"),
        ("networks: {other: }", "undefined_network"),
        ("networks: ['a b']", "bad_network"),
        ("networks: {front: {aliases: ['a b']}}", "bad_network"),
        ("networks: {front: {aliases: [[x]]}}", "wrong_type"),
        ("networks: {front: 5}", "wrong_type"),
        ("networks: [[front]]", "wrong_type"),
        ("networks: [front]\nnetwork_mode: none", "bad_network"),
        (
            f"networks: {{front: {{aliases: {[f'a{n}' for n in range(MAX_ALIASES + 1)]}}}}}",
            "bad_network",
        ),
    ],
)
def test_network_that_cannot_be_is_refused(lines: str, rule: str) -> None:
    error = refused("networks: {front: }\n" + web(lines))

    assert error.rule == rule
    assert error.line in {5, 6}
    assert "services.web" in error.detail


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("{'a b': }", "bad_network"),
        ("{a: 5}", "wrong_type"),
        ("{a: {internal: perhaps}}", "wrong_type"),
        (str({f"n{n}": {} for n in range(MAX_NETWORKS + 1)}), "too_complex"),
    ],
)
def test_declaration_that_cannot_be_is_refused(written: str, rule: str) -> None:
    assert refused(f"networks: {written}\n" + web("")).rule == rule


def test_lenient_takes_networks_that_nobody_declared() -> None:
    assert stands(planned("networks: [other]", lenient=True), "web") == ("other",)


def test_container_name_is_an_alias_unless_a_service_has_it() -> None:
    text = """
        services:
          web: {image: x, container_name: my-web}
          db: {image: x, container_name: web}
          log: {image: x, container_name: "${NAME}"}
        """
    found = {one.name: one.networks[0].aliases for one in plan(text, NAME="a b").services}

    assert found == {"web": ("my-web",), "db": (), "log": ()}
