"""What a new server is asked for until it lets Hoster in and its Docker answers."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain.errors import (
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    RefusedByProvider,
)
from chalicelib.ports.nodes import JobState, Login
from chalicelib.ports.records import Record
from chalicelib.services.provisions import readying
from tests.fakes.node import NEW_HOST_KEY, FakeNode

ADDRESS = "10.77.0.2"
PROVISION = Record("prov_1", "cloud_provisions", "user-a", "configuring", "", "", generation=1)


class Installing(FakeNode):
    """A server whose installation of Docker fails once."""

    outcomes: tuple[JobState, ...] = (JobState("failed", 100, "no such package\n"),)

    def job_state(self, name: str) -> JobState:
        tried = list(self.jobs).index(name)
        return self.outcomes[tried] if tried < len(self.outcomes) else JobState("running")


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> FakeNode:
    made = Installing()
    into = Login(ADDRESS, 22, "root", "", made.host_key)
    monkeypatch.setattr(readying, "login", lambda *_: into)
    return made


def tools(node: FakeNode) -> Any:
    return SimpleNamespace(connect=lambda: node.connect)


def test_installation_that_failed_is_told_and_tried_anew_by_the_next_generation(
    node: FakeNode,
) -> None:
    node.docker = None

    with pytest.raises(RefusedByProvider, match="could not be installed: no such package"):
        readying.docker_state(tools(node), PROVISION)

    again = replace(PROVISION, generation=2)
    assert readying.docker_state(tools(node), again) == "Installing Docker."


def test_image_on_which_docker_cannot_be_installed_is_told_so(node: FakeNode) -> None:
    node.docker, node.refuses = None, "command -v"

    with pytest.raises(RefusedByProvider, match="Debian and Ubuntu"):
        readying.docker_state(tools(node), PROVISION)

    assert node.jobs == {}


def test_docker_that_is_there_and_does_not_answer_is_started_and_awaited(
    node: FakeNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = replace(node.facts(), docker_version=None)
    monkeypatch.setattr(node, "facts", lambda: silent)

    assert readying.docker_state(tools(node), PROVISION) == "Waiting for Docker to answer."
    assert any("systemctl start docker" in command for command in node.commands)


@pytest.mark.parametrize(
    ("error", "awaited"),
    [
        (HostUnreachable("nobody there"), f"Waiting for {ADDRESS} to answer SSH."),
        (LoginRefused("no"), f"Waiting for {ADDRESS} to accept the key that was planted there."),
    ],
)
def test_server_that_lets_nobody_in_yet_is_awaited(
    node: FakeNode, error: HostUnreachable | LoginRefused, awaited: str
) -> None:
    node.fails["connect"] = [error]
    provision = replace(PROVISION, attributes={"public_ip": ADDRESS})

    assert readying.ssh_state(tools(node), provision) == awaited
    assert readying.ssh_state(tools(node), provision) == ""


def test_server_that_shows_a_key_nobody_told_it_of_is_refused(node: FakeNode) -> None:
    node.has_new_key = True
    strange = replace(PROVISION, attributes={"public_ip": ADDRESS})
    told = replace(PROVISION, attributes={"public_ip": ADDRESS, "next_host_key": NEW_HOST_KEY})

    with pytest.raises(HostKeyChanged):
        readying.ssh_state(tools(node), strange)
    assert readying.ssh_state(tools(node), told) == ""
