"""Load on one server for some seconds, made by wrk."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 64
THREADS = 1
"""One: the first of several would begin while the others still prepare their requests."""
SCRIPT = Path(__file__).with_name("wrk.lua")


@dataclass(frozen=True)
class Kind:
    """What is asked for, and how."""

    path: str
    new_connections: bool
    """Whether every request comes over a connection of its own."""

    @property
    def name(self) -> str:
        """How a table calls it."""
        ways = {True: "new connections", False: "keep-alive"}
        return f"{ways[self.new_connections]}, {self.path.strip('/').upper()}"


@dataclass(frozen=True)
class Load:
    """What a server bore: requests a second, and milliseconds that requests took."""

    requests: int
    rate: float
    p50: float
    p99: float


def put_on(port: int, hosts: Path, kind: Kind, seconds: float) -> Load:
    """Ask a server on loopback for all hosts of a file in turn. Raises `RuntimeError`."""
    way = "close" if kind.new_connections else "keep"
    done = subprocess.run(
        [
            *(
                "wrk",
                "-t",
                str(THREADS),
                "-c",
                str(CONNECTIONS),
                "-d",
                f"{max(1, round(seconds))}s",
            ),
            *("--timeout", "10s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}"),
            *("--", str(hosts), kind.path, way),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + 60,
    )
    if done.returncode:
        raise RuntimeError(f"wrk failed: {done.stderr.strip()[-500:]}")
    said = json.loads(done.stdout.splitlines()[-1])
    if said["failed"]:
        raise RuntimeError(f"{said['failed']} of {said['requests']} requests failed.")
    return Load(said["requests"], said["requests"] / said["seconds"], said["p50"], said["p99"])
