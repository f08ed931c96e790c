"""A server ordered without Hoster: plain calls to the provider, an SSH login, `docker version`."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO
from typing import Any, TypeVar

import httpx
import paramiko
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from infra.bench.customer import POLL_SECONDS, REGION, SIZE
from infra.bench.run import Json

IMAGE = "debian-12-x64"
USER_DATA = '#cloud-config\n{"ssh_genkeytypes": ["ed25519"]}\n'
"""One host key, as ours has: those of other kinds take a server seconds to make."""
WITHIN_SECONDS = 120.0
LOGIN_SECONDS = 10.0
T = TypeVar("T")


@dataclass(frozen=True)
class Bare:
    """What each part took, in seconds, one after the other."""

    create: float
    """From the order until the provider shows the server active with an address."""
    ssh: float
    """From there until it lets the key in."""
    docker: float
    """From there until its Docker answers with its version."""

    @property
    def seconds(self) -> float:
        """All of it."""
        return self.create + self.ssh + self.docker


def measure(platform: Json) -> Bare:
    """Order a server at the platform's provider, wait for its Docker, and destroy it."""
    private, public = _pair()
    with ExitStack() as stack:
        headers = {"Authorization": f"Bearer {platform['cloud_token']}"}
        url = f"{platform['urls']['cloud']}/v2"
        http = stack.enter_context(httpx.Client(base_url=url, headers=headers, trust_env=False))
        began = time.monotonic()
        key = _asked(http, "POST", "/account/keys", name="bare", public_key=public)["ssh_key"]
        stack.callback(http.delete, f"/account/keys/{key['id']}")
        order = {
            "name": f"bare-{secrets.token_hex(3)}",
            "region": REGION,
            "size": SIZE,
            "image": IMAGE,
            "ssh_keys": [key["id"]],
            "user_data": USER_DATA,
        }
        number = _asked(http, "POST", "/droplets", **order)["droplet"]["id"]
        stack.callback(_destroy, http, number)
        address = _until(lambda: _address(http, number))
        active = time.monotonic()
        ssh = _until(lambda: _logged_in(address, private))
        stack.callback(ssh.close)
        entered = time.monotonic()
        _until(lambda: _docker_version(ssh))
        return Bare(active - began, entered - active, time.monotonic() - entered)


def _pair() -> tuple[paramiko.PKey, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return paramiko.Ed25519Key.from_private_key(StringIO(private)), public


def _asked(http: httpx.Client, method: str, path: str, **given: Any) -> Json:
    answer: Json = http.request(method, path, json=given or None).raise_for_status().json()
    return answer


def _address(http: httpx.Client, number: int) -> str | None:
    droplet = _asked(http, "GET", f"/droplets/{number}")["droplet"]
    found = [n["ip_address"] for n in droplet["networks"]["v4"] if n["type"] == "public"]
    return found[0] if found and droplet["status"] == "active" else None


def _logged_in(address: str, key: paramiko.PKey) -> paramiko.SSHClient | None:
    client = paramiko.SSHClient()
    # The server lives for seconds and is told nothing; its key is nobody's to know beforehand.
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())  # noqa: S507
    try:
        client.connect(
            address,
            username="root",
            pkey=key,
            timeout=LOGIN_SECONDS,
            look_for_keys=False,
            allow_agent=False,
        )
    except (OSError, EOFError, paramiko.SSHException):
        client.close()
        return None
    return client


def _docker_version(ssh: paramiko.SSHClient) -> str:
    _, out, _ = ssh.exec_command("docker version --format '{{.Server.Version}}'", timeout=30)
    version = out.read().decode().strip()
    return version if out.channel.recv_exit_status() == 0 else ""


def _destroy(http: httpx.Client, number: int) -> None:
    http.delete(f"/droplets/{number}")
    _until(lambda: http.get(f"/droplets/{number}").status_code == httpx.codes.NOT_FOUND)


def _until(ask: Callable[[], T | None]) -> T:
    """Ask at the pace of the bench until there is an answer, and return it."""
    end = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(POLL_SECONDS)
    detail = f"The bare server is not there after {WITHIN_SECONDS:.0f} s"
    raise TimeoutError(detail)
