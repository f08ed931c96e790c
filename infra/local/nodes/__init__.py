"""Servers on this machine: containers with their own address, sshd and Docker Engine."""

from __future__ import annotations

from infra.local.nodes.machines import Machine, create, find, remove, remove_all, stop_all
from infra.local.nodes.network import ensure_network
from infra.local.nodes.resources import IMAGE, ensure_image

__all__ = [
    "IMAGE",
    "Machine",
    "create",
    "ensure_image",
    "ensure_network",
    "find",
    "remove",
    "remove_all",
    "stop_all",
]
