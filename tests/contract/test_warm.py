"""Kept connections against a droplet: whatever happened in between, the next use works."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import cast

import pytest

from chalicelib.adapters.nodes.ssh import SSHNode
from chalicelib.adapters.nodes.warm import WarmConnections
from chalicelib.domain.errors import HostKeyChanged, HostUnreachable
from chalicelib.ports.nodes import Login
from tests.contract.droplet import Droplet, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(120)]

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def connections() -> Iterator[WarmConnections]:
    kept = WarmConnections()
    yield kept
    kept.close()


def used(connections: WarmConnections, login: Login) -> SSHNode:
    """Ask the machine and its Docker once; returns the connection that was lent."""
    lent = cast("AbstractContextManager[SSHNode]", connections.connect(login))
    with lent as node:
        assert node.run("echo here").stdout == "here\n"
        assert node.engine.containers(NOBODY) == ()
    return node


def processes(server: Droplet, which: str) -> int:
    """How many processes there are of a kind; Docker may bring no output of what it ran."""
    return int(until(lambda: server.shell(f"pgrep -c {which}")))


def test_next_use_has_the_connection_and_its_channels(
    server: Droplet, connections: WarmConnections
) -> None:
    first = used(connections, server.login)
    sessions = processes(server, "sshd")

    assert all(used(connections, server.login) is first for _ in range(20))
    # There may be fewer: what an earlier test used of this server goes a moment after it.
    assert processes(server, "sshd") <= sessions


def test_connection_killed_in_between_is_opened_again(
    server: Droplet, connections: WarmConnections
) -> None:
    first = used(connections, server.login)
    server.shell("pkill -9 -f '^sshd: root'")

    assert used(connections, server.login) is not first


def test_sshd_restarted_in_between_is_not_met(
    server: Droplet, connections: WarmConnections
) -> None:
    first = used(connections, server.login)
    server.kill_sshd()
    until(server.answers)

    assert used(connections, server.login) is not first


def test_network_that_forgot_the_connection_is_not_met(
    server: Droplet, connections: WarmConnections
) -> None:
    """Nothing comes back at all: what a Lambda meets that was frozen for long."""
    first = used(connections, server.login)
    port = first.shell.transport.getpeername() and first.shell.transport.sock.getsockname()[1]
    lost = f"INPUT -p tcp --dport 22 --sport {port} -j DROP"
    server.shell(f"iptables -I {lost}")
    try:
        assert used(connections, server.login) is not first
    finally:
        server.shell(f"iptables -D {lost}")


def test_server_that_is_off_is_told(server: Droplet, connections: WarmConnections) -> None:
    used(connections, server.login)
    server.shell("iptables -I INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset")
    try:
        with pytest.raises(HostUnreachable):
            used(connections, server.login)
    finally:
        server.shell("iptables -D INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset")


@pytest.mark.parametrize("user", ["root", "helper"])
def test_docker_restarted_in_between_is_asked_over_the_same_connection(
    server: Droplet, connections: WarmConnections, user: str
) -> None:
    server.shell(
        "id helper 2>/dev/null || { useradd -m -s /bin/sh helper; mkdir -p /home/helper/.ssh;"
        " cp /root/.ssh/authorized_keys /home/helper/.ssh/;"
        " sed -i 's/^.*ssh-/ssh-/' /home/helper/.ssh/authorized_keys;"
        " chown -R helper /home/helper/.ssh;"
        " echo 'helper ALL=(ALL) NOPASSWD:ALL' >/etc/sudoers.d/helper; }"
    )
    login = replace(server.login, user=user)
    first = used(connections, login)
    before = server.shell("pidof dockerd")
    server.shell("kill $(pidof dockerd)")
    until(lambda: server.shell("pidof dockerd || true") not in {"", before})
    until(lambda: server.shell("docker ps -q >/dev/null 2>&1 && echo up || true") == "up")

    assert used(connections, login) is first


def test_replaced_host_key_is_met_by_whoever_asks_after_it(
    server: Droplet, connections: WarmConnections
) -> None:
    first = used(connections, server.login)
    server.shell(
        "cp -p /etc/ssh/ssh_host_ed25519_key /root/kept; rm /etc/ssh/ssh_host_ed25519_key*"
    )
    server.shell("ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key")
    pinned = server.shell("cat /etc/ssh/ssh_host_ed25519_key.pub")
    server.kill_sshd()
    until(lambda: server.shell("ss -tln | grep -c ':22 ' || true") != "0")
    try:
        with pytest.raises(HostKeyChanged):
            used(connections, server.login)
        assert used(connections, replace(server.login, host_key=pinned)) is not first
    finally:
        server.shell(
            "mv /root/kept /etc/ssh/ssh_host_ed25519_key;"
            " ssh-keygen -y -f /etc/ssh/ssh_host_ed25519_key >/etc/ssh/ssh_host_ed25519_key.pub"
        )
        server.kill_sshd()
        until(server.answers)


def test_many_at_once_all_get_in_and_none_is_told_that_the_server_is_away(server: Droplet) -> None:
    """Twenty functions at once, as for twenty deployments, on a server that lets few in at once."""
    server.shell("printf 'MaxStartups 3:100:3\n' >/etc/ssh/sshd_config.d/01-few.conf")
    server.kill_sshd()
    until(server.answers)
    functions = [WarmConnections() for _ in range(20)]
    try:
        with ThreadPoolExecutor(20) as pool:
            lent = list(pool.map(lambda own: used(own, server.login), functions))
        with ThreadPoolExecutor(20) as pool:
            again = list(pool.map(lambda own: used(own, server.login), functions))
        most = processes(server, "-f '^sshd: root'")
    finally:
        for own in functions:
            own.close()
        server.shell("rm /etc/ssh/sshd_config.d/01-few.conf")
        server.kill_sshd()
        until(server.answers)

    assert [one is other for one, other in zip(lent, again, strict=True)] == [True] * 20
    assert most == 20
