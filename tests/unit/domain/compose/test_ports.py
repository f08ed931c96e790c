"""Ports in every form."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Port
from tests.unit.domain.compose.planning import plan, service, service_refused, web


@pytest.mark.parametrize(
    ("written", "ports"),
    [
        ("'80'", (Port(80),)),
        ("80", (Port(80),)),
        ("'8080:80'", (Port(80, 8080),)),
        ("22:22", (Port(22, 22),)),
        ("'127.0.0.1:8080:80'", (Port(80, 8080),)),
        ("'127.0.0.1::80'", (Port(80),)),
        ("'[::1]:8080:80'", (Port(80, 8080),)),
        ("'::1:8080:80'", (Port(80, 8080),)),
        ("'53:53/udp'", (Port(53, 53, "udp"),)),
        ("'80/TCP'", (Port(80),)),
        ("'8000-8002'", (Port(8000), Port(8001), Port(8002))),
        ("'9000-9001:80-81'", (Port(80, 9000), Port(81, 9001))),
        ("'9000-9010:80'", (Port(80),)),
        ("'0:80'", (Port(80),)),
        ("{target: 80}", (Port(80),)),
        ("{target: 80, published: 8080, protocol: udp}", (Port(80, 8080, "udp"),)),
        ("{target: 80, published: '8080-8090'}", (Port(80),)),
        ("' 80 '", (Port(80),)),
        ("'65535'", (Port(65_535),)),
    ],
)
def test_port_is_read(written: str, ports: tuple[Port, ...]) -> None:
    assert service(f"ports: [{written}]").ports == ports


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("'0'", "within 1 and 65535"),
        ("'65536'", "within 1 and 65535"),
        ("'99999999999'", "not a port"),
        ("'-80'", "not a port"),
        ("'٨٠'", "not a port"),
        ("'²'", "not a port"),
        ("http", "not a port"),
        ("''", "not a port"),
        ("'8080:'", "not a port"),
        ("'81-80'", "backwards"),
        ("'80-82:80-81'", "different lengths"),
        ("'1-65535'", "more than 100"),
        ("'1-101:1-101'", "more than 100"),
        ("'80/icmp'", "protocol"),
        ("'80/tcp/udp'", "protocol"),
        ("'host:80:80'", "IP address"),
        ("'web:80'", "not a port"),
        ("{published: 80}", "not a port"),
        ("{target: 80, protocol: icmp}", "protocol"),
    ],
)
def test_port_that_is_none_is_refused_by_name_line_and_reason(written: str, words: str) -> None:
    error = service_refused(f"ports: [80, {written}]")

    assert (error.rule, error.line) == ("bad_port", 4)
    assert "services.web.ports.1: " in error.detail
    assert words in error.detail


@pytest.mark.parametrize("written", ["[[80]]", "{80: 80}", "[{target: [80]}]"])
def test_other_shapes_are_refused(written: str) -> None:
    assert service_refused(f"ports: {written}").rule == "wrong_type"


def test_port_that_stands_twice_is_kept_once_and_protocols_apart() -> None:
    ports = service("ports: ['80', '8080:80', '80/udp', {target: 80}]").ports

    assert ports == (Port(80), Port(80, None, "udp"))


def test_many_ports_are_refused_even_in_small_pieces() -> None:
    many = ", ".join(f"'{first}-{first + 49}'" for first in (1000, 2000, 3000))

    error = service_refused(f"ports: [{many}]")

    assert error.rule == "bad_port"
    assert "services.web.ports names more than 100" in error.detail


def test_host_addresses_and_unknown_parts_are_told_as_ignored() -> None:
    planned = plan(web("ports: ['127.0.0.1:80:80', {target: 81, mode: host, app_protocol: http}]"))

    assert planned.ignored == (
        "services.web.ports.0.host_ip",
        "services.web.ports.1.mode",
        "services.web.ports.1.app_protocol",
    )


def test_single_port_needs_no_list() -> None:
    assert service("ports: 80").ports == (Port(80),)


@pytest.mark.parametrize("written", ["[http]", "['0']", "['80:80']", "['1-200']", "['80/x']"])
def test_what_is_exposed_must_be_a_port_too(written: str) -> None:
    error = service_refused(f"expose: {written}")

    assert (error.rule, error.line) == ("bad_port", 4)


def test_exposing_too_many_ports_is_refused() -> None:
    error = service_refused("expose: ['1-60', '101-160']")

    assert "services.web.expose names more than 100" in error.detail
