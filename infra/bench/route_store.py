"""Route tables of the bench in a local DynamoDB, and proxies that follow them."""

from __future__ import annotations

import importlib
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import httpx
import yaml

from chalicelib.adapters.records.dynamo import DynamoRecords
from chalicelib.adapters.records.tables import tables
from chalicelib.domain.routes import COUNTER_HOST, shard_of
from chalicelib.ports.route_writes import SetRoute
from infra.bench.contenders import THREADS, Contender, free_port, running
from infra.bench.run import Json, aws_login
from infra.packaging.template import ROOT

AT = "2026-01-01T00:00:00Z"
LOADED_SECONDS = 90.0


@dataclass
class Store:
    """One route table, and the hosts that are in it."""

    url: str
    installation: str
    upstream: int
    """The port that every route leads to."""

    def __post_init__(self) -> None:
        template = yaml.safe_load((ROOT / "infra/template/tables.yaml").read_text())
        wanted = template["Resources"]["RoutesTable"]["Properties"]
        keys = ("KeySchema", "AttributeDefinitions", "BillingMode")
        login: Json = aws_login()
        client = boto3.client("dynamodb", endpoint_url=self.url, **login)
        client.create_table(TableName=self.table, **{key: wanted[key] for key in keys})
        self.bound: Any = tables(self.installation, login["region_name"])
        # All its models ask through one connection.
        connection = self.bound.routes._get_connection().connection
        connection.host = self.url
        connection.session.set_credentials(
            login["aws_access_key_id"], login["aws_secret_access_key"]
        )
        self.records = DynamoRecords(self.bound, lambda: AT)

    @property
    def table(self) -> str:
        """The table's name."""
        return f"{self.installation}-routes"

    def fill(self, hosts: list[str]) -> None:
        """Write many routes at once, as the product writes one."""
        counters: Counter[str] = Counter()
        with self.bound.routes.batch_write() as batch:
            for host in hosts:
                shard = shard_of(host)
                counters[shard] += 1
                values = {"deployment_id": _deployment(host), "state": "running"}
                values |= {"address": "127.0.0.1", "updated_at": AT}
                item = self.bound.routes(shard, host, port=self.upstream, version=1, **values)
                batch.save(item)
        for shard, count in counters.items():
            self.bound.routes(shard, COUNTER_HOST, counter=count).save()

    def add(self, host: str) -> None:
        """Write one route as the product does."""
        self.records.commit(
            SetRoute(host, _deployment(host), "running", "127.0.0.1", self.upstream, AT)
        )


@dataclass
class InMemory:
    """A route table that answers at once, in pages of DynamoDB's size, whatever it holds.

    What is measured with it is the proxy's own part of a change.
    """

    table_server: Any
    upstream: int
    table: str = "bench-in-memory-routes"

    @property
    def url(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.table_server.port}"

    def fill(self, hosts: list[str]) -> None:
        """Have many routes."""
        for host in hosts:
            self.add(host)

    def add(self, host: str) -> None:
        """Write one route."""
        self.table_server.put(host, self.upstream, _deployment(host))


@contextmanager
def in_memory(upstream: int) -> Iterator[InMemory]:
    """A route table in this process."""
    big: Any = importlib.import_module("tests.proxy.big")
    with big.big_table() as server:
        yield InMemory(server, upstream)


def _deployment(host: str) -> str:
    return f"dep-{host.partition('.')[0]}"


@contextmanager
def cloud(folder: Path) -> Iterator[str]:
    """A local DynamoDB of the bench's own; its URL."""
    rig: Any = importlib.import_module("tests.proxy.rig")
    made = rig.Cloud(folder)
    made.start()
    try:
        yield made.url
    finally:
        made.stop()


@contextmanager
def proxy(folder: Path, store: Store | InMemory, routes: int) -> Iterator[Contender]:
    """The app proxy over a store, once it carries so many routes."""
    port, internal = free_port(), free_port()
    login: Json = aws_login()
    command = [
        *(sys.executable, "-m", "infra.proxy", "--bind", "127.0.0.1", "--port", str(port)),
        *("--tls-port", str(free_port()), "--internal-port", str(internal)),
        *("--state", str(folder / "state")),
    ]
    environment = {
        "AWS_ACCESS_KEY_ID": login["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": login["aws_secret_access_key"],
        "AWS_DEFAULT_REGION": login["region_name"],
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": store.url,
        "PYTHONPATH": str(ROOT),
        "HOSTER_ROUTES_TABLE": store.table,
        "HOSTER_APPS_DOMAIN": "apps.bench",
        "HOSTER_PROXY_ADMITTED_NETWORKS": "127.0.0.0/8",
        "HOSTER_PROXY_THREADS": str(THREADS),
    }
    name = f"ours, {routes:,} routes"
    with running(name, command, port, folder, environment=environment) as contender:
        _await_routes(internal, routes, contender.log)
        yield contender


def _await_routes(internal: int, routes: int, log: Path) -> None:
    end = time.monotonic() + LOADED_SECONDS
    known = None
    while time.monotonic() < end:
        answer = httpx.get(f"http://127.0.0.1:{internal}/ready", trust_env=False)
        if answer.is_success:
            known = answer.json()["routes"]
            if known == routes:
                return
        time.sleep(0.1)
    tail = log.read_text(errors="replace")[-800:]
    raise RuntimeError(f"The proxy knows {known} of {routes} routes: {tail}")
