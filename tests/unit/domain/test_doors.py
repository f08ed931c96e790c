"""Names of doors, the lives of their certificates, and what runs there."""

from __future__ import annotations

import re

import pytest

from chalicelib.domain import doors
from chalicelib.domain.host_ports import FIRST_PORT, LAST_PORT

NODE = "node_0A1b2c3d4e5f6071"


def asked(name: str) -> bool:
    """Whether a door leads who asks for a name anywhere."""
    pattern = re.search(r"-m reg (\S+)", doors.config(NODE))
    assert pattern is not None
    return re.search(pattern[1], name) is not None


def test_names_are_host_names_below_the_nodes_own() -> None:
    assert doors.name_of(NODE) == "node-0a1b2c3d4e5f6071.nodes.hoster"
    assert doors.names_of(NODE) == "*.node-0a1b2c3d4e5f6071.nodes.hoster"
    assert doors.name_for(30123, NODE) == "30123.node-0a1b2c3d4e5f6071.nodes.hoster"


@pytest.mark.parametrize("port", [FIRST_PORT, 31_234, LAST_PORT])
def test_door_leads_to_the_ports_of_apps(port: int) -> None:
    assert asked(doors.name_for(port, NODE))


@pytest.mark.parametrize(
    "name",
    [
        doors.name_for(22, NODE),
        doors.name_for(FIRST_PORT - 1, NODE),
        doors.name_for(LAST_PORT + 1, NODE),
        doors.name_for(300_001, NODE),
        doors.name_for(30_001, "node_ff"),
        doors.name_of(NODE),
        f"x{doors.name_for(30_001, NODE)}",
        f"{doors.name_for(30_001, NODE)}.example.com",
        doors.name_for(30_001, NODE).replace(".nodes", "xnodes"),
        "",
    ],
)
def test_door_leads_nowhere_else(name: str) -> None:
    assert not asked(name)


@pytest.mark.parametrize(
    ("until", "is_due"),
    [
        (None, True),
        ("", True),
        ("2026-03-01T00:00:00.000Z", True),
        ("2026-04-01T23:59:59.000Z", True),
        ("2026-04-02T00:00:00.000Z", False),
    ],
)
def test_certificate_is_due_when_little_is_left(until: str | None, is_due: bool) -> None:
    now = "2026-02-01T00:00:00.000Z"

    assert doors.is_due(until, now, left_days=doors.NODE_LEFT_DAYS) is is_due


def test_what_lies_on_a_node_is_known_by_its_note() -> None:
    until = "2027-01-01T00:00:00.000Z"
    note = doors.about(NODE, until, "PEM")

    assert doors.until_of(note, NODE, "PEM") == until
    assert doors.until_of(note, NODE, "another PEM") is None
    assert doors.until_of(note, "node_ff", "PEM") is None
    assert doors.until_of("", NODE, "PEM") is None
    assert doors.until_of("cat: no such file", NODE, "PEM") is None


def test_door_has_no_right_that_it_does_not_need() -> None:
    script = doors.stand("docker", anew=False)

    for words in (
        "--cap-drop ALL",
        "--read-only",
        "--security-opt no-new-privileges",
        "--user 99:99",
        "--restart always",
        "--memory 512m",
        "--log-opt max-size=1m",
        "/var/lib/hoster/door:/door:ro",
    ):
        assert words in script
    assert "--privileged" not in script
    assert "--cap-add" not in script
    assert "com.hoster.managed" not in script


def test_door_that_runs_is_told_of_new_files_and_not_run_anew() -> None:
    assert f"docker kill -s USR2 {doors.NAME}" in doors.stand("docker", anew=True)
    assert "kill" not in doors.stand("docker", anew=False)


def test_docker_is_spoken_to_where_it_listens() -> None:
    assert doors.docker_at("/run/user/1/docker.sock") == "docker -H unix:///run/user/1/docker.sock"
