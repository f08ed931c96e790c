"""Looks at all containers of a node at once: `chalicelib.ports.insight.Insight` made real."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from docker.errors import NotFound

from chalicelib.adapters.nodes import containers, deaths, disk, http, usage
from chalicelib.adapters.nodes.refusals import product_errors
from chalicelib.adapters.nodes.shell import Output
from chalicelib.domain import clock
from chalicelib.domain import names_on_node as names
from chalicelib.domain.errors import CommandFailed
from chalicelib.ports.insight import Counters, Death, NodeDisk
from chalicelib.ports.nodes import ContainerState

T = TypeVar("T")
OURS = f"{names.MANAGED}=true"
DISK_SECONDS = 10
"""How long a look at the disk may take: a file system that hangs must not hold the rest up."""


class DockerInsight(http.DockerSide):
    """The Docker Engine behind a shell's connection."""

    @product_errors
    def containers(self) -> dict[str, tuple[ContainerState, ...]]:
        """List every container of Hoster's: one listing, then the inspections side by side.

        The listing tells neither restarts nor kills for want of memory.
        """
        listed = self.client.containers(all=True, filters={"label": OURS})
        with ThreadPoolExecutor(http.CHANNELS) as pool:
            inspected = list(pool.map(self._inspect, listed))
        found: dict[str, list[ContainerState]] = {}
        for seen in inspected:
            if seen is not None:
                deployment = seen["Config"]["Labels"].get(names.DEPLOYMENT, "")
                found.setdefault(deployment, []).append(containers.state(deployment, seen))
        return {
            deployment: tuple(
                sorted(states, key=lambda state: (state.service, state.generation, state.id))
            )
            for deployment, states in found.items()
        }

    @product_errors
    def deaths(self, *, since: str, until: str) -> dict[str, tuple[Death, ...]]:
        """List ends of containers from the Engine's own memory of events."""
        told = self.client.events(
            since=math.floor(clock.moment_of(since).timestamp()),
            until=math.ceil(clock.moment_of(until).timestamp()),
            filters={"type": "container", "label": OURS, "event": ["oom", "die"]},
            decode=True,
        )
        return deaths.read(told)

    def usage(self, containers: Iterable[ContainerState]) -> dict[str, Counters]:
        """Read counters from the server's kernel, all in one process."""
        answer = self.shell.run(usage.SCRIPT, stdin=usage.ask(containers), keep=usage.KEPT)
        return self._read(usage.read, answer, "what its containers use")

    @product_errors
    def image_bytes(self, images: Iterable[str]) -> int:
        """Ask for each image's size, as `docker image ls` shows it."""
        found: dict[str, int] = {}
        for image in images:
            try:
                seen = self.client.inspect_image(image)
            except NotFound:
                continue
            found[seen["Id"]] = int(seen.get("Size") or 0)
        return sum(found.values())

    def disk(self, *, every: int) -> NodeDisk:
        """Tell how full the disk is and what each deployment took when it was last measured."""
        script, job = disk.look(every), disk.MEASURE.encode()
        answer = self.shell.run(script, stdin=job, timeout=DISK_SECONDS, keep=disk.KEPT)
        return self._read(disk.read, answer, "how full its disk is")

    def _read(self, read: Callable[[str], T], answer: Output, what: str) -> T:
        try:
            return read(answer.stdout)
        except ValueError:
            said = (answer.stderr.strip() or answer.stdout.strip() or "nothing")[-300:]
            host = self.shell.login.host
            raise CommandFailed(f"{host} does not tell {what}. It says: {said}") from None

    def _inspect(self, one: dict[str, Any]) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self.client.inspect_container(one["Id"])
        except NotFound:
            return None
        return found
