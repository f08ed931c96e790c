"""The volumes of deployments on a node: what they hold, and how they are kept and put back.

A snapshot is a copy on the node. It is taken and put back by work that goes on there without us;
whoever asks for it looks that no container has the volume meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.ports.nodes import JobState


@dataclass(frozen=True)
class Sizes:
    """How much volumes hold, by name, and what is free where they lie. In MB, rounded up."""

    held: Mapping[str, int]
    free: int


class Volumes(Protocol):
    """The volumes of a node's Docker Engine, by their names without the deployment's part.

    Everything may be repeated without harm. Every method raises `HostUnreachable` when the
    connection breaks, and `DockerUnavailable` when the Engine does not answer.
    """

    def of_images(self, images: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Tell at which paths each image declares volumes of its own.

        Raises `ImageUnavailable` for one that is not on the node.
        """

    def sizes(self, deployment_id: str, volumes: tuple[str, ...]) -> Sizes:
        """Measure volumes; one that is not there yet is made. Raises `NotReady` after 100 s."""

    def start_snapshot(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        """Begin to copy volumes, unless that runs or is done; a copy that broke off begins anew."""

    def snapshot_state(self, deployment_id: str, *, generation: int) -> JobState:
        """Tell how the copying goes; `tail` says why it failed."""

    def start_restore(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        """Begin to put volumes back as their snapshots have them, unless that runs or is done.

        What they hold now is gone then. The snapshot must be done; where it was dropped, nothing
        is put back.
        """

    def restore_state(self, deployment_id: str, *, generation: int) -> JobState:
        """Tell how the putting back goes; `tail` says why it failed."""

    def drop_snapshots(self, deployment_id: str) -> None:
        """Remove every snapshot of the deployment and what is known of how it went."""
