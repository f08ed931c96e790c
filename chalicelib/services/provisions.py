"""Servers at a provider: ordered, adopted, awaited."""

from __future__ import annotations

import json
from dataclasses import replace

from chalicelib.domain import clock
from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.errors import (
    Gone,
    InvalidCredential,
    LoginRefused,
    NoCapacity,
    QuotaExceeded,
    RefusedByProvider,
    Throttled,
)
from chalicelib.domain.first_boot import user_data
from chalicelib.ports.clouds import LAG_SECONDS, Cloud, Server, ServerOrder
from chalicelib.ports.records import Change, Count, Create, Record, Write
from chalicelib.services import ssh_keys
from chalicelib.services.counters import total_key
from chalicelib.services.credentials import is_own
from chalicelib.services.tools import Tools

OPEN_PORTS = ("22/tcp", "80/tcp", "443/tcp", "30000-39999/tcp", "30000-39999/udp")
LIVE = ("creating", "configuring", "ready", "failed", "pending", "destroying")


def tag_of(tools: Tools, provision: Record) -> str:
    """The tag that leads from a server back to the one record that it was made for."""
    return f"{tools.settings().installation}-{provision.id}"


def installation_tag(tools: Tools) -> str:
    """The tag of every server of this installation."""
    return f"hoster-{tools.settings().installation}"


def cloud_of(tools: Tools, provision: Record) -> Cloud:
    """Open the account that a provision's credential stands for."""
    credential = tools.records().get(provision.attributes["credential_id"])
    if credential is None or not is_own(credential, provision.owner):
        raise InvalidCredential("The credential of this server is gone; add it again.")
    text = tools.seal().open(
        credential.sealed["credentials"], record=credential.id, field="credentials"
    )
    region = str(provision.attributes.get("region") or "")
    return tools.cloud(credential.attributes["provider"], json.loads(text), region)


def changed(tools: Tools, provision: Record, *extra: Write, **fields: object) -> Record:
    """Write attributes of a provision in its generation; return it as it is after that."""
    status = fields.pop("status", None)
    sealed = fields.pop("sealed", {})
    change = Change(
        of=provision,
        status=str(status) if status else None,
        attributes=dict(fields),
        sealed=dict(sealed),  # type: ignore[call-overload]
        if_generation=provision.generation,
        if_working=True,
    )
    if not extra:
        return tools.records().change(change)
    tools.records().commit(change, *extra)
    return replace(
        provision,
        status=change.status or provision.status,
        attributes={**provision.attributes, **change.attributes},
    )


def prepare_keys(tools: Tools, provision: Record) -> None:
    """Make the login key and the planted host key, and record both before anything is ordered."""
    if provision.attributes.get("ssh_key_id"):
        if provision.status != "creating":
            changed(tools, provision, status="creating")
        return
    pair, host = ssh_keys.generate(), ssh_keys.generate()
    now, key_id = tools.now(), tools.new_id("sshkey_")
    seal = tools.seal()
    key = Record(
        id=key_id,
        type="ssh_keys",
        owner=provision.owner,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={
            "name": f"cloud-{provision.attributes['instance_name']}",
            "public_key": pair.public,
            "fingerprint": pair.fingerprint,
            "key_type": pair.type,
            "provision_id": provision.id,
        },
        sealed={"private_key": seal.seal(pair.private, record=key_id, field="private_key")},
    )
    changed(
        tools,
        provision,
        Create(key),
        Count(total_key("ssh_keys", provision.owner), 1),
        tools.told(provision, "key_made", "hoster", fingerprint=pair.fingerprint),
        status="creating",
        ssh_key_id=key_id,
        tag=tag_of(tools, provision),
        host_key=host.public,
        sealed={"host_private": seal.seal(host.private, record=provision.id, field="host_private")},
    )


def create_server(tools: Tools, provision: Record) -> Server:
    """Order the server, or adopt the one that an earlier try made, found by its tag.

    The order is recorded before the provider is asked: what was never ordered needs no provider
    to be taken down.
    """
    cloud = cloud_of(tools, provision)
    found = [s for s in cloud.find(provision.attributes["tag"]) if s.state != "leaving"]
    server = found[0] if found else _ask_for_server(tools, provision, cloud)
    for extra in found[1:]:
        cloud.destroy(extra.id)
    changed(tools, provision, provider_instance_id=server.id, ssh_user=server.user)
    return server


def _ask_for_server(tools: Tools, provision: Record, cloud: Cloud) -> Server:
    """Order the server; a plain refusal is recorded as one, so that nothing is waited for."""
    attributes = provision.attributes
    is_doubtful = bool(attributes.get("ordered_at")) and not attributes.get("refused")
    provision = changed(tools, provision, ordered_at=tools.now(), refused=None)
    try:
        return cloud.create(_order(tools, provision))
    except (InvalidCredential, NoCapacity, QuotaExceeded, RefusedByProvider, Throttled):
        if not is_doubtful:
            changed(tools, provision, refused=True)
        raise


def _order(tools: Tools, provision: Record) -> ServerOrder:
    attributes = provision.attributes
    key = tools.records().get(attributes["ssh_key_id"])
    if key is None:
        raise LoginRefused("The server's SSH key is not stored any more.")
    host_private = tools.seal().open(
        provision.sealed["host_private"], record=provision.id, field="host_private"
    )
    return ServerOrder(
        name=attributes["instance_name"],
        region=attributes["region"],
        size=attributes["size"],
        tag=attributes["tag"],
        tags=(installation_tag(tools),),
        public_key=key.attributes["public_key"],
        user_data=user_data(
            host_private=host_private,
            host_public=attributes["host_key"],
            authorised=key.attributes["public_key"],
            mirror=tools.settings().registry_mirror,
        ),
        token=f"{attributes['tag']}-g{provision.generation}",
    )


def server_address(tools: Tools, provision: Record) -> str | None:
    """The server's address once it is active; None while it is being made.

    Raises `Gone` when the provider lost it, and does not merely lag behind the order, and
    `RefusedByProvider` for an address in which no node may be.
    """
    try:
        server = cloud_of(tools, provision).get(provision.attributes["provider_instance_id"])
    except Gone:
        ordered_at = provision.attributes.get("ordered_at")
        if ordered_at and clock.seconds_between(ordered_at, tools.now()) < LAG_SECONDS:
            return None
        raise
    if server.state != "active" or server.address is None:
        return None
    if not is_allowed(server.address, tools.settings().refused_networks):
        raise RefusedByProvider(f"The provider gave the address {server.address}, refused here.")
    changed(tools, provision, status="configuring", public_ip=server.address)
    return server.address


def open_firewall(tools: Tools, provision: Record) -> None:
    """Have the provider let in SSH, the web and the app ports, and nothing else."""
    cloud_of(tools, provision).open_firewall(
        provision.attributes["tag"], provision.attributes["tag"], OPEN_PORTS
    )
