"""How sshd and Docker behave on a server that Hoster makes, and what of it a server lacks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

SSHD_PATH = "/etc/ssh/sshd_config.d/00-hoster.conf"
"""The first file there: what sshd reads first stands, whatever an image says in another one."""
DAEMON_PATH = "/etc/docker/daemon.json"

SSHD: Mapping[str, str] = {
    "MaxStartups": "100:30:200",
    "MaxSessions": "200",
    "ClientAliveInterval": "30",
    "ClientAliveCountMax": "3",
    "PasswordAuthentication": "no",
    "KbdInteractiveAuthentication": "no",
}
"""Twenty deployments at once, keys alone. A client that does not answer for 90 s is gone, as a
frozen Lambda is."""

NETWORKS = {"base": "172.20.0.0/14", "size": 25}
"""2,048 networks of 125 containers; Docker's own choice has room for 30. Providers' private
networks lie in 10.0.0.0/8, and those of a new account on EC2 in 172.31.0.0/16."""

DAEMON_TOLD = (
    '{"log-driver":{{json .LoggingDriver}},"live-restore":{{json .LiveRestoreEnabled}},'
    '"default-address-pools":{{json .DefaultAddressPools}},'
    '"registry-mirrors":{{json .RegistryConfig.Mirrors}}}'
)
"""The format in which `docker info` tells how the Engine behaves that runs."""


def sshd_text() -> str:
    """Write sshd's settings as its configuration file wants them."""
    return "".join(f"{name} {value}\n" for name, value in SSHD.items())


def daemon_settings(mirror: str, plain: Iterable[str] = ()) -> dict[str, Any]:
    """What Docker is told; `mirror` is the registry that it pulls through, empty for none.

    `plain` are registries that it speaks to without TLS.
    """
    settings: dict[str, Any] = {
        "log-driver": "json-file",
        "log-opts": {"max-size": "10m", "max-file": "3"},
        "live-restore": True,
        "default-address-pools": [NETWORKS],
    }
    insecure = [*plain]
    if mirror:
        settings |= {"registry-mirrors": [mirror]}
        insecure += [mirror.removeprefix("http://")] if mirror.startswith("http://") else []
    if mirror or insecure:
        settings |= {"insecure-registries": insecure}
    return settings


def daemon_over(there: str, mirror: str, plain: Iterable[str] = ()) -> dict[str, Any]:
    """Docker's settings over those of a file that is there; one that is no JSON object goes."""
    try:
        own = json.loads(there or "{}")
    except ValueError:
        own = {}
    return {**(own if isinstance(own, dict) else {}), **daemon_settings(mirror, plain)}


def daemon_faults(told: str, file: str, mirror: str) -> list[str]:
    """What is wrong with the Engine that runs, by its `DAEMON_TOLD` and by its settings' file."""
    wanted = daemon_settings(mirror)
    try:
        running, kept = json.loads(told), json.loads(file or "{}")
    except ValueError:
        return ["Docker's settings cannot be read"]
    options = kept.get("log-opts")
    seen = {
        "log-driver": running["log-driver"],
        "log-opts": options,
        "live-restore": running["live-restore"],
        "default-address-pools": [
            {name.lower(): value for name, value in pool.items()}
            for pool in running["default-address-pools"] or ()
        ],
        "registry-mirrors": [url.rstrip("/") for url in running["registry-mirrors"] or ()],
    }
    if mirror:
        wanted["registry-mirrors"] = [mirror.rstrip("/")]
    return [
        f"Docker has {name} {json.dumps(seen[name])}, not {json.dumps(value)}"
        for name, value in wanted.items()
        if name in seen and seen[name] != value
    ]


def sshd_faults(effective: str) -> list[str]:
    """What is wrong with sshd, by what `sshd -T` prints."""
    pairs = (line.partition(" ") for line in effective.splitlines())
    seen = {name.lower(): value.strip() for name, _, value in pairs}
    return [
        f"sshd has {name} {seen.get(name.lower(), 'unset')}, not {value}"
        for name, value in SSHD.items()
        if seen.get(name.lower()) != value
    ]
