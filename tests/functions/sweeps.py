"""Sweeps of accounts, as the schedule asks for them, and servers that stand at the provider."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

from moto.sqs.models import sqs_backends

from chalicelib.domain import clock
from chalicelib.ports.clouds import Server
from chalicelib.ports.records import Record
from chalicelib.runtime import wiring
from chalicelib.services.sweep.sweep_state import STATE
from functions.events.sweep import sweep_account
from functions.schedules import sweep_accounts
from tests.functions import things
from tests.functions.checks import Checked
from tests.permissions import watched_as

BY_THE_WAY = 300.0
"""Seconds between two rounds."""


def put(*records: Record) -> None:
    """Put records straight into the store."""
    from tests.functions.looks import put as put_records

    put_records(*records)


def ago(seconds: float) -> str:
    """A moment before now."""
    return clock.text_of(clock.moment_of(wiring.now()) - timedelta(seconds=seconds))


def tag(provision: str) -> str:
    return f"test-{provision}"


def server(here: Checked, provision: str = "", **changes: Any) -> Server:
    """A server that stands at the provider, with the tag of a provision, for an hour already."""
    given = {
        "id": secrets.token_hex(4),
        "name": "server-1",
        "state": "active",
        "address": "10.77.0.9",
        "tags": ("hoster-test", *([tag(provision)] if provision else [])),
        "created_at": ago(3600),
    } | changes
    made = Server(**given)
    here.cloud.servers[made.id] = made
    here.cloud.asks_before_active = here.cloud.asks_before_gone = 0
    return made


def provision(
    here: Checked, credential: str, owner: str, *, status: str = "ready", **attributes: Any
) -> str:
    """A provision at rest whose key the account knows."""
    key_id, record_id = f"sshkey_{secrets.token_hex(8)}", f"prov_{secrets.token_hex(8)}"
    public = f"ssh-ed25519 {secrets.token_hex(8)}"
    here.cloud.keys.add(public)
    then = ago(3600)
    known = {
        "credential_id": credential,
        "provider": "digitalocean",
        "instance_name": "server-1",
        "region": "fra1",
        "size": "s-1vcpu-2gb",
        "open_web_ports": False,
        "tag": tag(record_id),
        "ordered_at": then,
        "ssh_key_id": key_id,
    }
    key = Record(key_id, "ssh_keys", owner, "active", then, then, attributes={"public_key": public})
    put(
        key,
        Record(
            record_id,
            "cloud_provisions",
            owner,
            status,
            then,
            then,
            generation=1,
            attributes=known | attributes,
            parent=credential,
        ),
    )
    return record_id


def buried(here: Checked, credential: str, owner: str) -> str:
    """A provision that was destroyed, and is kept as a tombstone."""
    made = provision(here, credential, owner)
    things.put(made, status="destroyed", bury=True)
    return made


def record(record_id: str) -> Record:
    found = wiring.records().get(record_id)
    assert found is not None
    return found


def told(record_id: str) -> list[str]:
    """What happened to a record, by name, newest first."""
    return [entry.name for entry in wiring.records().journal(record_id, limit=50)]


def waiting() -> list[dict[str, Any]]:
    """Take every message that waits for the consumer."""
    queue = sqs_backends["123456789012"]["us-east-1"].queues["test-sweep"]
    taken, queue._messages = queue._messages, []
    return [json.loads(message.body) for message in taken]


def begin(**event: Any) -> dict[str, Any]:
    """Let the schedule run once, under the eyes of its role."""
    with watched_as("sweep_accounts", sweep_accounts.handler.declarations[0]):
        return sweep_accounts.handler(event, None)


def deliver(*messages: Any) -> list[str]:
    """Hand messages to the consumer in one call; returns the ids of those that come again."""
    bodies = [one if isinstance(one, str) else json.dumps(one) for one in messages]
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    with watched_as("sweep_account", sweep_account.handler.declarations[0]):
        answer = sweep_account.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def sweep(credential: str) -> dict[str, Any]:
    """Sweep one account and read its report."""
    assert deliver({"credential": credential, "due": wiring.now()}) == []
    found = wiring.reports().of(credential)
    assert found is not None
    return found


def again(here: Checked, credential: str) -> dict[str, Any]:
    """Sweep one account five minutes later."""
    here.world.skew += BY_THE_WAY
    return sweep(credential)


def kinds(report: dict[str, Any]) -> list[tuple[str, bool]]:
    """What a report found, and whether it was repaired."""
    return [(finding["kind"], finding["repaired"]) for finding in report["findings"]]


def forget_state() -> None:
    """Be an installation in which nothing was swept yet."""
    wiring.tables_of_installation().resources(STATE).delete()
