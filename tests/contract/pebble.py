"""A real certificate authority, a real name server, and the port 80 that it looks at."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chalicelib.adapters.authorities.acme import ACMEAuthority
from chalicelib.domain.certificates import new_key
from infra.local.authority.endpoint import Files as AuthorityFiles
from infra.local.authority.pebble import Authority as Pebble
from infra.local.dns.records import NameServer
from infra.local.dns.zone import Files as ZoneFiles
from infra.local.dns.zone import write as write_zone
from tests.ports import free_port

ADDRESS = "127.0.0.1"
PATIENCE = 30.0
MANNERS = {
    "PEBBLE_WFE_NONCEREJECT": "50",
    "PEBBLE_VA_NOSLEEP": "1",
    "PEBBLE_VA_ALWAYS_VALID": "0",
    "PEBBLE_AUTHZREUSE": "0",
}
NAMES = {"PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}


@dataclass
class Port80:
    """Answers `http-01` challenges with what is in `answers`, by token."""

    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0


@dataclass(frozen=True)
class Grounds:
    """What an authority needs round it to give certificates."""

    pebble: Pebble
    names: NameServer
    port80: Port80

    def authority(self, key: str = "", account: str = "") -> ACMEAuthority:
        """The authority under an account of its own, registered unless one is named."""
        key = key or new_key()
        roots = self.pebble.files.root.read_text()
        made = ACMEAuthority(self.pebble.directory, key, account=account, roots=roots)
        if account:
            return made
        account = made.register("")
        return ACMEAuthority(self.pebble.directory, key, account=account, roots=roots)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, f"{what} in {PATIENCE:.0f} s"
        time.sleep(0.05)


@contextmanager
def running(command: list[str], manners: dict[str, str], log: Path) -> Iterator[None]:
    """A program of the machine for as long as this lasts."""
    program = shutil.which(command[0], path=NAMES["PATH"])
    assert program, f"{command[0]} is missing; install it with: make setup"
    environment = {**os.environ, **manners}
    with log.open("w") as told:
        process = subprocess.Popen(
            [program, *command[1:]], env=environment, stdout=told, stderr=told
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def port_80() -> Iterator[Port80]:
    """The web server that the authority looks at."""
    known = Port80()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append(self.path)
            answer = known.answers.get(self.path.rsplit("/", 1)[1], "")
            self.send_response(200 if answer else 404)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((ADDRESS, 0), Handler)
    known.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def name_server(folder: Path) -> Iterator[NameServer]:
    """A real name server of `localhost.`."""
    files, port = ZoneFiles(folder), free_port()
    write_zone(files, ADDRESS, port)
    names = NameServer.of(files, ADDRESS, port)
    with running(["knotd", "-c", str(files.config)], {}, folder / "knot.log"):
        until(names.answers, "knotd answers")
        yield names


@contextmanager
def grounds(folder: Path, **manners: str) -> Iterator[Grounds]:
    """Everything at work; `manners` are further ones of Pebble's."""
    pebble = Pebble(AuthorityFiles(folder / "pebble"), free_port(), free_port())
    zone = folder / "zone"
    zone.mkdir()
    with port_80() as port80, name_server(zone) as names:
        pebble.write(port80.port)
        command = pebble.command(f"{ADDRESS}:{names.port}")
        with running(command, {**MANNERS, **manners}, folder / "pebble.log"):
            until(pebble.answers, "pebble answers")
            yield Grounds(pebble, names, port80)
