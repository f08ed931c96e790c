"""Things that operations are called on, put there through the API or straight into the store."""

from __future__ import annotations

import secrets
from datetime import timedelta
from itertools import count
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from chalicelib.domain import clock
from chalicelib.domain.billing.month import Month
from chalicelib.domain.billing.subscription import LENGTH, Period
from chalicelib.domain.limits import PRICES
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Change, Count, Create, Record, Selection, Work
from chalicelib.runtime import wiring
from chalicelib.services import uses
from chalicelib.services.catalogue.starts import RAN, first_time
from chalicelib.services.counters import capacity_key, total_key
from chalicelib.services.deployments.removing import finish_remove
from chalicelib.services.plans import subscriptions
from tests.functions.checks import TOKEN, Checked

NUMBERS = count(1)
COMPOSE = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    environment: {GREETING: "${GREETING}"}
"""
GREETING = {"name": "GREETING", "type": "string", "default": "hello", "label": "Greeting"}


LARGEST: dict[str, Any] = {
    "compose_spec": COMPOSE + "#" + "x" * (131_072 - len(COMPOSE) - 1),
    "config_files": [
        {"name": "f", "path": "/etc/f.conf", "content": "\u20ac" * 87_381 + "x", "mode": "0600"}
    ],
    "readme": "r" * 65_536,
}
"""Texts of a template, each as large as may be."""


def a_private_key() -> str:
    """An SSH key that nobody uses."""
    return (
        ed25519.Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.OpenSSH,
            serialization.NoEncryption(),
        )
        .decode()
    )


def template_attributes(**changes: Any) -> dict[str, Any]:
    return {
        "name": f"Template {next(NUMBERS)}",
        "version": "1.0.0",
        "compose_spec": COMPOSE,
        "variables": [GREETING],
    } | changes


SECRETS: dict[str, dict[str, str]] = {
    "aws": {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_access_key": "never/Shown+" * 3},
    "digitalocean": {"api_token": TOKEN},
    "hetzner": {"api_token": TOKEN},
}
"""Credentials of each provider, good in shape."""


def credential_attributes(**changes: Any) -> dict[str, Any]:
    return {
        "name": "my cloud",
        "provider": "digitalocean",
        "credentials": {"api_token": TOKEN},
    } | changes


def made(here: Checked, path: str, attributes: dict[str, Any], user: str, plan: str = "pro") -> str:
    reply = here.call("POST", path, attributes, user=user, plan=plan)
    assert reply.status == 201, reply.body
    return reply.id


def draft(here: Checked, user: str, **changes: Any) -> str:
    return made(here, "/templates", template_attributes(**changes), user)


def published(here: Checked, user: str, **changes: Any) -> str:
    template = draft(here, user, **changes)
    assert here.call("POST", f"/templates/{template}/publish", user=user).status == 200
    return template


def credential(here: Checked, user: str) -> str:
    return made(here, "/cloud_credentials", credential_attributes(), user)


def registry_attributes(**changes: Any) -> dict[str, Any]:
    return {
        "name": "my images",
        "host": f"r{next(NUMBERS)}.example.com",
        "username": "ann",
        "secret": TOKEN,
    } | changes


def registry_credential(here: Checked, user: str, **changes: Any) -> str:
    return made(here, "/registry_credentials", registry_attributes(**changes), user)


def target_attributes(**changes: Any) -> dict[str, Any]:
    return {
        "name": "my bucket",
        "endpoint": "https://s3.example.com",
        "region": "eu-central-1",
        "bucket": f"backups-{next(NUMBERS)}",
        "prefix": "hoster",
        "access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "secret_access_key": TOKEN,
    } | changes


def backup_target(here: Checked, user: str, **changes: Any) -> str:
    return made(here, "/backup_targets", target_attributes(**changes), user)


def ssh_key(here: Checked, user: str) -> str:
    return made(here, "/ssh_keys", {"name": "mine", "private_key": a_private_key()}, user)


def api_token(here: Checked, user: str, scope: str = "manage") -> str:
    return made(here, "/api_tokens", {"name": "mine", "scope": scope}, user)


def key_of(token: str) -> str:
    """The id of a token's key, which the gateway tells with every request."""
    record = wiring.records().get(token)
    assert record is not None
    return str(record.attributes["key_id"])


def provision_attributes(credential_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "credential_id": credential_id,
        "instance_name": "server-1",
        "region": "fra1",
        "size": "s-1vcpu-2gb",
    } | changes


def provision(here: Checked, user: str) -> str:
    """A provision whose work has just begun."""
    return made(here, "/cloud_provisions", provision_attributes(credential(here, user)), user)


def proof_attributes(credential_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "cloud_credential_id": credential_id,
        "region": "fra1",
        "size": "s-1vcpu-2gb",
    } | changes


def proof(here: Checked, user: str, template: str | None = None) -> str:
    """A proof of a draft's version, whose work has just begun."""
    path = f"/templates/{template or draft(here, user)}/versions/1.0.0/prove"
    given = proof_attributes(credential(here, user))
    reply = here.call("POST", path, given, user=user, kind="template_proofs")
    assert reply.status == 202, reply.body
    return reply.id


def no_export(_here: Checked, user: str) -> str:
    """End exports in the making: an account has one at a time."""
    of = Selection("account_exports", owner=user, status="pending")
    for record in wiring.records().select(of, limit=10, after=None, before=None).records:
        put(record.id, status="failed", clear_work=True)
    return ""


def export(here: Checked, user: str) -> str:
    """An export of an account, whose work has just begun."""
    no_export(here, user)
    given = {"include_secrets": True}
    reply = here.call("POST", "/account_exports", given, user=user)
    assert reply.status == 202, reply.body
    return reply.id


def export_made(here: Checked, user: str) -> str:
    """An export that can be fetched."""
    made = export(here, user)
    kept = clock.text_of(clock.moment_of(wiring.now()) + timedelta(days=7))
    put(made, status="ready", attributes={"kept_until": kept}, clear_work=True)
    return made


def node_attributes(**changes: Any) -> dict[str, Any]:
    return {"name": "my server", "ssh_host": "198.51.100.7", "ssh_user": "root"} | changes


def brought(here: Checked, user: str, **changes: Any) -> str:
    """A node that its owner brought; its first check has just begun."""
    return made(here, "/nodes", node_attributes(**changes), user)


def node(user: str, **changes: Any) -> str:
    """A node that stands, without the provision that made it."""
    node_id, now = f"node_{secrets.token_hex(8)}", wiring.now()
    attributes = {
        "name": "server-1",
        "ssh_host": "10.77.0.9",
        "ssh_port": 22,
        "ssh_user": "root",
        "public": False,
        "capacity_cpu_cores": 4,
        "capacity_memory_mb": 8192,
        "capacity_disk_mb": 51200,
    }
    fields = {"status": "online", "owner": user, "public": False} | changes
    record = Record(
        id=node_id,
        type="nodes",
        created_at=now,
        updated_at=now,
        attributes=attributes,
        **fields,
    )
    wiring.records().commit(Create(record))
    return node_id


def give_away(node_id: str, **what: float) -> None:
    """Take capacity of a node, as apps that are placed there do."""
    counts = (Count(capacity_key(node_id, name), by) for name, by in what.items())
    wiring.records().commit(*counts)


def deployment(here: Checked, user: str, **changes: Any) -> str:
    """A pending deployment on a node of its owner's."""
    given = {"name": "my app"} | changes
    if "template_id" not in given:
        given["template_id"] = published(here, user)
    if "node_id" not in given:
        given["node_id"] = node(user)
    return made(here, "/deployments", given, user)


def put(record_id: str, **fields: Any) -> Record:
    """Bring a record into a state, as the steps of a machine would."""
    record = wiring.records().get(record_id)
    assert record is not None
    if fields.get("bury"):
        used = [other for other in (record.parent, record.node) if other]
        wiring.records().commit(*(uses.ended(other, record_id) for other in used))
    return wiring.records().change(Change(of=record, **fields))


def container(service: str, **changes: Any) -> ContainerState:
    """A container that runs as it should."""
    fields: dict[str, Any] = {
        "id": f"{service}{secrets.token_hex(8)}",
        "service": service,
        "image": "nginx:alpine",
        "status": "running",
        "health": "none",
        "restarts": 0,
        "exit_code": None,
        "started_at": "2026-02-15T10:00:00.000Z",
        "out_of_memory": False,
        "ports": (),
        "config_hash": "x",
        "generation": 1,
    }
    return ContainerState(**fields | changes)


def server(here: Checked, user: str, **changes: Any) -> str:
    """A node that can be logged in to."""
    home, key = node(user, **changes), ssh_key(here, user)
    put(home, attributes={"ssh_key_id": key, "host_key": here.world.node.host_key})
    return home


def up(
    here: Checked, user: str, *states: ContainerState, home: str | None = None, **changes: Any
) -> str:
    """A running deployment whose containers are on a server, one of its owner's unless told."""
    app = deployment(here, user, node_id=home or server(here, user), **changes)
    put(app, status="running")
    for state in states or (container("web"),):
        here.world.node.engine.running[app, state.service] = state
    return app


def ran(app: str) -> str:
    """Have a deployment have run once, as the last step of its start would."""
    record = put(app)
    wiring.records().commit(Change(of=record, attributes={RAN: True}), *first_time(record))
    return app


def remove(app: str) -> None:
    """Take a deployment to its end, as the last step of its removal would."""
    work = Work("remove", 1, f"{app}-e1-g1-a1", wiring.now())
    put(app, status="deleting", generation=1, set_work=work)
    record = wiring.records().get(app)
    assert record is not None
    finish_remove(wiring, record)


def invoice(user: str, **changes: Any) -> str:
    """An invoice as the end of a month leaves it."""
    invoice_id, now = f"inv_{secrets.token_hex(8)}", wiring.now()
    app, template = "0192f3a1-7b2c-7def-8abc-0123456789ab", "tmpl_0123456789abcdef"
    month = Month(2026, 10)
    item = {
        "kind": "run",
        "deployment_id": app,
        "deployment_name": "my app",
        "template_id": template,
        "template_name": "Template",
        "creator_id": "maker",
        "monthly_cents": 500,
        "price_since": "2026-09-01T00:00:00.000Z",
        "seconds": month.seconds,
        "cents": 500,
        "month": "2026-10",
        "refers_to": None,
        "description": "my app (Template), October 2026",
    }
    run = {"deployment": app, "template": template, "since": month.since, "until": None}
    price = {"template": template, "at": month.previous.since, "monthly_cents": 500}
    attributes = {
        "month": "2026-10",
        "closed_at": "2026-11-01T02:00:00.000Z",
        "evidence": {"now": month.until + 7200, "intervals": [run], "prices": [price]},
        "period_start": "2026-10-01T00:00:00.000Z",
        "period_end": "2026-11-01T00:00:00.000Z",
        "items": [item],
        "subtotal_cents": 500,
        "tax_cents": 0,
        "total_cents": 500,
        "currency": "USD",
    }
    fields = {"status": "pending", "created_at": now} | changes
    record = Record(invoice_id, "invoices", user, updated_at=now, attributes=attributes, **fields)
    wiring.records().commit(Create(record), Count(total_key("invoices", user), 1))
    return invoice_id


def subscription(user: str, plan: str, *, ends_in: int) -> Record:
    """What an account has that bought a plan, told to the gateway and near its end."""
    known = subscriptions.subscription_of(wiring, user)
    if known is not None:
        return known
    now = clock.seconds_of(wiring.now())
    period = Period(plan, now + ends_in - LENGTH, now + ends_in, PRICES[plan])
    said = {"period": period.plain(), "invoice": "inv_0123456789abcdef", "reminders": 0}
    record = subscriptions.begun(wiring, user, **said, wanted=plan, told=plan)
    wiring.records().commit(Create(record))
    return record


def placed(here: Checked, user: str) -> str:
    """An app that runs, where it was placed."""
    app = deployment(here, user)
    put(app, status="running", attributes={"placed_at": wiring.now()})
    return app


def backup(here: Checked, user: str) -> str:
    """A complete backup of an app, as the work on it leaves one."""
    record = wiring.records().get(placed(here, user))
    assert record is not None
    return backup_of(record)


def backup_of(app: Record, **changes: Any) -> str:
    """A complete backup of this app."""
    backup_id, now, seal = wiring.new_id("bkp_"), wiring.now(), wiring.seal()
    clear = {"passphrase": "p" * 64, "variables": "{}"}
    archive = {"volume": "data", "bytes": 5, "sha256": "0" * 64, "plain_bytes": 10, "seconds": 1}
    known = {
        "deployment_id": app.id,
        "deployment_name": app.attributes["name"],
        "template_id": app.attributes["template_id"],
        "template_version": app.attributes["template_version"],
        "trigger": "hand",
        "archives": [archive],
        "bytes": 5,
        "started_at": now,
        "finished_at": now,
        "plain_variables": app.attributes["plain_variables"],
        "uploads": [{"volume": "data", "key": f"{app.id}/{backup_id}/data.tar.gz.enc"}],
    }
    record = Record(
        id=backup_id,
        type="backups",
        owner=app.owner,
        status="complete",
        created_at=now,
        updated_at=now,
        attributes=known | changes,
        sealed={n: seal.seal(text, record=backup_id, field=n) for n, text in clear.items()},
        parent=f"{app.id}#backups",
    )
    wiring.records().commit(Create(record), Count(total_key("backups", app.owner), 1))
    return backup_id


def backup_in(here: Checked, user: str, target: str, *, of: str | None = None) -> str:
    """A complete backup in a bucket of its owner's own, as the work on an app leaves one."""
    app, held = wiring.records().get(of or placed(here, user)), wiring.records().get(target)
    assert app is not None
    assert held is not None
    backup_id = backup_of(app, target_id=target)
    wiring.records().commit(*uses.begun(held, backup_id))
    return backup_id


def objects_of(here: Checked, backup_id: str, content: bytes = b"data") -> list[str]:
    """Have the archives of a backup lie in the bucket of its owner's own; returns their keys."""
    record = wiring.records().get(backup_id)
    assert record is not None
    known = put(record.attributes["target_id"]).attributes
    keys = [
        "/".join((known["bucket"], known["prefix"], upload["key"]))
        for upload in record.attributes["uploads"]
    ]
    here.world.buckets.objects |= dict.fromkeys(keys, (content, ""))
    return keys
