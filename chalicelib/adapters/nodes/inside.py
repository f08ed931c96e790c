"""Looks into an app's containers: `chalicelib.ports.inside.Inside` made real."""

from __future__ import annotations

import contextlib
import math
import shlex
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from docker.errors import NotFound

from chalicelib.adapters.nodes import http, outputs
from chalicelib.adapters.nodes.refusals import asking, product_errors
from chalicelib.domain import names_on_node as names
from chalicelib.domain import nanoseconds
from chalicelib.domain.errors import ContainerExited, ProductError
from chalicelib.domain.logs import STREAMS, Line, Stream
from chalicelib.ports.inside import Ended, Source

PRINTED = 64 * 1024
"""Bytes of each stream of a command that are kept."""
LATE_SECONDS = 2.5
"""How long after its time the Engine may still say nothing of a command's end."""
KILLED = 137
CHUNK = 64 * 1024
LOOK_SECONDS = 0.05
"""How often it is asked whether a command has begun."""

_GUARD = """\
sleep %(seconds)d
for one in /proc/[0-9]*; do
  read -r line 2>/dev/null <$one/stat || continue
  set -- ${line##*) }
  [ "$4" = %(session)d ] && grep -q %(container)s $one/cgroup && kill -KILL ${one#/proc/}
done"""
"""A command in a container begins a session of its own; all of that goes. It is the server that
waits, so that nothing goes on when nobody is there any more who asked for it."""


class DockerInside(http.DockerSide):
    """The containers behind a shell's connection."""

    @product_errors
    def sources(self, deployment_id: str) -> tuple[Source, ...]:
        """List the deployment's containers, sorted by service."""
        with ThreadPoolExecutor(http.CHANNELS) as pool:
            seen = list(pool.map(self._inspect, self._listed(deployment_id)))
        found = [_source(deployment_id, one) for one in seen if one is not None]
        return tuple(sorted(found, key=lambda source: (source.service, source.generation)))

    def lines(
        self,
        source: Source,
        *,
        since: str = "",
        until: str = "",
        tail: int | None = None,
        streams: tuple[Stream, ...] = STREAMS,
    ) -> Iterator[Line]:
        """Read a container's output bit by bit; whoever stops reading ends the request."""
        wanted: dict[str, Any] = {stream: int(stream in streams) for stream in STREAMS}
        wanted |= {"timestamps": 1, "tail": "all" if tail is None else tail}
        wanted |= {"since": nanoseconds.since_epoch(since)} if since else {}
        wanted |= {"until": nanoseconds.since_epoch(until)} if until else {}
        with asking(self.shell):
            answer = self._get(f"/containers/{source.id}/logs", params=wanted, stream=True)
            with contextlib.closing(answer):
                if answer.status_code == requests.codes.not_found:
                    return
                self._refuse(answer)
                chunks = answer.iter_content(CHUNK)
                split = outputs.terminal_frames if source.has_terminal else outputs.frames
                yield from outputs.lines(split(chunks), is_running=source.is_running)

    @product_errors
    def execute(self, source: Source, command: tuple[str, ...], *, seconds: float) -> Ended:
        """Run a command, and kill it when its time is over."""
        gone = ContainerExited(f"The container of {source.service} does not run.")
        made = self._post(f"/containers/{source.id}/exec", json=_asked(command))
        if made.status_code in {requests.codes.not_found, requests.codes.conflict}:
            raise gone
        self._refuse(made)
        begun = made.json()["Id"]
        heads, over = outputs.Heads(PRINTED), time.monotonic() + seconds
        guard = threading.Thread(target=self._guard, args=(source, begun, over), daemon=True)
        guard.start()
        answer = self._post(
            f"/exec/{begun}/start",
            json={"Detach": False, "Tty": False},
            stream=True,
            timeout=seconds + LATE_SECONDS,
        )
        with contextlib.closing(answer):
            if answer.status_code == requests.codes.conflict:
                raise gone
            self._refuse(answer)
            heads.take(outputs.frames(_until(over + LATE_SECONDS, answer.iter_content(CHUNK))))
        guard.join(LATE_SECONDS)
        status = self.client.exec_inspect(begun)["ExitCode"]
        is_killed = status == KILLED and time.monotonic() >= over
        return Ended(
            None if is_killed else status,
            heads.text("stdout"),
            heads.text("stderr"),
            heads.is_truncated,
        )

    def _guard(self, source: Source, begun: str, over: float) -> None:
        """Have the server end a command when its time is over; Docker has no word for that."""
        with contextlib.suppress(ProductError), asking(self.shell):
            process = self._process(begun, over + LATE_SECONDS)
            if process:
                script = _GUARD % {
                    "seconds": max(0, math.ceil(over - time.monotonic())),
                    "session": process,
                    "container": shlex.quote(source.id),
                }
                detached = f"setsid sh -c {shlex.quote(script)} </dev/null >/dev/null 2>&1 &"
                self.shell.expect(detached, "guarding a command")

    def _process(self, begun: str, until: float) -> int:
        """The process of a command once it has begun; 0 when it has ended already.

        A busy server may begin it late: it is looked for until nobody waits for it any more.
        """
        while time.monotonic() < until:
            seen = self.client.exec_inspect(begun)
            if seen["Pid"] or seen["ExitCode"] is not None:
                return int(seen["Pid"]) if seen["Running"] else 0
            time.sleep(LOOK_SECONDS)
        return 0

    def _listed(self, deployment_id: str) -> list[Any]:
        label = f"{names.DEPLOYMENT}={deployment_id}"
        found: list[Any] = self.client.containers(all=True, filters={"label": label})
        return found

    def _inspect(self, one: Any) -> Any:
        try:
            return self.client.inspect_container(one["Id"])
        except NotFound:
            return None

    def _get(self, path: str, **how: Any) -> Any:
        return self.client.get(self._url(path), timeout=http.ANSWER_SECONDS, **how)

    def _post(self, path: str, *, timeout: float = http.ANSWER_SECONDS, **how: Any) -> Any:
        return self.client.post(self._url(path), timeout=timeout, **how)

    def _url(self, path: str) -> str:
        return f"{self.client.base_url}/v{self.client.api_version}{path}"

    def _refuse(self, answer: Any) -> None:
        """Raise what the Engine says, as the SDK does."""
        self.client._raise_for_status(answer)


def _until(moment: float, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Give up on what goes on after a moment by the monotonic clock: nothing ended it."""
    for chunk in chunks:
        if time.monotonic() > moment:
            raise requests.ReadTimeout
        yield chunk


def _asked(command: tuple[str, ...]) -> dict[str, Any]:
    return {
        "AttachStdin": False,
        "AttachStdout": True,
        "AttachStderr": True,
        "Tty": False,
        "Cmd": list(command),
    }


def _source(deployment_id: str, seen: Any) -> Source:
    labels = seen["Config"].get("Labels") or {}
    return Source(
        id=seen["Id"],
        service=labels.get(names.SERVICE) or names.short_name(deployment_id, seen["Name"]),
        generation=int(labels.get(names.GENERATION, "0")),
        is_running=bool(seen["State"]["Running"]),
        has_terminal=bool(seen["Config"].get("Tty")),
    )
