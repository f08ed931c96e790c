"""Servers at a provider: their accounts, tags and keys, awaited and opened to the world."""

from __future__ import annotations

import json
from dataclasses import replace

from chalicelib.domain.addresses import is_allowed
from chalicelib.domain.doors import DOOR_PORT
from chalicelib.domain.errors import Gone, InvalidCredential, RefusedByProvider
from chalicelib.domain.host_ports import FIRST_PORT, LAST_PORT
from chalicelib.ports.clouds import Cloud
from chalicelib.ports.records import Change, Count, Create, Record, Write
from chalicelib.services.counters import total_key
from chalicelib.services.provisions.doubts import is_in_doubt
from chalicelib.services.secrets import ssh_keys
from chalicelib.services.secrets.credentials import is_own
from chalicelib.services.tools import Tools

WEB_PORTS = ("80/tcp", "443/tcp")
APP_PORTS = f"{FIRST_PORT}-{LAST_PORT}"


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


def server_state(tools: Tools, provision: Record) -> str:
    """Read the server; returns what is awaited, empty once it is active and has an address.

    Raises `Gone` when the provider lost it, and does not merely lag behind the order, and
    `RefusedByProvider` for an address in which no node may be.
    """
    known = provision.attributes["provider_instance_id"]
    try:
        server = cloud_of(tools, provision).get(known)
    except Gone as error:
        if is_in_doubt(tools, provision):
            return f"Waiting for the provider to show the server {known}."
        raise Gone(f"The provider does not know the server {known} any more.") from error
    if server.state == "leaving":
        raise Gone(f"The server {known} is being destroyed at the provider.")
    if server.state in {"off", "archive"}:
        return f"The server {known} is switched off at the provider; switch it on there."
    if server.state != "active" or server.address is None:
        return "Waiting for the provider to start the server."
    if not is_allowed(server.address, tools.settings().refused_networks):
        raise RefusedByProvider(f"The provider gave the address {server.address}, refused here.")
    changed(tools, provision, status="configuring", public_ip=server.address)
    return ""


def open_ports(provision: Record) -> tuple[str, ...]:
    """What the provider's firewall lets in.

    The ports of apps are among it: which of them are open at a time, the server itself decides.
    """
    web = WEB_PORTS if provision.attributes.get("open_web_ports") else ()
    return ("22/tcp", f"{DOOR_PORT}/tcp", *web, f"{APP_PORTS}/tcp", f"{APP_PORTS}/udp")


def open_firewall(tools: Tools, provision: Record) -> None:
    """Have the provider let in SSH, the door, the app ports, the web where wanted, and no more."""
    tag = provision.attributes["tag"]
    cloud_of(tools, provision).open_firewall(tag, tag, open_ports(provision))
