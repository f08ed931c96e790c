"""Everything of an account taken away, a round at a time: what is left is named, with the reason.

A round asks of each thing that it goes, in an order in which nothing waits for what comes later:
long work goes on by itself, and the next round finds what came of it. Doing so again does no harm,
and what one thing says keeps no other one waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.domain.errors import Conflict, ProductError
from chalicelib.domain.sweep import record_of
from chalicelib.ports.records import Change, Count, Record, Selection
from chalicelib.resources.registry import RESOURCES
from chalicelib.services import uses
from chalicelib.services.accounts import api_tokens
from chalicelib.services.accounts.belongings import living
from chalicelib.services.backups import backup_targets, backups
from chalicelib.services.backups.vaults import is_own
from chalicelib.services.billing.checkouts import end_payment
from chalicelib.services.catalogue import templates
from chalicelib.services.closings.closing_proof import PROVIDER_SAID
from chalicelib.services.closings.closings import SYSTEM, Left, others_on
from chalicelib.services.counters import total_key
from chalicelib.services.deployments.homes import home_of
from chalicelib.services.deployments.removing import remove_deployment
from chalicelib.services.nodes.nodes import remove_node
from chalicelib.services.notices import notice_channels
from chalicelib.services.plans import subscriptions
from chalicelib.services.provisions.destroying import begin_destroy
from chalicelib.services.secrets import registry_credentials
from chalicelib.services.sweep.sweep_account import Account
from chalicelib.services.tools import Tools

GOING = "It is being removed."
End = Callable[[Tools, Record], str]
"""Has one thing go; returns why it is not gone yet, empty when it is. Raises a `ProductError`."""


def clear(tools: Tools, account: str) -> list[Left]:
    """Have everything of an account go but what tells it so; returns what is left."""
    found: list[Left] = []
    for kind, end in ENDS.items():
        found += _each(tools, account, kind, end)
    return found


def clear_channels(tools: Tools, account: str) -> list[Left]:
    """Take away by which an account is told things: the last of all."""
    return list(_each(tools, account, "notice_channels", _channel))


def _each(tools: Tools, account: str, kind: str, end: End) -> Iterator[Left]:
    for listed in living(tools, account, kind):
        # By id, consistently: the list may be behind.
        record = tools.records().get(listed.id)
        if record is None or record.status == RESOURCES[kind].states.final:
            continue
        try:
            reason = end(tools, record)
        except ProductError as error:
            reason = error.detail
        if reason:
            name = str(record.attributes.get("name") or record.id)
            yield Left(resource_type=kind, resource_id=record.id, name=name, reason=reason)


def _app(tools: Tools, app: Record) -> str:
    home = home_of(tools, app)
    made_by = _provision_of(tools, home) if home and home.owner == app.owner else None
    if made_by is not None:
        return f"It goes with its server {made_by.attributes['instance_name']}."
    if app.work is None or app.work.kind != "remove":
        remove_deployment(tools, app, actor=SYSTEM)
    return _why(app)


def _why(record: Record) -> str:
    """What went wrong when it was tried last, if anything did."""
    return str(record.attributes.get("error_message") or GOING)


def _provision_of(tools: Tools, node: Record) -> Record | None:
    """The living order that a server was made by."""
    found = tools.records().get(node.attributes.get("provision_id") or "")
    return found if found is not None and found.status != "destroyed" else None


def _server(tools: Tools, provision: Record) -> str:
    node = provision.attributes.get("node_id")
    if node and (count := others_on(tools, provision.owner, node)):
        return f"Apps of others live there, {count} of them."
    begin_destroy(tools, provision, actor=SYSTEM, with_apps=True)
    return _why(provision)


def _proof(tools: Tools, proof: Record) -> str:
    if proof.work is not None:
        return "A test is in progress; it ends by itself."
    return _bury(tools, proof)


def _node(tools: Tools, node: Record) -> str:
    if _provision_of(tools, node) is None:
        remove_node(tools, node, version=None)
    return ""


def _key(tools: Tools, key: Record) -> str:
    made_for = tools.records().get(key.attributes.get("provision_id") or "")
    if made_for is not None and made_for.status != "destroyed":
        return ""
    return _bury(tools, key)


def _backup(tools: Tools, backup: Record) -> str:
    """Delete a backup; of one in a bucket of the leaver's own the archives are theirs, and stay."""
    if is_own(backup):
        backups.forget_backup(tools, backup, actor=SYSTEM)
    else:
        backups.delete_backup(tools, backup, actor=SYSTEM)
    return ""


def _target(tools: Tools, target: Record) -> str:
    backup_targets.remove(tools, target, actor=SYSTEM)
    return ""


def _export(tools: Tools, export: Record) -> str:
    if export.work is not None:
        return "It is being made."
    return _bury(tools, export)


def _token(tools: Tools, token: Record) -> str:
    api_tokens.revoke(tools, token, actor=SYSTEM)
    return ""


def _login(tools: Tools, login: Record) -> str:
    registry_credentials.remove(tools, login)
    return ""


def _template(tools: Tools, template: Record) -> str:
    """Delete a template, or leave it to the apps of others that run of it, out of the catalogue."""
    template = templates.unpublish(tools, template, actor=SYSTEM)
    try:
        templates.delete(tools, template, actor=SYSTEM)
    except Conflict as error:
        own = Selection("deployments", owner=template.owner, parent=template.id)
        mine = tools.records().select(own, limit=1, after=None, before=None).records
        return error.detail if mine else ""
    return ""


def _cloud(tools: Tools, credential: Record) -> str:
    """Forget a credential once its provider has no server of this account's any more.

    A provider that refuses the credential cannot be asked, and nothing there can be changed by it.
    """
    looked = Account(tools, credential)
    servers, silent = looked.listed(looked.regions(()))
    refused = {one["code"] for one in looked.errors} <= {"invalid_credential"}
    if silent and not refused:
        return looked.errors[0]["message"]
    installation = tools.settings().installation
    for server in servers:
        order = tools.records().get(record_of(server, installation) or "")
        if order is not None and order.owner == credential.owner:
            return f"The server {server.name} ({server.id}) still stands at its provider."
    unknown = ", ".join(f"{server.name} ({server.id})" for server in servers)
    said = "It refuses the credential" if silent else "No server of this account is there"
    said += f"; servers of others or without a record: {unknown}" if unknown else ""
    return _bury(tools, credential, **{PROVIDER_SAID: f"{said}."})


def _order(tools: Tools, invoice: Record) -> str:
    """Remove the order of a plan that nobody will pay."""
    if not subscriptions.is_order(invoice) or invoice.status not in subscriptions.PAYABLE:
        return ""
    end_payment(tools, invoice)
    tools.records().commit(
        subscriptions.removed(invoice), Count(total_key(invoice.type, invoice.owner), -1)
    )
    return ""


def _channel(tools: Tools, channel: Record) -> str:
    if channel.attributes["own"]:
        return _bury(tools, channel)
    notice_channels.remove(tools, channel, actor=SYSTEM)
    return ""


def _bury(tools: Tools, record: Record, **said: str) -> str:
    """Bury what nothing uses any more. Raises `Taken` while something does."""
    final = RESOURCES[record.type].states.final
    tools.records().commit(
        Change(of=record, status=final, attributes=said, bury=True, if_version=record.version),
        Count(total_key(record.type, record.owner), -1),
        *uses.none_left(record.id),
        tools.told(record, "deleted", SYSTEM),
    )
    return ""


ENDS: dict[str, End] = {
    "api_tokens": _token,
    "registry_credentials": _login,
    "deployments": _app,
    "cloud_provisions": _server,
    "backups": _backup,
    "backup_targets": _target,
    "account_exports": _export,
    "template_proofs": _proof,
    "nodes": _node,
    "ssh_keys": _key,
    "cloud_credentials": _cloud,
    "templates": _template,
    "invoices": _order,
}
"""How things of each type go, in this order; domains go with their apps."""
