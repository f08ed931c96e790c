"""Measures, copies and puts back the volumes of a server's Docker Engine.

`chalicelib.ports.volumes.Volumes` made real.
"""

from __future__ import annotations

from typing import Any

from docker.errors import ImageNotFound, NotFound

from chalicelib.adapters.nodes import detached, http, snapshots
from chalicelib.adapters.nodes.refusals import product_errors
from chalicelib.domain import names_on_node as names
from chalicelib.domain.errors import ImageUnavailable
from chalicelib.ports.nodes import JobState
from chalicelib.ports.volumes import Sizes

KB_OF_A_MB = 1024
MEASURE_SECONDS = 100
_SHOW = "tail -c 4096 output"


class DockerVolumes(http.DockerSide):
    """The volumes behind a shell's connection."""

    @product_errors
    def of_images(self, images: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Tell at which paths each image declares volumes of its own."""
        return {image: self._of_image(image) for image in images}

    def _of_image(self, image: str) -> tuple[str, ...]:
        try:
            found: dict[str, Any] = self.client.inspect_image(image)
        except ImageNotFound as error:
            raise ImageUnavailable(f"The image {image} is not on the server.") from error
        return tuple(sorted((found.get("Config") or {}).get("Volumes") or ()))

    @product_errors
    def sizes(self, deployment_id: str, volumes: tuple[str, ...]) -> Sizes:
        """Measure volumes; one that is not there yet is made."""
        if not volumes:
            return Sizes({}, 0)
        folders = [self._data(deployment_id, volume) for volume in volumes]
        script = snapshots.measure(folders)
        said = self.shell.expect(script, "measuring volumes", timeout=MEASURE_SECONDS)
        *held, free = (int(line) for line in said.split())
        kept = (-(-kilobytes // KB_OF_A_MB) for kilobytes in held)
        return Sizes(dict(zip(volumes, kept, strict=True)), free // KB_OF_A_MB)

    @product_errors
    def start_snapshot(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        """Begin to copy volumes, unless that runs or is done."""
        pairs = self._pairs(deployment_id, volumes, generation)
        self._start(deployment_id, generation, "take", snapshots.take(pairs))

    def snapshot_state(self, deployment_id: str, *, generation: int) -> JobState:
        """Tell how the copying goes."""
        return self._state(deployment_id, generation, "take")

    @product_errors
    def start_restore(
        self, deployment_id: str, volumes: tuple[str, ...], *, generation: int
    ) -> None:
        """Begin to put volumes back as their snapshots have them, unless that runs or is done.

        A snapshot that was dropped is not made for it: it would empty what lives on.
        """
        there = tuple(one for one in volumes if self._is_kept(deployment_id, one, generation))
        pairs = self._pairs(deployment_id, there, generation)
        self._start(deployment_id, generation, "put-back", snapshots.put_back(pairs))

    def restore_state(self, deployment_id: str, *, generation: int) -> JobState:
        """Tell how the putting back goes."""
        return self._state(deployment_id, generation, "put-back")

    @product_errors
    def drop_snapshots(self, deployment_id: str) -> None:
        """Remove every snapshot of the deployment and what is known of how it went."""
        self.shell.expect(snapshots.forget(deployment_id), "forgetting snapshots")
        own = [f"{names.DEPLOYMENT}={deployment_id}", names.SNAPSHOT]
        for one in self.client.volumes(filters={"label": own})["Volumes"] or ():
            try:
                self.client.remove_volume(one["Name"])
            except NotFound:
                continue

    def _pairs(
        self, deployment_id: str, volumes: tuple[str, ...], generation: int
    ) -> list[snapshots.Pair]:
        return [
            (self._data(deployment_id, volume), self._kept(deployment_id, volume, generation))
            for volume in volumes
        ]

    def _data(self, deployment_id: str, volume: str) -> str:
        """Where a volume's data lies; making what is there changes nothing."""
        return self._made(names.volume_name(deployment_id, volume), names.labels(deployment_id))

    def _kept(self, deployment_id: str, volume: str, generation: int) -> str:
        labels = {**names.labels(deployment_id), names.SNAPSHOT: volume}
        return self._made(names.snapshot_name(deployment_id, volume, generation), labels)

    def _is_kept(self, deployment_id: str, volume: str, generation: int) -> bool:
        try:
            self.client.inspect_volume(names.snapshot_name(deployment_id, volume, generation))
        except NotFound:
            return False
        return True

    def _made(self, name: str, labels: dict[str, str]) -> str:
        return str(self.client.create_volume(name, labels=labels)["Mountpoint"])

    def _start(self, deployment_id: str, generation: int, what: str, script: str) -> None:
        folder = snapshots.folder(deployment_id, generation, what)
        self.shell.expect(
            snapshots.start(folder), f"starting to {what} volumes", stdin=script.encode()
        )

    def _state(self, deployment_id: str, generation: int, what: str) -> JobState:
        folder = snapshots.folder(deployment_id, generation, what)
        asked = self.shell.expect(detached.ask(folder, _SHOW), f"asking how volumes {what}")
        job = detached.read(asked)
        match job.state:
            case "ended":
                return JobState("failed" if job.status else "done", job.status, job.output)
            case "lost":
                return JobState("failed", None, f"{job.output}The copying was killed.")
            case state:
                return JobState(state, None, job.output)
