"""The private bridge that droplets live on."""

from __future__ import annotations

import docker
from docker.types import IPAMConfig, IPAMPool

from infra.local import engine

NETWORK = "hoster-local"
NETWORK_LABEL = "hoster.local"
SUBNET = "172.31.240.0/24"
GATEWAY = "172.31.240.1"


def ensure_network() -> str:
    """Have the bridge; return the address that this machine has on it."""
    client = engine.connect()
    try:
        client.networks.get(NETWORK)
    except docker.errors.NotFound:
        pool = IPAMPool(subnet=SUBNET, gateway=GATEWAY)
        client.networks.create(
            NETWORK,
            driver="bridge",
            ipam=IPAMConfig(pool_configs=[pool]),
            labels={NETWORK_LABEL: "network"},
            options={"com.docker.network.bridge.name": "hoster0"},
        )
    return GATEWAY
