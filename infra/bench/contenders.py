"""The servers that are measured beside the app proxy, each with a configuration of its own.

All write the same fields to an access log in JSON, set and remove the same headers, and lead to the
same upstream; `bare` ones do neither of the first two. An nginx that is given hosts also does the
rest of the app proxy's work: it looks each host up, and counts each app's connections.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

THREADS = os.cpu_count() or 1
READY_SECONDS = 60.0
PLACES = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"

SERVERS = Path(__file__).with_name("servers")


@dataclass
class Contender:
    """A server that runs: its port, its process, and the file that it logs to."""

    name: str
    port: int
    process: psutil.Process
    log: Path

    @property
    def members(self) -> list[psutil.Process]:
        """It and its children."""
        return [self.process, *self.process.children(recursive=True)]

    def memory_mb(self) -> float:
        """What they hold, in MB; what several share is divided among them."""
        return sum(member.memory_full_info().pss for member in self.members) / 1_048_576

    def cpu_seconds(self) -> float:
        """For how long they have used a processor."""
        used = [member.cpu_times() for member in self.members]
        return sum(times.user + times.system for times in used)

    def forget_log(self) -> None:
        """Empty the log: it would fill the disk."""
        os.truncate(self.log, 0)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    name: str,
    command: list[str],
    port: int,
    folder: Path,
    *,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Contender]:
    """A server while it runs; without a log of its own, what it says is its log."""
    said = folder / "said.log"
    with said.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, "PATH": PLACES, "GOMAXPROCS": str(THREADS), **(environment or {})},
        )
    try:
        _await_port(name, port, process, said)
        yield Contender(name, port, psutil.Process(process.pid), log or said)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_port(name: str, port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                tail = said.read_text(errors="replace")[-800:]
                raise RuntimeError(f"{name} does not start: {tail}") from None
            time.sleep(0.05)


def _filled(name: str, **values: object) -> str:
    """A file of `servers/` with its `@{names}` filled in."""
    text = (SERVERS / name).read_text()
    return re.sub(r"@\{(\w+)\}", lambda found: str(values[found[1]]), text)


def _nginx(folder: Path, http: str) -> list[str]:
    config = folder / "nginx.conf"
    config.write_text(_filled("nginx.conf", threads=THREADS, folder=folder, http=http))
    return ["nginx", "-p", str(folder), "-c", str(config), "-e", str(folder / "error.log")]


def upstream(folder: Path, bodies: Mapping[str, int]) -> tuple[list[str], int]:
    """An nginx with files of these sizes in bytes: its command, and its port."""
    (folder / "files").mkdir()
    folder.chmod(0o755)  # its workers are another user
    for name, size in bodies.items():
        (folder / "files" / name).write_bytes(os.urandom(size))
    port = free_port()
    return _nginx(folder, _filled("static.conf", port=port, folder=folder)), port


def nginx(
    folder: Path, upstream_port: int, *, bare: bool = False, hosts: Path | None = None
) -> tuple[list[str], int, Path]:
    """An nginx before the upstream: its command, its port and its log."""
    port, log = free_port(), folder / "access.log"
    log.touch()
    apps = ""
    if hosts is not None:
        names = hosts.read_text().split()
        lines = (f"{name} dep-{name.partition('.')[0]};\n" for name in names)
        (folder / "hosts.map").write_text("".join(lines))
        apps = _filled("apps.conf", hosts=folder / "hosts.map")
    http = _filled(
        "proxy.conf",
        upstream=upstream_port,
        port=port,
        log="access_log off;" if bare else f"access_log {log} told;",
        headers="" if bare else _filled("headers.conf"),
        deployment="$deployment" if apps else "bench",
        apps=apps,
        rules=_filled("rules.conf") if apps else "",
    )
    return _nginx(folder, http), port, log


def caddy(folder: Path, upstream_port: int) -> tuple[list[str], int, Path]:
    """A Caddy before the upstream."""
    port, log = free_port(), folder / "access.log"
    config = folder / "Caddyfile"
    config.write_text(
        _filled("Caddyfile", port=port, upstream=upstream_port, folder=folder, log=log)
    )
    command = ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    return command, port, log


def haproxy(folder: Path, upstream_port: int) -> tuple[list[str], int]:
    """A plain HAProxy before the upstream; it logs to its standard output."""
    port = free_port()
    config = folder / "haproxy.cfg"
    config.write_text(_filled("haproxy.cfg", port=port, upstream=upstream_port, threads=THREADS))
    return ["haproxy", "-db", "-f", str(config)], port
