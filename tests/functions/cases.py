"""For every operation, what a good call of its owner's looks like: the tables are made of these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.ports.clouds import Server
from chalicelib.ports.records import Change, Put, Record, Selection
from chalicelib.runtime import wiring
from chalicelib.services.accounts import passwords
from chalicelib.services.closings.closings import record_id
from chalicelib.services.work.work import work_of
from tests.functions import bills, names, notices, things
from tests.functions.checks import Checked
from tests.permissions import unwatched

Make = Callable[[Checked, str], Any]


@dataclass(frozen=True)
class Case:
    """A good call. `path` makes what it is called on and names it; `sends` makes its attributes."""

    path: Make
    sends: Make = lambda _here, _owner: None
    status: int = 200
    kind: str = ""
    """The document's type where it is not the path's."""
    message: Make | None = None
    """Makes a body as it is sent, and its headers, where that is no document."""


def at(make: Make, pattern: str) -> Make:
    """A path on a thing that `make` makes."""
    return lambda here, owner: pattern.format(id=make(here, owner))


def fixed(path: str) -> Make:
    """A path on nothing."""
    return lambda _here, _owner: path


def a_node(_here: Checked, owner: str) -> str:
    return things.node(owner)


def parked(_here: Checked, owner: str) -> str:
    return things.node(owner, status="maintenance")


def running(here: Checked, owner: str) -> str:
    app = things.deployment(here, owner)
    things.put(app, status="running")
    return app


def starting(here: Checked, owner: str) -> str:
    app = things.deployment(here, owner)
    assert here.call("POST", f"/deployments/{app}/start", user=owner).status == 200
    return app


def closing(_here: Checked, owner: str) -> str:
    """The way to keep an account that is being closed, and yet may do everything: it is shared."""
    now, ends = wiring.now(), "2999-01-01T00:00:00.000Z"
    said = {"asked_at": now, "closes_at": ends, "due_at": None, "left": [], "letters": []}
    wiring.records().commit(
        Put(Record(record_id(owner), "closings", owner, "waiting", now, now, attributes=said))
    )
    return "/account/closing"


def failed_server(here: Checked, owner: str) -> str:
    server = things.provision(here, owner)
    things.put(server, status="failed", clear_work=True)
    return server


def with_orphan(here: Checked, owner: str) -> str:
    tags = (f"hoster-{wiring.settings().installation}",)
    here.cloud.servers["orphan"] = Server("orphan", "forgotten", "active", None, tags, "2026-01-01")
    return things.credential(here, owner)


def with_domain(here: Checked, owner: str) -> str:
    app, host = things.deployment(here, owner), f"n{next(things.NUMBERS)}.{owner}.example.com"
    given = {"hostname": host}
    assert here.call("POST", f"/deployments/{app}/domains", given, user=owner).status == 201
    return f"{app}/domains/{host}"


def with_certificate_asked_for(here: Checked, owner: str) -> str:
    """A name whose certificate is being got."""
    path = with_domain(here, owner)
    domain = names.domain_of(path.partition("/")[0])
    work = work_of(wiring, domain.id, "certify", generation=1)
    wiring.records().commit(Change(of=domain, set_work=work, generation=1))
    return path


def a_deployment(here: Checked, owner: str) -> dict[str, Any]:
    return {
        "name": "my app",
        "template_id": things.published(here, owner),
        "node_id": things.node(owner),
    }


def an_invoice(_here: Checked, owner: str) -> str:
    return things.invoice(owner)


def a_checkout(here: Checked, owner: str) -> str:
    """A checkout of an invoice of one's own."""
    reply = here.call("POST", f"/invoices/{things.invoice(owner)}/pay", user=owner)
    assert reply.status == 200, reply.body
    return reply.id


def a_paid_checkout(here: Checked, owner: str) -> str:
    """A checkout at which somebody has paid."""
    session = a_checkout(here, owner)
    here.world.stripe.pay(session)
    return session


def a_payment_told(here: Checked, owner: str) -> tuple[str, dict[str, str]]:
    """What Stripe tells of a checkout that was paid."""
    a_paid_checkout(here, owner)
    [event] = here.world.stripe.events("checkout.session.completed")[-1:]
    body, signature = here.world.stripe.signed(event)
    return body, {"Stripe-Signature": signature}


def renewable(_here: Checked, owner: str) -> str:
    """The checkout of a plan that ends tomorrow."""
    things.subscription(owner, "pro", ends_in=86_400)
    return "/plans/pro/checkout"


def with_something_to_bill(_here: Checked, owner: str) -> str:
    bills.ran(owner, since=clock.seconds_of(wiring.now()) - 60)
    return "/invoices/preview"


def by_a_link(here: Checked, owner: str) -> dict[str, Any]:
    """A link for a new password, and the password."""
    here.world.people.add(owner, f"{owner}@example.com")
    with unwatched():
        link = passwords.issue_link(wiring, owner)
    return {"token": link.partition("#")[2], "password": "another one"}


def a_restore(_here: Checked, owner: str) -> dict[str, Any]:
    """A backup of the app that was made last."""
    [app] = (
        wiring.records()
        .select(Selection("deployments", owner=owner), limit=1, after=None, before=None)
        .records
    )
    return {"backup_id": things.backup_of(app)}


def renamed(_here: Checked, _owner: str) -> dict[str, Any]:
    return {"name": "renamed"}


def a_hook(here: Checked, owner: str) -> str:
    return notices.hook(here, owner).rsplit("/", 1)[1]


def a_mailbox(here: Checked, owner: str) -> str:
    return notices.mailbox(here, owner).rsplit("/", 1)[1]


def a_delivery(here: Checked, owner: str) -> str:
    """A delivery that is over, to be sent once more."""
    channel = notices.hook(here, owner)
    path = f"{channel}/test"
    sent = here.call("POST", path, user=owner, kind="notice_deliveries").id
    things.put(sent, status="delivered", attributes={"due_at": None})
    return f"{channel}/deliveries/{sent}/replay"


def a_link(here: Checked, owner: str) -> dict[str, str]:
    """What the link to confirm an address carries."""
    return {"token": notices.link_of(notices.mailbox(here, owner))}


def a_readers_link(here: Checked, owner: str) -> str:
    """The route by which a reader has notices stopped."""
    channel = notices.mailbox(here, owner)
    notices.follow_link(here, notices.link_of(channel))
    record = wiring.records().get(channel.rsplit("/", 1)[1])
    assert record is not None
    return f"/notice_unsubscriptions/{record.id}.{record.attributes['reader_link']}"


CASES: dict[str, Case] = {
    "GET /v1/notice_channels": Case(fixed("/notice_channels")),
    "POST /v1/notice_channels": Case(
        fixed("/notice_channels"),
        lambda _h, _o: {"kind": "webhook", "url": notices.URL},
        status=201,
    ),
    "GET /v1/notice_channels/{id}": Case(at(a_hook, "/notice_channels/{id}")),
    "PATCH /v1/notice_channels/{id}": Case(
        at(a_hook, "/notice_channels/{id}"), lambda _h, _o: {"enabled": False}
    ),
    "DELETE /v1/notice_channels/{id}": Case(at(a_hook, "/notice_channels/{id}"), status=204),
    "POST /v1/notice_channels/{id}/test": Case(
        at(a_hook, "/notice_channels/{id}/test"), status=202, kind="notice_deliveries"
    ),
    "POST /v1/notice_channels/{id}/rotate_secret": Case(
        at(a_hook, "/notice_channels/{id}/rotate_secret")
    ),
    "POST /v1/notice_channels/{id}/confirmation": Case(
        at(a_mailbox, "/notice_channels/{id}/confirmation")
    ),
    "GET /v1/notice_channels/{id}/deliveries": Case(at(a_hook, "/notice_channels/{id}/deliveries")),
    "POST /v1/notice_channels/{id}/deliveries/{delivery}/replay": Case(
        a_delivery, status=202, kind="notice_deliveries"
    ),
    "POST /v1/notice_confirmations": Case(
        fixed("/notice_confirmations"), a_link, kind="notice_confirmations"
    ),
    "GET /v1/notice_unsubscriptions/{token}": Case(a_readers_link),
    "POST /v1/notice_unsubscriptions/{token}": Case(a_readers_link, kind="notice_unsubscriptions"),
    "GET /v1/health": Case(fixed("/health")),
    "GET /v1/ready": Case(fixed("/ready")),
    "GET /v1/openapi.json": Case(fixed("/openapi.json")),
    "GET /v1/api_tokens": Case(fixed("/api_tokens")),
    "POST /v1/api_tokens": Case(
        fixed("/api_tokens"), lambda _h, _o: {"name": "mine", "scope": "read"}, status=201
    ),
    "GET /v1/api_tokens/{id}": Case(at(things.api_token, "/api_tokens/{id}")),
    "DELETE /v1/api_tokens/{id}": Case(at(things.api_token, "/api_tokens/{id}"), status=204),
    "GET /v1/invoices": Case(fixed("/invoices")),
    "GET /v1/invoices/{id}": Case(at(an_invoice, "/invoices/{id}")),
    "GET /v1/invoices/{id}/explain": Case(at(an_invoice, "/invoices/{id}/explain")),
    "POST /v1/invoices/{id}/download": Case(
        at(an_invoice, "/invoices/{id}/download"), lambda _h, _o: {}, kind="invoices"
    ),
    "POST /v1/invoices/preview": Case(with_something_to_bill),
    "POST /v1/invoices/{id}/pay": Case(at(an_invoice, "/invoices/{id}/pay"), kind="invoices"),
    "POST /v1/invoices/verify-payment": Case(
        fixed("/invoices/verify-payment"),
        lambda here, owner: {"session_id": a_paid_checkout(here, owner)},
    ),
    "GET /v1/billing/verify-payment": Case(
        at(a_paid_checkout, "/billing/verify-payment?session_id={id}")
    ),
    "POST /v1/webhooks/stripe": Case(fixed("/webhooks/stripe"), message=a_payment_told),
    "GET /v1/plans": Case(fixed("/plans")),
    "POST /v1/plans/{plan}/checkout": Case(renewable, kind="checkouts"),
    "GET /v1/account": Case(fixed("/account")),
    "GET /v1/account/earnings": Case(fixed("/account/earnings")),
    "POST /v1/account/earnings/download": Case(fixed("/account/earnings/download")),
    "POST /v1/account/password-resets": Case(
        fixed("/account/password-resets"),
        lambda _h, owner: {"email": f"{owner}@example.com"},
        status=202,
        kind="password-resets",
    ),
    "POST /v1/account/passwords": Case(fixed("/account/passwords"), by_a_link, kind="passwords"),
    "GET /v1/events": Case(fixed("/events")),
    "GET /v1/usage_events": Case(fixed("/usage_events")),
    "GET /v1/templates": Case(fixed("/templates")),
    "POST /v1/templates": Case(
        fixed("/templates"), lambda _h, _o: things.template_attributes(), status=201
    ),
    "POST /v1/templates/import": Case(
        fixed("/templates/import"),
        lambda _h, _o: {"files": {"compose.yaml": things.COMPOSE}},
        kind="template_imports",
    ),
    "GET /v1/templates/{id}": Case(at(things.draft, "/templates/{id}")),
    "PATCH /v1/templates/{id}": Case(
        at(things.draft, "/templates/{id}"), lambda _h, _o: {"description": "better"}
    ),
    "DELETE /v1/templates/{id}": Case(at(things.draft, "/templates/{id}"), status=204),
    "POST /v1/templates/{id}/publish": Case(at(things.draft, "/templates/{id}/publish")),
    "POST /v1/templates/{id}/unpublish": Case(at(things.published, "/templates/{id}/unpublish")),
    "GET /v1/templates/{id}/versions": Case(at(things.draft, "/templates/{id}/versions")),
    "POST /v1/templates/{id}/versions": Case(
        at(things.published, "/templates/{id}/versions"),
        lambda _h, _o: {"version": "1.1.0"},
        status=201,
        kind="template_versions",
    ),
    "GET /v1/templates/{id}/versions/{version}": Case(
        at(things.draft, "/templates/{id}/versions/1.0.0")
    ),
    "POST /v1/templates/{id}/versions/{version}/prove": Case(
        at(things.draft, "/templates/{id}/versions/1.0.0/prove"),
        lambda here, owner: things.proof_attributes(things.credential(here, owner)),
        status=202,
        kind="template_proofs",
    ),
    "GET /v1/template_proofs": Case(fixed("/template_proofs")),
    "GET /v1/template_proofs/{id}": Case(at(things.proof, "/template_proofs/{id}")),
    "GET /v1/template_proofs/{id}/timeline": Case(
        at(things.proof, "/template_proofs/{id}/timeline")
    ),
    "GET /v1/deployments": Case(fixed("/deployments")),
    "POST /v1/deployments": Case(fixed("/deployments"), a_deployment, status=201),
    "GET /v1/deployments/{id}": Case(at(things.deployment, "/deployments/{id}")),
    "PATCH /v1/deployments/{id}": Case(at(things.deployment, "/deployments/{id}"), renamed),
    "DELETE /v1/deployments/{id}": Case(at(things.deployment, "/deployments/{id}"), status=202),
    "POST /v1/deployments/{id}/start": Case(at(things.deployment, "/deployments/{id}/start")),
    "POST /v1/deployments/{id}/stop": Case(at(running, "/deployments/{id}/stop")),
    "POST /v1/deployments/{id}/restart": Case(at(running, "/deployments/{id}/restart")),
    "POST /v1/deployments/{id}/redeploy": Case(
        at(things.deployment, "/deployments/{id}/redeploy"),
        lambda _h, _o: {"variables": {"GREETING": "welcome"}},
        kind="deployments",
    ),
    "POST /v1/deployments/{id}/cancel": Case(at(starting, "/deployments/{id}/cancel")),
    "GET /v1/deployments/{id}/timeline": Case(at(starting, "/deployments/{id}/timeline")),
    "GET /v1/deployments/{id}/monitoring/events": Case(
        at(things.deployment, "/deployments/{id}/monitoring/events")
    ),
    "GET /v1/deployments/{id}/monitoring/health": Case(
        at(things.up, "/deployments/{id}/monitoring/health")
    ),
    "GET /v1/deployments/{id}/monitoring/stats": Case(
        at(things.up, "/deployments/{id}/monitoring/stats")
    ),
    "GET /v1/deployments/{id}/monitoring/logs": Case(
        at(things.up, "/deployments/{id}/monitoring/logs")
    ),
    "GET /v1/deployments/{id}/monitoring/metrics": Case(
        at(things.deployment, "/deployments/{id}/monitoring/metrics")
    ),
    "POST /v1/deployments/{id}/monitoring/logs/download": Case(
        at(things.up, "/deployments/{id}/monitoring/logs/download"),
        kind="deployment-log-downloads",
    ),
    "POST /v1/deployments/{id}/exec": Case(
        at(things.up, "/deployments/{id}/exec"),
        lambda _h, _o: {"service": "web", "command": ["true"]},
        kind="deployment-commands",
    ),
    "GET /v1/deployments/{id}/domains": Case(at(things.deployment, "/deployments/{id}/domains")),
    "POST /v1/deployments/{id}/domains": Case(
        at(things.deployment, "/deployments/{id}/domains"),
        lambda _h, owner: {"hostname": f"www.{owner}.example.org"},
        status=201,
        kind="domains",
    ),
    "DELETE /v1/deployments/{id}/domains/{hostname}": Case(
        at(with_domain, "/deployments/{id}"), status=204
    ),
    "POST /v1/deployments/{id}/domains/{hostname}/verify": Case(
        at(with_domain, "/deployments/{id}/verify")
    ),
    "PATCH /v1/deployments/{id}/domains/{hostname}": Case(
        at(with_domain, "/deployments/{id}"), lambda _h, _o: {"hsts": False}, kind="domains"
    ),
    "POST /v1/deployments/{id}/domains/{hostname}/cancel": Case(
        at(with_certificate_asked_for, "/deployments/{id}/cancel")
    ),
    "POST /v1/deployments/{id}/backups": Case(
        at(things.placed, "/deployments/{id}/backups"), status=202, kind="backups"
    ),
    "POST /v1/deployments/{id}/restore": Case(
        at(things.placed, "/deployments/{id}/restore"), a_restore, kind="deployments"
    ),
    "GET /v1/backups": Case(fixed("/backups")),
    "GET /v1/backups/{id}": Case(at(things.backup, "/backups/{id}")),
    "DELETE /v1/backups/{id}": Case(at(things.backup, "/backups/{id}"), status=204),
    "POST /v1/backups/{id}/download": Case(
        at(things.backup, "/backups/{id}/download"), kind="backup-downloads"
    ),
    "POST /v1/backups/{id}/drill": Case(
        at(things.backup, "/backups/{id}/drill"), status=202, kind="backups"
    ),
    "POST /v1/backups/{id}/deploy": Case(
        at(things.backup, "/backups/{id}/deploy"), renamed, status=201, kind="deployments"
    ),
    "GET /v1/nodes": Case(fixed("/nodes")),
    "GET /v1/nodes/{id}": Case(at(a_node, "/nodes/{id}")),
    "PATCH /v1/nodes/{id}": Case(at(a_node, "/nodes/{id}"), renamed),
    "POST /v1/nodes": Case(fixed("/nodes"), lambda _h, _o: things.node_attributes(), status=201),
    "DELETE /v1/nodes/{id}": Case(at(things.brought, "/nodes/{id}"), status=204),
    "POST /v1/nodes/{id}/check": Case(at(a_node, "/nodes/{id}/check")),
    "POST /v1/nodes/{id}/declare_lost": Case(
        at(a_node, "/nodes/{id}/declare_lost"), lambda _h, _o: {"name": "server-1"}, kind="nodes"
    ),
    "GET /v1/nodes/{id}/timeline": Case(at(things.brought, "/nodes/{id}/timeline")),
    "GET /v1/nodes/{id}/deployments": Case(at(a_node, "/nodes/{id}/deployments")),
    "POST /v1/nodes/{id}/maintenance": Case(at(a_node, "/nodes/{id}/maintenance")),
    "DELETE /v1/nodes/{id}/maintenance": Case(at(parked, "/nodes/{id}/maintenance")),
    "GET /v1/ssh_keys": Case(fixed("/ssh_keys")),
    "POST /v1/ssh_keys": Case(
        fixed("/ssh_keys"),
        lambda _h, _o: {"name": "mine", "private_key": things.a_private_key()},
        status=201,
    ),
    "POST /v1/ssh_keys/generate": Case(
        fixed("/ssh_keys/generate"), lambda _h, _o: {"name": "mine"}, status=201
    ),
    "GET /v1/ssh_keys/{id}": Case(at(things.ssh_key, "/ssh_keys/{id}")),
    "PATCH /v1/ssh_keys/{id}": Case(at(things.ssh_key, "/ssh_keys/{id}"), renamed),
    "DELETE /v1/ssh_keys/{id}": Case(at(things.ssh_key, "/ssh_keys/{id}"), status=204),
    "GET /v1/registry_credentials": Case(fixed("/registry_credentials")),
    "POST /v1/registry_credentials": Case(
        fixed("/registry_credentials"), lambda _h, _o: things.registry_attributes(), status=201
    ),
    "GET /v1/registry_credentials/{id}": Case(
        at(things.registry_credential, "/registry_credentials/{id}")
    ),
    "PATCH /v1/registry_credentials/{id}": Case(
        at(things.registry_credential, "/registry_credentials/{id}"), renamed
    ),
    "DELETE /v1/registry_credentials/{id}": Case(
        at(things.registry_credential, "/registry_credentials/{id}"), status=204
    ),
    "POST /v1/registry_credentials/{id}/check": Case(
        at(things.registry_credential, "/registry_credentials/{id}/check")
    ),
    "GET /v1/backup_targets": Case(fixed("/backup_targets")),
    "POST /v1/backup_targets": Case(
        fixed("/backup_targets"), lambda _h, _o: things.target_attributes(), status=201
    ),
    "GET /v1/backup_targets/{id}": Case(at(things.backup_target, "/backup_targets/{id}")),
    "PATCH /v1/backup_targets/{id}": Case(
        at(things.backup_target, "/backup_targets/{id}"), renamed
    ),
    "DELETE /v1/backup_targets/{id}": Case(
        at(things.backup_target, "/backup_targets/{id}"), status=204
    ),
    "POST /v1/backup_targets/{id}/check": Case(
        at(things.backup_target, "/backup_targets/{id}/check")
    ),
    "GET /v1/cloud_credentials": Case(fixed("/cloud_credentials")),
    "POST /v1/cloud_credentials": Case(
        fixed("/cloud_credentials"), lambda _h, _o: things.credential_attributes(), status=201
    ),
    "GET /v1/cloud_credentials/{id}": Case(at(things.credential, "/cloud_credentials/{id}")),
    "PATCH /v1/cloud_credentials/{id}": Case(
        at(things.credential, "/cloud_credentials/{id}"), renamed
    ),
    "DELETE /v1/cloud_credentials/{id}": Case(
        at(things.credential, "/cloud_credentials/{id}"), status=204
    ),
    "POST /v1/cloud_credentials/{id}/check": Case(
        at(things.credential, "/cloud_credentials/{id}/check")
    ),
    "GET /v1/cloud_credentials/{id}/regions": Case(
        at(things.credential, "/cloud_credentials/{id}/regions")
    ),
    "GET /v1/cloud_credentials/{id}/images": Case(
        at(things.credential, "/cloud_credentials/{id}/images")
    ),
    "POST /v1/cloud_credentials/{id}/sweep": Case(
        at(things.credential, "/cloud_credentials/{id}/sweep"), status=202, kind="sweeps"
    ),
    "GET /v1/cloud_credentials/{id}/sweep": Case(
        at(things.credential, "/cloud_credentials/{id}/sweep")
    ),
    "POST /v1/cloud_credentials/{id}/destroy_orphan": Case(
        at(with_orphan, "/cloud_credentials/{id}/destroy_orphan"),
        lambda _h, _o: {"server_id": "orphan", "name": "forgotten"},
        kind="orphans",
    ),
    "GET /v1/cloud_credentials/{id}/sizes": Case(
        at(things.credential, "/cloud_credentials/{id}/sizes")
    ),
    "GET /v1/cloud_provisions": Case(fixed("/cloud_provisions")),
    "POST /v1/cloud_provisions": Case(
        fixed("/cloud_provisions"),
        lambda here, owner: things.provision_attributes(things.credential(here, owner)),
        status=201,
    ),
    "GET /v1/cloud_provisions/{id}": Case(at(things.provision, "/cloud_provisions/{id}")),
    "DELETE /v1/cloud_provisions/{id}": Case(
        at(failed_server, "/cloud_provisions/{id}"), status=202
    ),
    "POST /v1/cloud_provisions/{id}/retry": Case(at(failed_server, "/cloud_provisions/{id}/retry")),
    "POST /v1/cloud_provisions/{id}/cancel": Case(
        at(things.provision, "/cloud_provisions/{id}/cancel")
    ),
    "POST /v1/cloud_provisions/{id}/declare_gone": Case(
        at(things.provision, "/cloud_provisions/{id}/declare_gone"),
        lambda _h, _o: {"name": "server-1"},
        kind="cloud_provisions",
    ),
    "GET /v1/cloud_provisions/{id}/timeline": Case(
        at(things.provision, "/cloud_provisions/{id}/timeline")
    ),
    "GET /v1/account/closing": Case(fixed("/account/closing"), kind="closings"),
    "POST /v1/account/closing": Case(
        fixed("/account/closing"),
        lambda _h, _o: {"confirmation": "close my account"},
        status=202,
        kind="closings",
    ),
    "DELETE /v1/account/closing": Case(closing, kind="closings"),
    "POST /v1/account_exports": Case(
        at(things.no_export, "/account_exports"),
        lambda _h, _o: {"include_secrets": True},
        status=202,
    ),
    "GET /v1/account_exports": Case(fixed("/account_exports")),
    "GET /v1/account_exports/{id}": Case(at(things.export, "/account_exports/{id}")),
    "GET /v1/account_exports/{id}/timeline": Case(
        at(things.export, "/account_exports/{id}/timeline")
    ),
    "POST /v1/account_exports/{id}/cancel": Case(at(things.export, "/account_exports/{id}/cancel")),
    "POST /v1/account_exports/{id}/download": Case(
        at(things.export_made, "/account_exports/{id}/download"), kind="account-export-downloads"
    ),
}
