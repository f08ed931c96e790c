"""HAProxy as the app proxy runs it, with routes that a test writes itself: no agent, no table."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import psutil

from infra.proxy.balancer import Balancer, Silent
from infra.proxy.config import check_config, haproxy, write_config
from infra.proxy.counters import TABLE, Traffic, read
from infra.proxy.master import Away, Master
from infra.proxy.settings import Files, Settings
from tests.ports import free_port
from tests.proxy.rig import until

APPS_DOMAIN = "apps.example.test"
_NUMBERS = count(1)


def unverified() -> ssl.SSLContext:
    """What a client has that believes every certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


CLIENTS = {
    http2: httpx.Client(
        trust_env=False,
        timeout=10,
        verify=unverified(),
        http2=http2,
        limits=httpx.Limits(max_keepalive_connections=0),
    )
    for http2 in (False, True)
}


@dataclass
class Front:
    """One HAProxy under its master."""

    settings: Settings
    routes: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        files = self.settings.files
        write_config(self.settings)
        check_config(self.settings)
        self.process = subprocess.Popen(
            [
                *(haproxy(), "-W", "-db", "-f", files.config.name),
                *("-S", f"unix@{files.master_socket.name},mode,600"),
            ],
            cwd=files.state,
            stdout=(files.state / "access.log").open("ab"),
            stderr=subprocess.STDOUT,
        )
        until(self._is_up)

    def _is_up(self) -> bool:
        with suppress(Away, Silent):
            self.balancer.read(self.settings.files.facts)
            return bool(self.master.workers())
        return False

    @property
    def master(self) -> Master:
        return Master(self.settings.files.master_socket)

    @property
    def balancer(self) -> Balancer:
        return Balancer(self.settings.files.socket)

    @property
    def log(self) -> str:
        return (self.settings.files.state / "access.log").read_text()

    def worker(self) -> psutil.Process:
        return psutil.Process(self.master.workers()[0])

    def stop(self) -> None:
        until(self._is_stopped)

    def _is_stopped(self) -> bool:
        """Ask again and again: a master that reloads at this moment does not hear it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(1)
        except subprocess.TimeoutExpired:
            return False
        return True

    def lead(self, host: str, entry: str) -> None:
        """Have a host name's entry in the map, at once."""
        have = {host: self.routes[host]} if host in self.routes else {}
        self.balancer.update(self.settings.files.routes, have, {host: entry})
        self.routes[host] = entry

    def app(self, port: int, flags: str = "-", node: str = "-", deployment: str = "") -> str:
        """A host name of a test's own that leads to a port."""
        host = f"front-{next(_NUMBERS)}.{APPS_DOMAIN}"
        state = "open" if flags == node == "-" else "running"
        place = f"127.0.0.1/{port}/{deployment or deployment_of(host)}"
        self.lead(host, f"{state}/{place}/{flags}/{node}")
        return host

    def tell(self, file: Path, key: str, value: str) -> None:
        """Add an entry to another map."""
        self.balancer.update(file, {}, {key: value})

    def get(
        self, host: str, path: str = "/", *, tls: bool = False, **options: Any
    ) -> httpx.Response:
        """Ask over a connection of its own; redirects are not followed."""
        place = f"127.0.0.1:{self.settings.tls_port if tls else self.settings.port}"
        return CLIENTS[options.pop("http2", False)].request(
            options.pop("method", "GET"),
            f"{'https' if tls else 'http'}://{place}{path}",
            headers=[("Host", host), *options.pop("headers", {}).items()],
            extensions={"sni_hostname": host} if tls else {},
            **options,
        )

    def raw(self, request: bytes, source: str = "127.0.0.1") -> bytes:
        """What it says to exactly these bytes, until it closes."""
        place = ("127.0.0.1", self.settings.port)
        with socket.create_connection(place, 5, source_address=(source, 0)) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def traffic(self, host: str) -> Traffic | None:
        """What the worker counted of a host's deployment."""
        said = self.master.ask(self.master.workers()[0], f"show table {TABLE}")
        return read(said).get(deployment_of(host))

    def counted(self, host: str, condition: Callable[[Traffic], bool]) -> Traffic:
        """What was counted, once a condition holds of it."""

        def look() -> Traffic | None:
            found = self.traffic(host)
            return found if found and condition(found) else None

        found: Traffic = until(look)
        return found


def deployment_of(host: str) -> str:
    return "dep-" + host.partition(".")[0]


@contextmanager
def front(folder: Path, **settings: Any) -> Iterator[Front]:
    """A front that runs."""
    defaults: dict[str, Any] = {"apps_domain": APPS_DOMAIN, "threads": 2, "header_seconds": 1}
    made = Front(
        Settings(
            Files(folder),
            "127.0.0.1",
            free_port(),
            free_port(),
            free_port(),
            **defaults | settings,
        )
    )
    made.start()
    try:
        yield made
    finally:
        made.stop()
