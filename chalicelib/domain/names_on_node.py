"""Names what belongs to a deployment on a node, so that it is found again by name and by label."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.domain.plan import ManagedFile

PREFIX = "hoster_"
ROOT = "/var/lib/hoster"
"""Everything of Hoster's own on a node lies under this folder."""

MANAGED = "com.hoster.managed"
DEPLOYMENT = "com.hoster.deployment"
SERVICE = "com.hoster.service"
GENERATION = "com.hoster.generation"
CONFIG_HASH = "com.hoster.config-hash"
DEPENDS_ON = "com.hoster.depends-on"
COMPLETES = "com.hoster.completes"
"""On a container for whose completion others wait."""
SNAPSHOT = "com.hoster.snapshot"
"""On a volume that keeps another one as it was."""
RESERVED = "com.hoster."
"""Labels below this prefix are the platform's; an app cannot set them."""

OWN_NETWORK = "default"
"""The network that every deployment has, and on which a service stands that names none."""
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


def network_name(deployment_id: str, network: str = OWN_NETWORK) -> str:
    """Name the deployment's own bridge network, or another one of its compose text."""
    own = f"{PREFIX}{deployment_id}"
    return own if network == OWN_NETWORK else f"{own}_{network}"


def scope(deployment_id: str) -> str:
    """Return what the names of the deployment's containers and volumes begin with."""
    return f"{PREFIX}{deployment_id}_"


def container_name(deployment_id: str, service: str) -> str:
    """Name a service's container."""
    return f"{scope(deployment_id)}{service}"


def beside_name(deployment_id: str, service: str) -> str:
    """Name a service's container that stands beside the one which it will follow."""
    return f"{PREFIX}{deployment_id}.next_{service}"


def volume_name(deployment_id: str, volume: str) -> str:
    """Name a volume of the compose text."""
    return f"{scope(deployment_id)}{volume}"


def image_volume(service: str, target: str) -> str:
    """Name the volume that an image itself declares at `target`, as `volume_name` takes it.

    Docker would give it a random name; with one of its own it survives the replacement of its
    container and is found at removal.
    """
    return f"_{service}_{_short(target)}"


def snapshot_name(deployment_id: str, volume: str, generation: int) -> str:
    """Name what keeps a volume as it was before the work of a generation."""
    return f"{PREFIX}{deployment_id}.before{generation}_{volume}"


def short_name(deployment_id: str, name: str) -> str:
    """Return a container's or volume's name without the deployment's part."""
    plain = name.removeprefix("/").removeprefix(scope(deployment_id))
    return plain.removeprefix(f"{PREFIX}{deployment_id}.")


def files_folder(deployment_id: str) -> str:
    """Return the folder of the deployment's managed files."""
    return f"{ROOT}/files/{deployment_id}"


def file_name(file: ManagedFile) -> str:
    """Return the file name of a managed file; keys that are no plain names become a hash.

    Content and mode are part of it, so that what runs and what comes next never share a file.
    """
    key = file.key if _PLAIN_KEY.fullmatch(file.key) else f"~{_short(file.key)}"
    return f"{key}.{_short(f'{file.mode:o} {file.content}')}"


def file_path(deployment_id: str, file: ManagedFile) -> str:
    """Return where a managed file lies on the node."""
    return f"{files_folder(deployment_id)}/{file_name(file)}"


def labels(deployment_id: str) -> dict[str, str]:
    """Return the labels of everything that belongs to the deployment."""
    return {MANAGED: "true", DEPLOYMENT: deployment_id}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
