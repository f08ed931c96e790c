"""A service's host name, the hosts that it knows, and its name servers."""

from __future__ import annotations

import pytest

from chalicelib.domain.compose.addresses import MAX_DNS, MAX_HOSTS
from tests.unit.domain.compose.planning import plan, service, service_refused, web


@pytest.mark.parametrize("key", ["hostname", "domainname"])
@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("", None),
        ("''", None),
        ("app", "app"),
        ("mail.example.com", "mail.example.com"),
        ("a" * 64, "a" * 64),
    ],
)
def test_own_name_is_read(key: str, written: str, name: str | None) -> None:
    assert getattr(service(f"{key}: {written}"), key) == name


@pytest.mark.parametrize("key", ["hostname", "domainname"])
@pytest.mark.parametrize("written", ["a b", "-a", "é", "a" * 65, "a/b"])
def test_own_name_that_is_none_is_refused(key: str, written: str) -> None:
    error = service_refused(f"{key}: {written}")

    assert (error.rule, error.line) == ("bad_network", 4)


@pytest.mark.parametrize(
    ("written", "hosts"),
    [
        ("['db:10.0.0.1']", [("db", "10.0.0.1")]),
        ("['db=10.0.0.1', db=10.0.0.1]", [("db", "10.0.0.1")]),
        ("['v6:::1', 'w6=[2001:db8::1]']", [("v6", "::1"), ("w6", "2001:db8::1")]),
        ("{db: 10.0.0.1, v6: '::1'}", [("db", "10.0.0.1"), ("v6", "::1")]),
        ("{db: [10.0.0.1, 10.0.0.2]}", [("db", "10.0.0.1"), ("db", "10.0.0.2")]),
        ("[]", []),
    ],
)
def test_extra_hosts_are_read(written: str, hosts: list[tuple[str, str]]) -> None:
    assert list(service(f"extra_hosts: {written}").extra_hosts) == hosts


@pytest.mark.parametrize(
    "written",
    [
        "['host.docker.internal:host-gateway']",
        "['host.docker.internal=host-gateway']",
        "{host.docker.internal: host-gateway}",
    ],
)
def test_the_node_itself_is_no_host(written: str) -> None:
    planned = plan(web(f"extra_hosts: {written}"))

    assert planned.services[0].extra_hosts == ()
    (note,) = planned.notes
    assert note.path == "services.web.extra_hosts.host.docker.internal"
    assert (note.line, note.reason) == (4, "The node itself is no host for its apps.")


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("extra_hosts: [db]", "bad_network"),
        ("extra_hosts: ['db:nowhere']", "bad_network"),
        ("extra_hosts: ['d b:10.0.0.1']", "bad_network"),
        ("extra_hosts: [':10.0.0.1']", "bad_network"),
        ("extra_hosts: {db: {a: b}}", "wrong_type"),
        (f"extra_hosts: {[f'h{n}:10.0.0.1' for n in range(MAX_HOSTS + 1)]}", "bad_network"),
        ("dns: [dns.example.com]", "bad_network"),
        ("dns: {a: b}", "wrong_type"),
        (f"dns: {[f'9.9.9.{n}' for n in range(MAX_DNS + 1)]}", "bad_network"),
        ("dns_search: ['a b']", "bad_network"),
        ("dns_opt: ['ndots 2']", "bad_network"),
        ("dns_opt: [[x]]", "wrong_type"),
    ],
)
def test_what_is_no_address_is_refused(lines: str, rule: str) -> None:
    error = service_refused(lines)

    assert (error.rule, error.line) == (rule, 4)


def test_value_of_a_variable_is_not_told() -> None:
    assert "hunter22" not in service_refused("dns: $X", X="hunter22").detail
    assert "hunter22" not in str(plan(web("extra_hosts: ['$X:host-gateway']"), X="hunter22").notes)


@pytest.mark.parametrize(
    ("lines", "field", "found"),
    [
        ("dns: 9.9.9.9", "dns", ("9.9.9.9",)),
        ("dns: [9.9.9.9, '2620:fe::fe', 9.9.9.9]", "dns", ("9.9.9.9", "2620:fe::fe")),
        ("dns_search: .", "dns_search", (".",)),
        ("dns_search: [a.example, b.example]", "dns_search", ("a.example", "b.example")),
        ("dns_opt: [use-vc, ndots:2]", "dns_options", ("use-vc", "ndots:2")),
    ],
)
def test_name_servers_are_read(lines: str, field: str, found: tuple[str, ...]) -> None:
    assert getattr(service(lines), field) == found


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "169.254.169.254", "0.0.0.0", "'::1'", "224.0.0.1"]
)
def test_name_server_on_the_node_is_not_asked_and_told(address: str) -> None:
    planned = plan(web(f"dns: [{address}, 9.9.9.9]"))

    assert planned.services[0].dns == ("9.9.9.9",)
    assert planned.ignored == ("services.web.dns",)
