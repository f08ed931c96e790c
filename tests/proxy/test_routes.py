"""Routes as map entries, their addresses, and the difference of two maps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.proxy.routes import (
    Networks,
    Routes,
    Secured,
    carry,
    certificates_in,
    challenges_in,
    difference,
    redirected,
    save,
)

NETWORKS = Networks(refused=("10.9.0.0/16",), admitted=("10.9.7.0/24",))


def item(**changed: Any) -> dict[str, Any]:
    return {
        "host": "a.test",
        "deployment_id": "0190-ab",
        "state": "running",
        "address": "10.1.2.3",
        "port": 30001,
    } | changed


def test_a_running_route_has_its_place() -> None:
    assert carry([item()], NETWORKS) == ({"a.test": "open/10.1.2.3/30001/0190-ab/-/-"}, [])


def test_a_route_that_wants_more_than_to_be_led_to_is_not_open() -> None:
    assert carry([item(hsts=True)], NETWORKS)[0] == {"a.test": "running/10.1.2.3/30001/0190-ab/h/-"}


@pytest.mark.parametrize("state", ["starting", "stopped", "failed", "unverified"])
def test_another_state_has_no_place(state: str) -> None:
    stopped = item(state=state, address="", port=0)

    assert carry([stopped], NETWORKS) == ({"a.test": f"{state}/-/0/0190-ab/-/-"}, [])


def test_a_route_over_a_nodes_door_names_the_node_as_its_certificate_does() -> None:
    routes, _ = carry([item(node="node_AB12")], NETWORKS)

    assert routes == {"a.test": "running/10.1.2.3/30001/0190-ab/t/node-ab12"}


def test_a_node_that_could_be_read_as_more_is_failed() -> None:
    assert carry([item(node="x/y z")], NETWORKS)[0] == {"a.test": "failed/-/0/0190-ab/-/-"}


def test_an_alias_names_where_it_leads_and_what_its_own_name_wants() -> None:
    alias = item(state="alias", alias="b.test", certificate="ab" * 32, hsts=True, address="")

    assert carry([alias], NETWORKS) == ({"a.test": "alias/b.test/0/0190-ab/h/-"}, [])


@pytest.mark.parametrize("target", ["b.test/x", "b test", "", None])
def test_an_alias_that_leads_to_no_name_is_failed(target: str | None) -> None:
    routes, complaints = carry([item(state="alias", alias=target)], NETWORKS)

    assert routes == {"a.test": "failed/-/0/0190-ab/-/-"}
    assert len(complaints) == 1


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "0.0.0.0",
        "10.9.1.1",
        "::1",
        "node.test",
        "10.1.2.3/x",
        "",
        None,
    ],
)
def test_an_address_that_is_not_allowed_is_carried_as_failed(address: str | None) -> None:
    routes, complaints = carry([item(address=address)], NETWORKS)

    assert routes == {"a.test": "failed/-/0/0190-ab/-/-"}
    assert complaints == [
        f"a.test of 0190-ab is carried as failed: the address {str(address)!r} is not allowed"
    ]


def test_an_admitted_address_is_let_through() -> None:
    assert Networks(refused=("10.9.0.0/16",), admitted=("10.9.7.0/24",)).admit("10.9.7.1")
    assert Networks(admitted=("127.0.0.0/8",)).admit("127.0.0.1")
    assert not Networks(admitted=("127.0.0.0/8",)).admit("169.254.169.254")


@pytest.mark.parametrize(
    ("port", "state"),
    [(0, "failed"), (65536, "failed"), (65535, "open"), ("80", "failed"), (None, "failed")],
)
def test_a_port_must_be_one(port: int | str | None, state: str) -> None:
    routes, _ = carry([item(port=port)], NETWORKS)

    assert routes["a.test"].startswith(f"{state}/")


def test_an_unknown_state_is_carried_as_failed() -> None:
    routes, complaints = carry([item(state="running/1.1.1.1/80")], NETWORKS)

    assert routes == {"a.test": "failed/-/0/0190-ab/-/-"}
    assert len(complaints) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"host": "a.test x"},
        {"host": "a.test;del map routes.map b.test"},
        {"host": "A.test"},
        {"host": ""},
        {"deployment_id": "x y"},
        {"deployment_id": "x/y"},
        {"deployment_id": "x\ny"},
    ],
)
def test_what_could_be_read_as_a_command_is_left_out(changed: dict[str, str]) -> None:
    routes, complaints = carry([item(**changed), item(host="b.test")], NETWORKS)

    assert list(routes) == ["b.test"]
    assert len(complaints) == 1


def test_what_is_there_for_its_certificate_alone_is_no_route() -> None:
    nowhere = [{"host": host, "certificate": "ab" * 32} for host in ("*.apps.test", "#client")]

    assert carry(nowhere, NETWORKS) == ({}, [])
    assert certificates_in(nowhere) == ({"*.apps.test": "ab" * 32, "#client": "ab" * 32}, [])


@pytest.mark.parametrize(
    ("host", "fingerprint"),
    [
        ("a.test", "AB" * 32),
        ("a.test", "ab" * 31),
        ("a.test", f"{'ab' * 31}a\n"),
        ("a.test", 5),
        ("../x", "ab" * 32),
        ("a test", "ab" * 32),
        ("*.*.test", "ab" * 32),
        ("#other", "ab" * 32),
    ],
)
def test_what_names_no_certificate_is_told(host: str, fingerprint: Any) -> None:
    found, complaints = certificates_in([{"host": host, "certificate": fingerprint}])

    assert found == {}
    assert len(complaints) == 1


@pytest.mark.parametrize(
    ("token", "answer"),
    [("t x", "a.b"), ("t", "a b"), ("t;x", "a"), ("t", "a;b"), ("t\n", "a"), ("t", ""), ("", "a")],
)
def test_a_challenge_that_could_be_read_as_a_command_is_left_out(token: str, answer: str) -> None:
    bad = {"host": token, "answer": answer, "expires_at": 10}
    over, good = {"host": "t1", "answer": "x"}, {"host": "t2", "answer": "y.z", "expires_at": 10}

    answers, complaints = challenges_in([bad, over, good], 5)

    assert answers == {"t2": "y.z"}
    assert len(complaints) == 1


def test_a_name_is_led_to_https_while_its_certificate_is_loaded() -> None:
    routes = {"a.test": "running/10.0.0.1/1/d/t/n", "b.test": "stopped/-/0/sd/-/-"}

    both = redirected(routes, Secured(frozenset({"a.test", "b.test"})))
    none = redirected(both, Secured())

    assert both == {"a.test": "running/10.0.0.1/1/d/st/n", "b.test": "stopped/-/0/sd/s/-"}
    assert redirected(both, Secured(frozenset({"a.test", "b.test"}))) == both
    assert none == routes


def test_an_open_route_is_open_again_when_it_is_no_longer_led_to_https() -> None:
    routes = {"a.test": "open/10.0.0.1/1/d/-/-"}

    led = redirected(routes, Secured(frozenset({"a.test"})))

    assert led == {"a.test": "running/10.0.0.1/1/d/s/-"}
    assert redirected(led, Secured()) == routes


def test_automatic_names_are_led_to_https_where_they_are_meant_to_be_reached_there() -> None:
    hosts = frozenset({"*.apps.test"})

    assert Secured(hosts, automatic=True).covers("x.apps.test")
    assert not Secured(hosts).covers("x.apps.test")
    assert not Secured(hosts, automatic=True).covers("x.y.apps.test")
    assert not Secured(hosts, automatic=True).covers("apps.test")


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        Networks(refused=("nonsense",))


MAPS = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["stopped", "running"]))


@given(MAPS, MAPS)
def test_a_difference_makes_one_map_the_other_and_touches_nothing_else(
    have: Routes, want: Routes
) -> None:
    found = difference(have, want)

    kept = {host: entry for host, entry in have.items() if host not in found.removed}
    assert kept | found.changed | found.added == want
    assert all(have[host] != entry for host, entry in found.changed.items())
    assert not have.keys() & found.added.keys()
    assert found.removed <= have.keys()


def test_a_map_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "routes.map"
    save({"a.test": "stopped/-/0/x"}, file)

    save({"b.test": "running/10.0.0.1/1/y", "a.test": "failed/-/0/x"}, file)

    assert file.read_text() == "a.test failed/-/0/x\nb.test running/10.0.0.1/1/y\n"
    assert list(tmp_path.iterdir()) == [file]
