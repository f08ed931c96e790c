"""A new server is closed and set, and noticed where it is not, on a droplet of the local cloud."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from chalicelib.domain.errors import NotSecured
from chalicelib.domain.node_firewall import OPENED
from chalicelib.ports.records import Record
from chalicelib.services.provisions import securing, verifying
from infra.local.engine.debian import BASE
from tests.contract.droplet import Droplet, connect, until

pytestmark = [pytest.mark.local, pytest.mark.timeout(180)]

PORTS = (22, 80, 2375, 5000, 8080, 30500, 32000)
MIRROR = "http://198.51.100.7:5000"
TOOLS: Any = SimpleNamespace(
    connect=lambda: connect,
    settings=lambda: SimpleNamespace(registry_mirror=MIRROR, plain_registries=()),
)
UFW = """\
#!/bin/sh
case "$*" in
  status) echo "Status: $(cat /etc/ufw-state)" ;;
  "--force disable") echo inactive >/etc/ufw-state ;;
esac
"""
"""Stands for the firewall that some images bring."""
LISTEN = (
    "for port in 5000 30500; do setsid busybox httpd -f -p $port -h /srv >/dev/null 2>&1 & done;"
    f" docker run -d --name web -p 8080:80 -p 32000:80 -p 80:80 {BASE} busybox httpd -f -p 80"
    " -h /etc"
)
OPEN = f"mkdir -p {OPENED} && printf '30500/tcp\\n32000/tcp\\nnonsense\\n22/tcp\\n' >{OPENED}/app"
METADATA_SERVICE = """\
set -e
ip netns add metadata
ip link add meta0 type veth peer name meta1 netns metadata
ip addr add 198.51.100.1/24 dev meta0
ip link set meta0 up
ip route add 169.254.169.254 via 198.51.100.2
ip netns exec metadata sh -c '
  ip addr add 198.51.100.2/24 dev meta1
  ip addr add 169.254.169.254/32 dev meta1
  ip link set meta1 up
  ip route add default via 198.51.100.1
  setsid busybox httpd -p 80 -h /srv'
"""
BROKEN = (
    "iptables -D HOSTER-FORWARD -d 169.254.0.0/16 -j DROP",
    "iptables -I INPUT -p tcp --dport 2222 -j ACCEPT",
    "iptables -D HOSTER-IN -p icmp -j ACCEPT",
    "iptables -I HOSTER-IN -i docker0 -p tcp --dport 22 -j ACCEPT",
    "echo 'PasswordAuthentication yes' >/etc/ssh/sshd_config.d/00-a.conf",
    "echo > /proc/sys/net/ipv4/ip_local_reserved_ports",
    "rm /etc/systemd/system/docker.service.d/10-hoster-firewall.conf",
    "echo active >/etc/ufw-state",
    'echo \'{"log-driver": "local"}\' >/etc/docker/daemon.json',
    "old=$(cat /run/docker.pid); kill $old; while kill -0 $old 2>/dev/null; do sleep 0.1; done",
)


def provision(*, web: bool = False) -> Record:
    record = Record("prov_1", "cloud_provisions", "user-a", "configuring", "", "")
    record.attributes.update(open_web_ports=web, public_ip=None)
    return record


@pytest.fixture(scope="module")
def secured(shut_server: Droplet) -> Iterator[Droplet]:
    """A droplet that knew nothing of Hoster at its first boot, whose image has a firewall."""
    server = shut_server
    server.shell(f"cat >/usr/local/bin/ufw <<'END'\n{UFW}END\nchmod +x /usr/local/bin/ufw")
    server.shell("echo active >/etc/ufw-state")
    with (
        mock.patch.object(securing, "login", return_value=server.login),
        mock.patch.object(verifying, "login", return_value=server.login),
        mock.patch.object(verifying, "door_faults", return_value=[]),
    ):
        securing.secure(TOOLS, provision())
        yield server


def opens(server: Droplet, port: int) -> bool:
    """Whether the server takes a connection from outside."""
    try:
        with socket.create_connection((server.login.host, port), timeout=1):
            return True
    except OSError:
        return False


def open_ones(server: Droplet) -> list[int]:
    """Which of all ports that are tried take a connection from outside."""
    with ThreadPoolExecutor(len(PORTS)) as pool:
        found = pool.map(lambda port: opens(server, port), PORTS)
    return [port for port, is_open in zip(PORTS, found, strict=True) if is_open]


def docker_is_back(server: Droplet) -> bool:
    return server.shell("docker info >/dev/null 2>&1 && echo yes || true") == "yes"


def test_server_that_was_secured_is_as_it_should_be(secured: Droplet) -> None:
    verifying.verify(TOOLS, provision())

    assert secured.shell("cat /etc/ufw-state") == "inactive"
    assert secured.shell("docker image ls -q hoster-trial; docker ps -aqf name=trial") == ""


def test_other_ports_are_closed_from_outside_whoever_listens_or_publishes(
    secured: Droplet,
) -> None:
    secured.shell(LISTEN)
    own = "curl -s -o /dev/null http://127.0.0.1:32000/"
    try:
        until(lambda: secured.shell(f"{own} && echo yes || true") == "yes")
        assert open_ones(secured) == [22]
        secured.shell(OPEN)
        securing.secure(TOOLS, provision())
        verifying.verify(TOOLS, provision())
        assert open_ones(secured) == [22, 30500, 32000]
        # All of them listen: what shut them is the firewall.
        for port in (80, 5000, 8080):
            secured.shell(f"busybox wget -q -O /dev/null http://127.0.0.1:{port}/ || [ $? = 1 ]")
            assert secured.shell(f"ss -tlnH sport = :{port} | wc -l") != "0"

        secured.shell("kill -9 $(cat /run/docker.pid)")
        until(lambda: docker_is_back(secured))
        until(lambda: opens(secured, 32000))
        assert open_ones(secured) == [22, 30500, 32000]

        securing.secure(TOOLS, provision(web=True))
        until(lambda: opens(secured, 80))
        assert open_ones(secured) == [22, 80, 30500, 32000]
        verifying.verify(TOOLS, provision(web=True))
    finally:
        secured.shell(f"docker rm -f web; pkill -x busybox; rm -r {OPENED}")
        securing.secure(TOOLS, provision())


def test_everything_that_is_wrong_is_named_and_set_right_again(secured: Droplet) -> None:
    secured.shell(METADATA_SERVICE)
    verifying.verify(TOOLS, provision())
    secured.shell("; ".join(BROKEN))
    until(lambda: docker_is_back(secured))

    with pytest.raises(NotSecured) as wrong:
        verifying.verify(TOOLS, provision())

    for part in (
        "sshd has PasswordAuthentication yes, not no",
        'Docker has log-driver "local", not "json-file"',
        "Docker has log-opts null",
        "Docker has live-restore false",
        "Docker has default-address-pools",
        f'Docker has registry-mirrors [], not ["{MIRROR}"]',
        "lacks HOSTER-FORWARD -d 169.254.0.0/16 -j DROP",
        "lacks HOSTER-IN -p icmp -j ACCEPT",
        "does not lead to HOSTER-IN first",
        "ufw is on",
        "its firewall will not last",
        "a container reaches 169.254.169.254 on port 80",
        "a container reaches 172.17.0.1 on port 22",
    ):
        assert part in wrong.value.detail

    secured.shell("rm /etc/ssh/sshd_config.d/00-a.conf")
    securing.secure(TOOLS, provision())
    verifying.verify(TOOLS, provision())
