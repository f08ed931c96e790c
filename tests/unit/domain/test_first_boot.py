"""What a server is told at its first start."""

from __future__ import annotations

import ipaddress
import json
from typing import Any

import pytest
import yaml

from chalicelib.domain.first_boot import user_data

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc+/=\n-----END OPENSSH PRIVATE KEY-----\n"


def told(mirror: str = "") -> dict[str, Any]:
    text = user_data(
        host_private=KEY,
        host_public="ssh-ed25519 AAAA host",
        authorised="ssh-ed25519 BBBB hoster",
        mirror=mirror,
    )
    assert text.startswith("#cloud-config\n")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def file(config: dict[str, Any], path: str) -> str:
    (content,) = [one["content"] for one in config["write_files"] if one["path"] == path]
    return str(content)


def test_host_key_is_planted_and_only_keys_log_in() -> None:
    config = told()

    assert config["ssh_keys"] == {
        "ed25519_private": KEY,
        "ed25519_public": "ssh-ed25519 AAAA host",
    }
    assert config["ssh_deletekeys"] is False
    assert config["ssh_authorized_keys"] == ["ssh-ed25519 BBBB hoster"]
    assert config["disable_root"] is False
    assert config["ssh_pwauth"] is False


def test_sshd_takes_twenty_deployments_at_once_and_no_passwords() -> None:
    sshd = dict(
        line.split(maxsplit=1)
        for line in file(told(), "/etc/ssh/sshd_config.d/00-hoster.conf").splitlines()
    )

    assert int(sshd["MaxStartups"].split(":")[0]) >= 20
    assert int(sshd["MaxSessions"]) >= 20
    assert int(sshd["ClientAliveInterval"]) * int(sshd["ClientAliveCountMax"]) <= 120
    assert sshd["PasswordAuthentication"] == "no"
    assert sshd["KbdInteractiveAuthentication"] == "no"


@pytest.mark.parametrize(
    ("mirror", "mirrors", "insecure"),
    [
        ("", None, None),
        ("https://mirror.example", ["https://mirror.example"], []),
        ("http://10.0.0.1:5000", ["http://10.0.0.1:5000"], ["10.0.0.1:5000"]),
    ],
)
def test_docker_keeps_running_bounds_its_logs_and_knows_the_mirror(
    mirror: str, mirrors: list[str] | None, insecure: list[str] | None
) -> None:
    daemon = json.loads(file(told(mirror), "/etc/docker/daemon.json"))

    assert daemon["live-restore"] is True
    assert daemon["log-opts"] == {"max-size": "10m", "max-file": "3"}
    assert daemon.get("registry-mirrors") == mirrors
    assert daemon.get("insecure-registries") == insecure


def test_docker_has_addresses_for_many_networks_where_no_provider_has_its_own() -> None:
    (pool,) = json.loads(file(told(), "/etc/docker/daemon.json"))["default-address-pools"]

    whole = ipaddress.ip_network(pool["base"])
    networks = 2 ** (pool["size"] - whole.prefixlen)
    # An app has at most 50 services, each twice while a version takes over from another.
    assert 2 ** (32 - pool["size"]) - 3 >= 100
    assert networks >= 1000
    for private in ("10.0.0.0/8", "172.31.0.0/16", "172.16.0.0/16", "192.168.0.0/16"):
        assert not whole.overlaps(ipaddress.ip_network(private))
