"""Apps that run without the work that started them, and looks at the nodes that they run on."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from moto.sqs.models import sqs_backends

from chalicelib.adapters.records.items import fields_of
from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval
from chalicelib.ports.nodes import ContainerState, Login
from chalicelib.ports.records import Record
from chalicelib.ports.runs import BeginRun
from chalicelib.runtime import wiring
from chalicelib.services.looks.sightings import shown_container
from functions.events.watch import look_at_node
from functions.schedules import watch_nodes
from tests.fakes.node import FakeNode
from tests.permissions import watched_as

HOST_KEY = "ssh-ed25519 AAAA"
UP = ContainerState(
    id="",
    service="",
    image="nginx:alpine",
    status="running",
    health="none",
    restarts=0,
    exit_code=None,
    started_at="2026-01-01T00:00:00.000Z",
    out_of_memory=False,
    ports=((80, 30001, "tcp"),),
    config_hash="x",
    generation=1,
)


class Nodes:
    """Several in-memory nodes, found by their addresses."""

    def __init__(self) -> None:
        self.by_host: dict[str, FakeNode] = {}

    @contextmanager
    def connect(self, login: Login) -> Iterator[FakeNode]:
        with self.by_host[login.host].connect(login) as node:
            yield node

    @property
    def logins(self) -> list[Login]:
        """Every login that was tried."""
        return [login for node in self.by_host.values() for login in node.logins]


@dataclass
class App:
    """An app that runs on an in-memory node."""

    id: str
    node: FakeNode
    node_id: str

    @property
    def record(self) -> Record:
        found = wiring.records().get(self.id)
        assert found is not None
        return found

    @property
    def told(self) -> list[str]:
        """What happened to it, by name: what is written together has no order."""
        return sorted(entry.name for entry in wiring.records().journal(self.id, limit=100))

    def said(self, name: str) -> list[str]:
        """The messages of one kind of event, oldest first."""
        entries = wiring.records().journal(self.id, limit=100, names=(name,))
        return [entry.data.get("message", "") for entry in reversed(entries)]

    def turns(self, service: str = "web", **changes: Any) -> None:
        """Let a container look otherwise from now on."""
        key = (self.id, service)
        self.node.engine.running[key] = replace(self.node.engine.running[key], **changes)

    def loses(self, service: str = "web") -> None:
        """Let a container vanish."""
        del self.node.engine.running[self.id, service]


def put(*records: Record) -> None:
    """Put records straight into the store, many at once."""
    table = wiring.tables_of_installation().resources
    with table.batch_write() as batch:
        for record in records:
            batch.save(table(**fields_of(record)))


def node_of(user: str, host: str = "10.77.0.9", **fields: Any) -> str:
    """A node that was checked, with its key."""
    now, key, node = wiring.now(), f"sshkey_{secrets.token_hex(8)}", f"node_{secrets.token_hex(8)}"
    sealed = wiring.seal().seal("a private key", record=key, field="private_key")
    login = {"ssh_host": host, "host_key": HOST_KEY, "ssh_key_id": key}
    attributes = {"name": host, "public": False, **login}
    put(
        Record(key, "ssh_keys", user, "ready", now, now, sealed={"private_key": sealed}),
        replace(Record(node, "nodes", user, "online", now, now, attributes=attributes), **fields),
    )
    return node


def app_on(node: FakeNode, node_id: str, user: str, *services: str, **fields: Any) -> App:
    """An app of `web`, or other services, that runs on a node."""
    now, app = wiring.now(), str(secrets.token_hex(16))
    states = [replace(UP, id=f"c-{name}", service=name) for name in services or ("web",)]
    for state in states:
        node.engine.running[app, state.service] = state
    run = Interval(user, app, "my app", "tmpl_x", "X", "creator", clock.seconds_of(now), None)
    domain = {"hostname": f"{app}.apps.test", "type": "auto", "status": "verified"}
    attributes = {
        "name": "my app",
        "template_id": "tmpl_x",
        "started_at": now,
        "run": asdict(run),
        "allow_public_nodes": False,
        "direct_access": False,
        "containers": [shown_container(state) for state in states],
        "domains": [{**domain, "ssl_enabled": False}],
        "proxy_port": 30001,
        "secrets": ["PASSWORD"],
    }
    record = Record(
        app, "deployments", user, "running", now, now, health="healthy", generation=1,
        attributes=attributes, node=node_id,
    )  # fmt: skip
    put(replace(record, **fields))
    wiring.records().commit(BeginRun(run))
    return App(app, node, node_id)


def asked() -> list[dict[str, Any]]:
    """Take every message that waits for the consumer, whatever its delay."""
    queue = sqs_backends["123456789012"]["us-east-1"].queues["test-watch"]
    taken, queue._messages = queue._messages, []
    return [json.loads(message.body) for message in taken]


def schedule() -> dict[str, int]:
    """Let the schedule run once, under the eyes of its role."""
    with watched_as("watch_nodes", watch_nodes.handler.declarations[0]):
        return watch_nodes.handler({}, None)


def deliver(*messages: Any) -> list[str]:
    """Hand messages to the consumer in one call; returns the ids of those that are to come again.

    Texts are handed as they are.
    """
    bodies = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    with watched_as("look_at_node", look_at_node.handler.declarations[0]):
        answer = look_at_node.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def look(node_id: str, **given: Any) -> None:
    """Look at a node, as a message of the schedule asks."""
    assert deliver({"node": node_id, "due": wiring.now()} | given) == []
