"""Where the local platform keeps its things, and the ports that it uses."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[3]
STATE = ROOT / ".local"
LOGS = STATE / "logs"
FAULTS = STATE / "faults"
"""Where the local functions look for faults that they are to play."""
COUNTS = STATE / "counts"
"""While this folder is there, local functions note in it what they cost."""
NURSERY = f"hoster-{ROOT.stat().st_ino}"
"""The socket where the emulator's functions are forked, by its name."""
PLATFORM_FILE = STATE / "platform.json"
PID_FILE = STATE / "platform.pid"
SECRETS_FILE = STATE / "secrets.json"
DNS = STATE / "dns"
"""Files of the name server, its zone among them."""
AUTHORITY = STATE / "authority"
"""Files of the certificate authority."""
INSTALLATION = "hoster-local"
REGION = "us-east-1"
GATEWAY_PORT = 8082
PROXY_PORT = 9091
PROXY_TLS_PORT = 9443
DNS_ADDRESS = "127.0.53.53"
"""An address of loopback of its own, so that the name server may have the port of all others."""
DNS_PORT = 53
VITE_PORTS = (5173, 4173)
"""Where Vite serves pages of its own, in front of this platform: as they are written, and built."""
APPS_DOMAIN = "apps.localhost"
CLOUD_TOKEN = "dop_v1_" + "local" * 12 + "0000"
"""The token that the local DigitalOcean takes; it opens nothing else."""
BUCKET = STATE / "bucket"
"""Files of somebody else's S3."""
REGISTRY_USER = "local"
"""Who may have images of the registry that wants a login."""
AWS_ENV = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}


def clear_faults() -> None:
    """Have the folder of faults, with none in it."""
    FAULTS.mkdir(parents=True, exist_ok=True)
    for left in FAULTS.iterdir():
        left.unlink()


@dataclass(frozen=True)
class Ports:
    """The ports of this run; those of the gateway, the app proxy and names are always the same."""

    aws: int
    cloud: int
    console: int
    stripe: int = 8086
    edge: int = 8087
    mail: int = 8088
    smtp: int = 8025
    archives: int = 4569
    private_registry: int = 5001
    bucket: int = 4570
    swift: int = 8089
    acme: int = 14000
    acme_management: int = 15000
    gateway: int = GATEWAY_PORT
    proxy: int = PROXY_PORT
    proxy_tls: int = PROXY_TLS_PORT
    dns: int = DNS_PORT


def choose_ports() -> Ports:
    """Choose the ports of this run, the usual ones where they are free."""
    return Ports(
        aws=_free(4566),
        cloud=_free(8085),
        console=_free(8083),
        stripe=_free(8086),
        edge=_free(8087),
        mail=_free(8088),
        smtp=_free(8025),
        archives=_free(4569),
        private_registry=_free(5001),
        bucket=_free(4570),
        swift=_free(8089),
        acme=_free(14000),
        acme_management=_free(15000),
    )


def _free(preferred: int) -> int:
    if is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int, address: str = "127.0.0.1") -> bool:
    """Whether nothing listens on a port of an address of loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
        return True


def web_origins(ports: Ports) -> list[str]:
    """Where the web app is served: the gateway, Vite, and what `HOSTER_LOCAL_WEB_ORIGINS` adds."""
    usual = [
        f"http://{host}:{port}"
        for host in ("127.0.0.1", "localhost")
        for port in (ports.gateway, *VITE_PORTS)
    ]
    return usual + os.environ.get("HOSTER_LOCAL_WEB_ORIGINS", "").split()


def aws_environment(ports: Ports) -> dict[str, str]:
    """The environment of a process that speaks to the local AWS."""
    kept = {k: v for k, v in os.environ.items() if k != "AWS_CA_BUNDLE"}
    return {**kept, **AWS_ENV, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports.aws}"}


def process() -> psutil.Process | None:
    """The process of the platform that runs or starts; None when none does."""
    try:
        found = psutil.Process(int(PID_FILE.read_text()))
        return found if "infra.local.platform" in found.cmdline() else None
    except (FileNotFoundError, psutil.Error, ValueError):
        return None


def running() -> dict[str, Any] | None:
    """What `make run` wrote when it was ready; None when it is not running."""
    if not PLATFORM_FILE.exists() or process() is None:
        return None
    found: dict[str, Any] = json.loads(PLATFORM_FILE.read_text())
    return found
