"""Droplets as containers: made, found, switched, removed with their disks."""

from __future__ import annotations

import io
import ipaddress
import json
import logging
import tarfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import docker
import requests
from docker.models.containers import Container

from infra.local import STATE, engine, exclusive
from infra.local.bucket.files import SYSTEM, BucketFiles
from infra.local.nodes.network import GATEWAY, NETWORK, NETWORK_LABEL, SUBNET
from infra.local.nodes.resources import IMAGE

log = logging.getLogger("nodes")
LABEL = "hoster.local.droplet"
HOME_LABEL = "hoster.local.home"
HOME = f"{HOME_LABEL}={STATE}"
"""Label of the droplets of this checkout: another one on the same machine has its own."""
ADDRESS = "hoster.local.address"
"""A droplet keeps its address for life, as a real one does."""
STOP_SECONDS = 8
TRIES = 3
CAPABILITIES = (
    "SYS_ADMIN",
    "NET_ADMIN",
    "NET_RAW",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_TIME",
    "SYSLOG",
    "MKNOD",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "DAC_READ_SEARCH",
    "IPC_LOCK",
    "IPC_OWNER",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "NET_BROADCAST",
    "SYS_BOOT",
    "SYS_PACCT",
    "SYS_RAWIO",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
)
SEED = "/var/lib/cloud/seed/nocloud"


@dataclass(frozen=True)
class Machine:
    """One droplet's container. `address` is None until it has one."""

    id: str
    container: str
    running: bool
    address: str | None


def create(droplet: str, *, hostname: str, user_data: str, keys: list[str]) -> Machine:
    """Make a droplet's container with its seed on its disk, and start it.

    What a busy Engine refuses is tried anew: nobody asked for that fault.
    """
    seed = _seed(droplet, hostname, user_data, keys)
    for _ in range(TRIES - 1):
        try:
            return _started(droplet, hostname, seed)
        except (docker.errors.DockerException, requests.RequestException):
            log.exception("droplet %s is made anew", droplet)
            remove(droplet)
    return _started(droplet, hostname, seed)


def _started(droplet: str, hostname: str, seed: bytes) -> Machine:
    with exclusive("droplet-address"):
        container = _made(engine.connect(), droplet, hostname)
    container.put_archive("/", seed)
    container.start()
    return _machine(container)


def _made(client: docker.DockerClient, droplet: str, hostname: str) -> Container:
    address = _free_address(client)
    host: dict[str, Any] = client.api.create_host_config(
        cap_add=list(CAPABILITIES),
        security_opt=["seccomp=unconfined", "apparmor=unconfined"],
        device_cgroup_rules=["a *:* rwm"],
        binds=[f"{volume_of(droplet)}:/var/lib/docker", "/sys/fs/cgroup:/sys/fs/cgroup:rw"],
        network_mode=NETWORK,
        tmpfs={"/run": "mode=755", "/tmp": "mode=1777"},  # noqa: S108 - a droplet's own
    )
    # What `--security-opt systempaths=unconfined` of the command line stands for.
    host |= {"MaskedPaths": [], "ReadonlyPaths": [], "CgroupnsMode": "host"}
    endpoint = client.api.create_endpoint_config(ipv4_address=address)
    networks: Any = {"EndpointsConfig": {NETWORK: endpoint}}
    made = client.api.create_container(
        IMAGE,
        name=f"hoster-droplet-{droplet}",
        hostname=hostname,
        labels={LABEL: droplet, ADDRESS: address, HOME_LABEL: str(STATE)},
        host_config=host,
        networking_config=networks,
    )
    return client.containers.get(made["Id"])


def _free_address(client: docker.DockerClient) -> str:
    """The lowest address of the bridge that no droplet has, switched off ones included."""
    droplets = client.containers.list(all=True, filters={"label": LABEL}, ignore_removed=True)
    taken = {GATEWAY, *(container.labels.get(ADDRESS) for container in droplets)}
    hosts = ipaddress.ip_network(SUBNET).hosts()
    return next(str(host) for host in hosts if str(host) not in taken)


def volume_of(droplet: str) -> str:
    """The volume of a droplet's Docker Engine."""
    return f"hoster-droplet-{droplet}"


def _seed(droplet: str, hostname: str, user_data: str, keys: list[str]) -> bytes:
    meta = {"instance-id": f"droplet-{droplet}", "local-hostname": hostname, "public-keys": keys}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in (
            ("meta-data", json.dumps(meta)),
            ("user-data", user_data or "#cloud-config\n{}\n"),
        ):
            data = text.encode()
            entry = tarfile.TarInfo(f"{SEED.lstrip('/')}/{name}")
            entry.size, entry.mode = len(data), 0o600
            archive.addfile(entry, io.BytesIO(data))
        # It stands for an authority that every server believes.
        for root in BucketFiles(STATE / "bucket").roots():
            archive.add(root, f"{SYSTEM.lstrip('/')}/{root.name}")
    return buffer.getvalue()


def find(droplet: str) -> Machine | None:
    """Read one droplet's container."""
    container = _container(droplet)
    return _machine(container) if container is not None else None


def power(droplet: str, *, on: bool) -> None:
    """Switch a droplet on or off; its disk stays."""
    container = _container(droplet)
    if container is None:
        return
    if on:
        container.start()
    else:
        container.stop(timeout=5)


def remove(droplet: str) -> None:
    """Remove a droplet with its disk; one that is gone is removed already."""
    container = _container(droplet)
    if container is not None:
        container.remove(force=True, v=True)
    client = engine.connect()
    try:
        client.volumes.get(volume_of(droplet)).remove(force=True)
    except docker.errors.NotFound:
        return


def stop_all() -> None:
    """Switch every droplet of this checkout off; their disks and addresses stay."""
    running = engine.connect().containers.list(filters={"label": HOME}, ignore_removed=True)
    if running:
        with ThreadPoolExecutor(len(running)) as pool:
            list(pool.map(lambda container: container.stop(timeout=STOP_SECONDS), running))


def remove_all() -> None:
    """Remove every droplet of this checkout, and their network when nobody else uses it."""
    client = engine.connect()
    for container in client.containers.list(all=True, filters={"label": HOME}, ignore_removed=True):
        remove(container.labels[LABEL])
    if not client.containers.list(all=True, filters={"network": NETWORK}, ignore_removed=True):
        client.networks.prune(filters={"label": NETWORK_LABEL})


def _container(droplet: str) -> Container | None:
    try:
        return engine.connect().containers.get(f"hoster-droplet-{droplet}")
    except docker.errors.NotFound:
        return None


def _machine(container: Container) -> Machine:
    container.reload()
    networks: dict[str, Any] = container.attrs["NetworkSettings"]["Networks"]
    return Machine(
        id=container.labels[LABEL],
        container=container.name or "",
        running=container.status == "running",
        address=(networks.get(NETWORK) or {}).get("IPAddress") or None,
    )
