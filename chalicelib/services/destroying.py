"""Servers at a provider: destroyed, proven gone, and taken out of every list."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import Gone, NotReady, Stale, Taken
from chalicelib.ports.clouds import LAG_SECONDS
from chalicelib.ports.records import Change, Count, Record, Write
from chalicelib.services import limits as plan_limits
from chalicelib.services import uses
from chalicelib.services.counters import total_key
from chalicelib.services.provisions import changed, cloud_of
from chalicelib.services.residents import refuse_inhabited
from chalicelib.services.tools import Tools
from chalicelib.services.work import begin_work, end_work


def destroy_server(tools: Tools, provision: Record) -> bool:
    """Have the server destroyed; True once the provider no longer knows any with its tag.

    An order without an answer may have made a server that the provider does not list yet: it
    counts as none when the listing is still empty after the provider's lag.
    """
    if not provision.attributes.get("ordered_at"):
        return True
    tag = provision.attributes["tag"]
    cloud = cloud_of(tools, provision)
    known = {server.id for server in cloud.find(tag)}
    recorded = provision.attributes.get("provider_instance_id")
    if recorded and recorded not in known:
        try:
            cloud.get(recorded)
            known.add(recorded)
        except Gone:
            pass
    for server in sorted(known):
        cloud.destroy(server)
    if known or (not recorded and _may_be_unlisted(tools, provision)):
        return False
    try:
        cloud.remove_firewall(tag)
    except NotReady:
        return False  # the server lets go of it a moment after it went
    key = tools.records().get(provision.attributes.get("ssh_key_id") or "")
    if key is not None:
        cloud.remove_key(key.attributes["public_key"])
    return True


def _may_be_unlisted(tools: Tools, provision: Record) -> bool:
    age = clock.seconds_between(provision.attributes["ordered_at"], tools.now())
    return not provision.attributes.get("refused") and age < LAG_SECONDS


def forget_server(tools: Tools, provision: Record) -> None:
    """Write down that no server of this provision exists: the provider has proven it."""
    changed(
        tools, provision, provider_instance_id=None, public_ip=None, ordered_at=None, refused=None
    )


def begin_destroy(tools: Tools, provision: Record, *, actor: str) -> Record:
    """Begin the destroy; a destroy in hand is joined.

    Raises `Conflict` naming the deployments that still live there.
    """
    if provision.work is not None and provision.work.kind == "destroy":
        return provision
    node = provision.attributes.get("node_id")
    if node:
        refuse_inhabited(tools, node, reader=provision.owner)
    return begin_work(tools, provision, kind="destroy", actor=actor, status="destroying")


def retire_node(tools: Tools, provision: Record) -> None:
    """Take the node out of service, so that nothing new is placed on it.

    Raises `Conflict` with code `in_use` when apps live there.
    """
    node = tools.records().get(provision.attributes.get("node_id") or "")
    if node is None or node.status == "deleted":
        return
    retired = Change(of=node, status="maintenance", if_status=(node.status,))
    try:
        tools.records().commit(retired, *uses.none_left(node.id))
    except Taken as error:
        refuse_inhabited(tools, node.id, reader=provision.owner)
        raise NotReady("An app was about to go; asking again tells.") from error
    except Stale as error:
        raise NotReady("The server changed meanwhile.") from error


def finish_destroy(tools: Tools, provision: Record) -> None:
    """Bury the node, the key and the provision together."""
    extra: list[Write] = [
        tools.told(provision, "destroyed", "hoster"),
        Count(total_key("cloud_provisions", provision.owner), -1),
        uses.ended(provision.attributes["credential_id"], provision.id),
        *plan_limits.give_back(provision.owner, plan_limits.A_NODE),
    ]
    for record_id in (provision.attributes.get("node_id"), provision.attributes.get("ssh_key_id")):
        record = tools.records().get(record_id or "")
        if record is not None and record.status != "deleted":
            extra += [
                Change(of=record, status="deleted", bury=True, if_version=record.version),
                Count(total_key(record.type, record.owner), -1),
                tools.told(record, "deleted", "hoster", provision=provision.id),
            ]
    end_work(tools, provision, status="destroyed", bury=True, extra=tuple(extra))
