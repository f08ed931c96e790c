"""An app's containers: taken away, and seen to be gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chalicelib.domain.errors import DockerUnavailable
from chalicelib.ports.records import Record

if TYPE_CHECKING:
    from chalicelib.ports.nodes import ContainerState, Node


def take_away(node: Node, deployment: Record, is_meant: Callable[[ContainerState], bool]) -> None:
    """Stop and remove containers, and see that they are gone. Raises `DockerUnavailable`."""
    there = node.engine.containers(deployment.id)
    if ids := [one.id for one in there if is_meant(one)]:
        node.engine.remove(deployment.id, ids)
        left = {one.id: one.service for one in node.engine.containers(deployment.id)}
        if stay := sorted({left[one] for one in ids if one in left}):
            raise DockerUnavailable(f"Docker says it removed {', '.join(stay)}, and it is there.")
