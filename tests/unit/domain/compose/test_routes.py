"""Which service and port the host names lead to."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import Route
from tests.unit.domain.compose.planning import plan, refused

TWO = """
services:
  db: {image: redis, expose: [6379], ports: ["6380/udp"]}
  web: {image: nginx, ports: ["53/udp", "8080:80", "81"]}
"""


def test_first_published_tcp_port_in_the_texts_order_is_the_route() -> None:
    assert plan(TWO).route == Route("web", 80)


def test_start_order_does_not_change_the_route() -> None:
    planned = plan("""
        services:
          web: {image: nginx, ports: ["80"], depends_on: [db]}
          db: {image: redis, ports: ["6379"]}
        """)

    assert planned.services[0].name == "db"
    assert planned.route == Route("web", 80)


def test_without_ports_the_first_exposed_one_is_the_route() -> None:
    assert plan("services: {web: {image: nginx, expose: ['53/udp', 3000]}}").route == Route(
        "web", 3000
    )


def test_without_any_port_there_is_no_route() -> None:
    assert plan("services: {job: {image: nginx, ports: ['53/udp']}}").route is None


@pytest.mark.parametrize("labels", ["{hoster.route.port: 6379}", "[a=b, 'hoster.route.port=6379']"])
def test_label_decides_over_ports_and_is_not_passed_on(labels: str) -> None:
    planned = plan(TWO.replace("expose: [6379]", f"labels: {labels}"))

    assert planned.route == Route("db", 6379)
    assert "hoster.route.port" not in dict(planned.services[0].labels)
    assert planned.ignored == ()


@pytest.mark.parametrize("port", ["0", "65536", "http", "''", "-1", "٨٠", "999999999999"])
def test_label_that_names_no_port_is_refused(port: str) -> None:
    error = refused(
        f"services:\n  web:\n    image: nginx\n    labels: {{hoster.route.port: {port}}}"
    )

    assert (error.rule, error.line) == ("bad_route", 4)
    assert "services.web.labels.hoster.route.port" in error.detail


def test_x_hoster_decides_over_all() -> None:
    stated = "x-hoster: {route: {service: db, port: 6379}}\n"

    assert plan(
        stated + TWO.replace("ports: [", "labels: [hoster.route.port=1], ports: [")
    ).route == (Route("db", 6379))


@pytest.mark.parametrize(("service", "port"), [("web", 80), ("db", 6379)])
def test_x_hoster_may_leave_the_port_to_the_services_own(service: str, port: int) -> None:
    assert plan(f"x-hoster: {{route: {{service: {service}}}}}{TWO}").route == Route(service, port)


@pytest.mark.parametrize(
    ("route", "rule"),
    [
        ("{service: nobody, port: 80}", "bad_route"),
        ("{port: 80}", "bad_route"),
        ("{service: web, port: 0}", "bad_route"),
        ("{service: web, port: 65536}", "bad_route"),
        ("{service: web, port: x}", "wrong_type"),
        ("{service: [web]}", "wrong_type"),
        ("web", "wrong_type"),
        ("[web]", "wrong_type"),
    ],
)
def test_route_to_nothing_is_refused(route: str, rule: str) -> None:
    error = refused(f"x-hoster:\n  route: {route}\n{TWO}")

    assert (error.rule, error.line) == (rule, 2)


def test_service_without_any_port_cannot_be_the_route_without_one() -> None:
    error = refused("x-hoster: {route: {service: a}}\nservices: {a: {image: b}}")

    assert error.rule == "bad_route"
    assert "x-hoster.route.port" in error.detail


def test_slips_below_x_hoster_are_told() -> None:
    planned = plan(f"x-hoster: {{route: {{service: web, prot: 81}}, rout: 1}}{TWO}")

    assert planned.ignored == ("x-hoster.route.prot", "x-hoster.rout")


def test_service_of_a_profile_is_no_route() -> None:
    error = refused("""
        x-hoster: {route: {service: debug}}
        services: {a: {image: b}, debug: {image: b, profiles: [x], ports: ["1"]}}
        """)

    assert error.rule == "bad_route"


def test_labels_of_odd_shapes_are_left_to_their_reader() -> None:
    assert refused("services: {a: {image: b, labels: {hoster.route.port: [80]}}}").rule == (
        "wrong_type"
    )


@pytest.mark.parametrize("no", ["false", "no", "'off'"])
def test_text_may_say_that_it_has_no_route_and_keeps_its_ports(no: str) -> None:
    planned = plan(TWO + f"x-hoster: {{route: {no}}}\n")

    assert planned.route is None
    assert [port.target for one in planned.services for port in one.ports] == [6380, 53, 80, 81]
    assert planned.ignored == ()


def test_route_that_is_another_word_is_a_mistake() -> None:
    error = refused(TWO + "x-hoster: {route: true}\n")

    assert (error.rule, error.line) == ("wrong_type", 5)
