"""The volumes of an app sent by its server, over links that are renewed while that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.archives import MB
from chalicelib.ports.records import Record
from chalicelib.ports.volume_archives import Outgoing, Sent
from chalicelib.services.backups import backups
from chalicelib.services.backups.backups import UPLOADS
from chalicelib.services.backups.vaults import vault_of
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.routes import still
from chalicelib.services.redeploys.setting_aside import broken
from chalicelib.services.tools import Tools

LINK_SECONDS = 6 * 3600
"""How long the links work by which a server sends."""
RENEWED_SECONDS = 1800.0
"""How old links get before a server that still sends has others."""
LINKED = "linked_at"
"""The attribute of a backup that says since when the server has its links."""


@dataclass(frozen=True)
class Sending:
    """What of a backup is awaited, for people, and how many bytes are sent."""

    message: str
    bytes: int


def send_volumes(tools: Tools, deployment: Record, *, anew: bool) -> Sending | None:
    """Have the server send the volumes, and write down what it sent; returns what is awaited.

    `anew` begins again what broke off in an earlier run. Raises `CommandFailed`.
    """
    backup = backups.in_hand(tools, deployment)
    uploads = backup.attributes[UPLOADS]
    if all(upload.get("sent") for upload in uploads):
        return None
    if deployment.status == "running" and not backup.attributes.get("away_since"):
        backups.changed(tools, backup, still(deployment), away_since=tools.now())
    generation = deployment.generation
    with node_of(tools, deployment) as node:
        state = node.volume_archives.sending_state(deployment.id, generation=generation)
        if state.state == "done":
            sent = {one.volume: _kept(one) for one in state.sent}
            backup = backups.in_hand(tools, deployment)
            whole = [{**upload, "sent": sent[upload["volume"]]} for upload in uploads]
            backups.changed(tools, backup, still(deployment), **{UPLOADS: whole})
            return None
        if state.state == "failed" and state.status is not None and not anew:
            raise broken("Sending the data failed", state.tail)
        if state.state != "running":
            going = _going(tools, deployment, backup)
            node.volume_archives.start_sending(deployment.id, going, generation=generation)
        elif _links_are_old(backup, tools.now()):
            going = _going(tools, deployment, backup)
            node.volume_archives.renew_links(deployment.id, going, generation=generation)
    held = sum(upload["held_mb"] for upload in uploads)
    told = f"Sending {held} MB of data, packed and encrypted: {state.bytes // MB} MB are sent."
    return Sending(told, state.bytes)


def _links_are_old(backup: Record, now: str) -> bool:
    known = backup.attributes
    since = known.get(LINKED) or known["started_at"]
    return clock.seconds_between(since, now) > RENEWED_SECONDS


def _going(tools: Tools, deployment: Record, backup: Record) -> tuple[Outgoing, ...]:
    """What is to be sent, with links that begin to work now."""
    backups.changed(tools, backup, still(deployment), **{LINKED: tools.now()})
    passphrase, vault = backups.passphrase_of(tools, backup), vault_of(tools, backup)
    ways = vault.ways()
    return tuple(
        Outgoing(
            upload["volume"],
            upload["part_bytes"],
            vault.part_links(
                upload["key"], upload["upload"], parts=upload["parts"], seconds=LINK_SECONDS
            ),
            passphrase,
            ways,
        )
        for upload in backup.attributes[UPLOADS]
    )


def _kept(sent: Sent) -> dict[str, Any]:
    """What a server told of an archive, as the record holds it."""
    return {
        "parts": [[part.number, part.bytes, part.md5] for part in sent.parts],
        "plain_bytes": sent.plain_bytes,
        "sha256": sent.sha256,
        "seconds": sent.seconds,
        "files": sent.files,
    }
