"""What a server is told at its first start: its host key and how its sshd and Docker behave."""

from __future__ import annotations

import json

MAX_STARTUPS = "100:30:200"
MAX_SESSIONS = 200
ALIVE_SECONDS, ALIVE_COUNT = 30, 3
"""A client that does not answer for so long is gone, as a frozen Lambda is."""

NETWORKS = {"base": "172.20.0.0/14", "size": 25}
"""2,048 networks of 125 containers; Docker's own choice has room for 30. Providers' private
networks lie in 10.0.0.0/8, and those of a new account on EC2 in 172.31.0.0/16."""


def user_data(*, host_private: str, host_public: str, authorised: str, mirror: str) -> str:
    """Write the cloud-config of a new server.

    The host key is planted so that the first connection can be verified; it is replaced over
    that connection, because user data can be read from the metadata address.
    """
    daemon: dict[str, object] = {
        "log-driver": "json-file",
        "log-opts": {"max-size": "10m", "max-file": "3"},
        "live-restore": True,
        "default-address-pools": [NETWORKS],
    }
    if mirror:
        daemon["registry-mirrors"] = [mirror]
        daemon["insecure-registries"] = (
            [mirror.removeprefix("http://")] if mirror.startswith("http://") else []
        )
    sshd = (
        f"MaxStartups {MAX_STARTUPS}\nMaxSessions {MAX_SESSIONS}\n"
        f"ClientAliveInterval {ALIVE_SECONDS}\nClientAliveCountMax {ALIVE_COUNT}\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    )
    config = {
        "disable_root": False,
        "ssh_deletekeys": False,
        "ssh_pwauth": False,
        "ssh_keys": {"ed25519_private": host_private, "ed25519_public": host_public},
        "ssh_authorized_keys": [authorised],
        "write_files": [
            {"path": "/etc/ssh/sshd_config.d/10-hoster.conf", "content": sshd},
            {"path": "/etc/docker/daemon.json", "content": json.dumps(daemon)},
        ],
    }
    # JSON is YAML, and needs no YAML writer.
    return "#cloud-config\n" + json.dumps(config, indent=1) + "\n"
