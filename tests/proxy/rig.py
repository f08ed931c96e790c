"""An app proxy with real parts around it: a route table, apps, and a wire that can be cut."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
import yaml

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain.routes import CERTIFICATE_KEY
from chalicelib.ports.route_writes import RemoveRoute, SetCertificate, SetRoute
from infra.proxy.master import Away, Master
from tests.ports import free_port
from tests.proxy.issued import Issued, issued, shown

ROOT = Path(__file__).resolve().parents[2]
INSTALLATION = "proxy-tests"
TABLE = f"{INSTALLATION}-routes"
AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
CLIENT = httpx.Client(trust_env=False, timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
NOW = "2026-01-01T00:00:00Z"


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Wait for a condition and return what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "the condition did not come true in time"
        time.sleep(0.01)
    return found


@dataclass
class Cloud:
    """DynamoDB, KMS and SQS in a process of their own, with the template's route table."""

    folder: Path
    port: int = field(default_factory=free_port)

    def start(self) -> None:
        environment = {
            **os.environ,
            **AWS,
            "PYTHONPATH": str(ROOT),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "SERVICES": "dynamodb,kms,sqs",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            # It has no business with this machine's containers.
            "DOCKER_HOST": "unix:///nonexistent",
        }
        with (self.folder / "cloud.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.local.cloud.emulator"],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
            )
        until(self._answers, 30)
        template = yaml.safe_load((ROOT / "infra/template/tables.yaml").read_text())
        wanted = template["Resources"]["RoutesTable"]["Properties"]
        keys = ("KeySchema", "AttributeDefinitions", "BillingMode")
        client = self.client("dynamodb")
        client.create_table(TableName=TABLE, **{key: wanted[key] for key in keys})
        self.kms = self.client("kms")
        self.key = self.kms.create_key()["KeyMetadata"]["Arn"]

    def client(self, service: Any) -> Any:
        """A client of one of its services, past every wire."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Wire:
    """Leads a port to another one, until it is cut."""

    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self._open: set[socket.socket] = set()
        self.mend()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse what comes and drop what is there."""
        for end in (self._listener, *self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                self._open |= {near, far}
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass
class Proxy:
    """The proxy's process, on ports that stay the same over its restarts."""

    folder: Path
    table_port: int
    port: int = field(default_factory=free_port)
    internal_port: int = field(default_factory=free_port)
    tls_port: int = field(default_factory=free_port)
    door_port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    more: dict[str, str] = field(default_factory=dict)
    """More of its environment."""

    @property
    def log(self) -> str:
        return (self.folder / "proxy.log").read_text()

    def command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "infra.proxy", "--bind", "127.0.0.1"),
            *("--port", str(self.port), "--internal-port", str(self.internal_port)),
            *("--tls-port", str(self.tls_port), "--public-tls-port", str(self.tls_port)),
            *("--state", str(self.folder / "state")),
            *self.options,
        ]

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **AWS,
            "PYTHONPATH": str(ROOT),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.table_port}",
            "HOSTER_ROUTES_TABLE": TABLE,
            "HOSTER_INSTALLATION": INSTALLATION,
            "HOSTER_PROXY_URL": "https://{host}",
            "HOSTER_PROXY_REFUSED_NETWORKS": "127.0.0.0/8 10.9.0.0/16",
            "HOSTER_PROXY_ADMITTED_NETWORKS": "127.0.0.0/8",
            "HOSTER_APPS_DOMAIN": "apps.test",
            "HOSTER_PROXY_DOOR_PORT": str(self.door_port),
            "HOSTER_PROXY_THREADS": "2",
            "HOSTER_PROXY_APP_CONNECTIONS": "20",
            "HOSTER_PROXY_HEADER_SECONDS": "1",
            "HOSTER_PROXY_UPSTREAM_SECONDS": "1",
            **self.more,
        }

    def launch(self) -> subprocess.Popen[bytes]:
        with (self.folder / "proxy.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), env=self.environment(), stdout=log, stderr=log
            )
        return self.process

    def start(self) -> None:
        self.launch()
        until(lambda: self.answers("ready") or self.process.poll() is not None, 20)
        assert self.process.poll() is None, self.log

    def answers(self, path: str) -> bool:
        """Whether the internal port says 200 to a path."""
        try:
            url = f"http://127.0.0.1:{self.internal_port}/{path}"
            return CLIENT.get(url).status_code == 200
        except httpx.HTTPError:
            return False

    def child(self, word: str) -> psutil.Process:
        """The child whose command line has a word in it."""

        def find() -> psutil.Process | None:
            with suppress(psutil.NoSuchProcess):
                for found in psutil.Process(self.process.pid).children():
                    if any(word in part for part in found.cmdline()):
                        return found
            return None

        found: psutil.Process = until(find)
        return found

    def worker(self) -> psutil.Process:
        """The process of HAProxy's that carries the traffic; the youngest after a reload."""

        def find() -> psutil.Process | None:
            with suppress(Away, psutil.NoSuchProcess, IndexError):
                return psutil.Process(Master(self.folder / "state/master.sock").workers()[0])
            return None

        found: psutil.Process = until(find)
        return found

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15)


@dataclass
class Rig:
    """All of it, and what a test does with it."""

    cloud: Cloud
    wire: Wire
    keys: Wire
    """The proxy's way to KMS."""
    proxy: Proxy
    records: DynamoRecords
    hosts: int = 0

    def host(self) -> str:
        """A host name of a test's own."""
        self.hosts += 1
        return f"app-{self.hosts}.apps.test"

    def route(
        self,
        host: str,
        port: int = 0,
        *,
        state: Any = "running",
        address: str = "127.0.0.1",
        deployment: str = "",
    ) -> None:
        """Write a route as the product does."""
        name = deployment or "dep-" + host.partition(".")[0]
        self.records.commit(SetRoute(host, name, state, address, port, NOW))

    def forget(self, host: str) -> None:
        """Remove a route as the product does."""
        self.records.commit(RemoveRoute(host))

    def certify(self, host: str, made: Issued | None = None, **more: Any) -> str:
        """Write a certificate as the product does; returns its fingerprint."""
        made = made or issued(host)
        seal = KMSSeal(self.cloud.kms, self.cloud.key, INSTALLATION)
        key = seal.seal(made.key, record="dom_1", field=CERTIFICATE_KEY)
        self.records.commit(
            SetCertificate(
                host,
                made.fingerprint,
                made.chain,
                **{"key": key, "bound_to": "dom_1", "not_after": NOW, "at": NOW, **more},
            )
        )
        return made.fingerprint

    def shown(self, host: str) -> str:
        """The fingerprint of the certificate that the proxy shows for a host."""
        return shown(self.proxy.tls_port, host)

    def get(self, host: str, path: str = "/", **options: Any) -> httpx.Response:
        """Ask the proxy for a host's page, over a connection of its own."""
        headers = {"Host": host, **options.pop("headers", {})}
        url = f"http://127.0.0.1:{self.proxy.port}{path}"
        return CLIENT.request(options.pop("method", "GET"), url, headers=headers, **options)

    def shows(self, host: str, status: int) -> bool:
        """Whether a host is answered with a status now; a proxy that is away shows nothing."""
        try:
            return self.get(host).status_code == status
        except httpx.HTTPError:
            return False

    def app(self, port: int, **options: Any) -> str:
        """A running app at a port, once the proxy knows it; returns its host name."""
        host = self.host()
        self.route(host, port, **options)
        until(lambda: self.get(host).status_code != 404)
        return host

    def raw(self, request: bytes) -> bytes:
        """What the proxy says to exactly these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.proxy.port), 5) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def records_at(url: str) -> DynamoRecords:
    """The product's own store, for its routes alone."""
    bound = tables(INSTALLATION, "us-east-1")
    # All its models ask through one connection.
    connection = bound.routes._get_connection().connection
    connection.host = url
    connection.session.set_credentials("test", "test")
    return DynamoRecords(bound, lambda: NOW)
