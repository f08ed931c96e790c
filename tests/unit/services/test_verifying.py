"""What is said of a new server that is not as it should be, and what is only asked again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.domain import node_firewall
from chalicelib.domain.errors import DockerUnavailable, NotSecured
from chalicelib.ports.nodes import Login
from chalicelib.ports.records import Record
from chalicelib.services.provisions import securing, verifying
from tests.fakes.node import FakeNode

PROVISION = Record("prov_1", "cloud_provisions", "user-a", "configuring", "", "")
PROVISION.attributes["public_ip"] = "10.77.0.2"


@pytest.fixture
def node(monkeypatch: pytest.MonkeyPatch) -> FakeNode:
    """A server that was secured."""
    made = FakeNode()
    into = Login("10.77.0.2", 22, "root", "", made.host_key)
    for module in (securing, verifying):
        monkeypatch.setattr(module, "login", lambda *_: into)
    monkeypatch.setattr(verifying, "door_faults", lambda *_: [])
    securing.secure(tools(made), PROVISION)
    return made


def tools(node: FakeNode) -> Any:
    return SimpleNamespace(
        connect=lambda: node.connect,
        settings=lambda: SimpleNamespace(registry_mirror="", plain_registries=()),
    )


def test_secured_server_has_no_fault_and_docker_was_not_restarted(node: FakeNode) -> None:
    verifying.verify(tools(node), PROVISION)

    assert not any("restart docker" in command for command in node.commands)


def test_engine_that_does_not_answer_is_asked_again(node: FakeNode) -> None:
    node.refuses = "docker info"

    with pytest.raises(DockerUnavailable, match="refused here"):
        verifying.verify(tools(node), PROVISION)


@pytest.mark.parametrize(
    ("part", "said", "fault"),
    [
        ("sshd -T", "", "sshd has PasswordAuthentication unset, not no"),
        ("sh -s check", "iptables lacks HOSTER-IN -j DROP\n", "its firewall: iptables lacks"),
        ("hoster-trial", "10.0.0.1 on port 22\ntried\n", "a container reaches 10.0.0.1 on port 22"),
        ("hoster-trial", "", "no container could be tried"),
    ],
)
def test_each_look_names_its_fault(node: FakeNode, part: str, said: str, fault: str) -> None:
    node.says[part] = said

    with pytest.raises(NotSecured) as wrong:
        verifying.verify(tools(node), PROVISION)

    assert fault in wrong.value.detail


def test_rules_that_cannot_be_read_are_a_fault(node: FakeNode) -> None:
    node.refuses = "sh -s check"

    with pytest.raises(NotSecured, match="its firewall cannot be read: refused here"):
        verifying.verify(tools(node), PROVISION)


@pytest.mark.parametrize("path", [node_firewall.SCRIPT_PATH, node_firewall.DROP_IN_PATH])
def test_rules_that_would_not_last_are_a_fault(node: FakeNode, path: str) -> None:
    node.written[path] = "another one"

    with pytest.raises(NotSecured, match="its firewall will not last"):
        verifying.verify(tools(node), PROVISION)


def test_settings_that_differ_are_written_and_docker_restarted(node: FakeNode) -> None:
    node.says["docker info"] = node.says["docker info"].replace("json-file", "journald")

    securing.secure(tools(node), PROVISION)

    assert any("restart docker" in command for command in node.commands)
