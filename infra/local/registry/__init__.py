"""The local image registry: small images under their public names, on the servers' own bridge."""

from __future__ import annotations

from infra.local import exclusive, nodes
from infra.local.registry.images import ensure_images
from infra.local.registry.server import RegistryFailed, ensure_server, stop_server

__all__ = ["RegistryFailed", "ensure_registry", "stop_registry"]


def ensure_registry() -> str:
    """Have the registry running with all of its images; return the URL that servers mirror.

    What runs or was built before is kept. Raises `RegistryFailed` when it does not come up and
    `BuildFailed` when an image cannot be made.
    """
    address = nodes.ensure_network()
    with exclusive("registry"):
        url = ensure_server(address)
        ensure_images(url)
    return url


def stop_registry() -> bool:
    """Stop the registry if `ensure_registry` started it; return whether it was stopped."""
    with exclusive("registry"):
        return stop_server()
