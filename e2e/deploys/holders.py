"""Who holds a volume at once, from the Docker Engine's own stream of what it mounts."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from e2e.deploys.server import Server
from e2e.resilience.parts import until


@dataclass
class Holders:
    """What was mounted and let go since the stream began, in order."""

    lines: list[str] = field(default_factory=list)

    def most_at_once(self, volume: str) -> int:
        """The largest number of containers that had this volume at one moment.

        A volume is mounted before a container's process begins, and let go after its end.
        """
        held: set[str] = set()
        most = 0
        for line in self.lines:
            action, name, container = line.split()
            if name == volume:
                (held.add if action == "mount" else held.discard)(container)
                most = max(most, len(held))
        return most

    def of(self, volume: str) -> set[str]:
        """The containers that had this volume."""
        taken = (line.split() for line in self.lines)
        return {who for action, name, who in taken if (action, name) == ("mount", volume)}


MARK = "matrix-mark"


@contextmanager
def watched(server: Server) -> Iterator[Holders]:
    """Follow a server's mounts while the block runs."""
    shown = "{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.container}}"
    wanted = [f"--filter={one}" for one in ("type=volume", "event=mount", "event=unmount")]
    command = ["docker", "exec", server.droplet, "docker", "events", *wanted, "--format", shown]
    found = Holders()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as stream:
        reader = threading.Thread(target=_read, args=(stream, found))
        reader.start()
        try:
            until(lambda: _marked(server, found), "the stream is there")
            yield found
        finally:
            stream.terminate()
            reader.join()


def _read(stream: subprocess.Popen[str], found: Holders) -> None:
    assert stream.stdout is not None
    for line in stream.stdout:
        found.lines.append(line.strip())


def _marked(server: Server, found: Holders) -> bool:
    """Have something mounted, and tell whether the stream showed it."""
    server.shell(f"docker run --rm -v {MARK}:/mark --entrypoint true nginx:alpine")
    server.shell(f"docker volume rm {MARK}")
    return any(f"unmount {MARK} " in line for line in found.lines)
