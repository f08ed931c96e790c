"""The data of an app sent by its server, over links that are renewed while that goes on.

What its services dump is sent while the app runs; volumes, when nothing writes them any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.archives import MB, is_dump, name_of
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.ports.volume_archives import Command, CopyState, Outgoing, Sent
from chalicelib.services.backups import backups
from chalicelib.services.backups.backups import UPLOADS
from chalicelib.services.backups.said_inside import said_inside
from chalicelib.services.backups.vaults import explained, vault_of
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.routes import still
from chalicelib.services.redeploys.setting_aside import broken
from chalicelib.services.tools import Tools

LINK_SECONDS = 6 * 3600
"""How long the links work by which a server sends."""
RENEWED_SECONDS = 1800.0
"""How old links get before a server that still works with them has others."""
LINKED = "linked_at"
"""The attribute that says since when the server has its links."""

Upload = Mapping[str, Any]
"""Where one archive goes, and what was sent of it, as a backup's record holds it."""


@dataclass(frozen=True)
class Sending:
    """What of a backup is awaited, for people, and how many bytes are sent."""

    message: str
    bytes: int


def is_left(tools: Tools, deployment: Record) -> bool:
    """Whether there are volumes to send, for which an app that runs is stopped."""
    backup = backups.in_hand(tools, deployment)
    return not all(is_dump(one) for one in backup.attributes[UPLOADS])


def send_dumps(tools: Tools, deployment: Record, *, anew: bool) -> Sending | None:
    """Have the server send what services dump, while the app runs; returns what is awaited.

    `anew` begins again what broke off in an earlier run. Raises `CommandFailed` with the end of
    what a command said.
    """
    dumps = _unsent(backups.in_hand(tools, deployment), dumps=True)
    if not dumps:
        return None
    with node_of(tools, deployment) as node:
        state = node.volume_archives.dumping_state(deployment.id, generation=deployment.generation)
        if state.state == "failed" and state.status is not None and not anew:
            raise said_inside(tools, deployment, "A dump failed", state.tail)
        if _goes_on(tools, deployment, node, state, dumps):
            names = ", ".join(one["service"] for one in dumps)
            told = f"Sending what {names} dumps, packed and encrypted: "
            return Sending(f"{told}{state.bytes // MB} MB are sent.", state.bytes)
    return None


def send_volumes(tools: Tools, deployment: Record, *, anew: bool) -> Sending | None:
    """Have the server send the volumes, and write down what it sent; returns what is awaited.

    `anew` begins again what broke off in an earlier run. Raises `CommandFailed`.
    """
    backup = backups.in_hand(tools, deployment)
    volumes = _unsent(backup, dumps=False)
    if not volumes:
        return None
    if deployment.status == "running" and not backup.attributes.get("away_since"):
        backups.changed(tools, backup, still(deployment), away_since=tools.now())
    with node_of(tools, deployment) as node:
        state = node.volume_archives.sending_state(deployment.id, generation=deployment.generation)
        if state.state == "failed" and state.status is not None and not anew:
            said = broken("Sending the data failed", state.tail)
            raise explained(tools, backup, said)
        if _goes_on(tools, deployment, node, state, volumes):
            held = sum(upload["held_mb"] for upload in volumes)
            told = f"Sending {held} MB of data, packed and encrypted: "
            return Sending(f"{told}{state.bytes // MB} MB are sent.", state.bytes)
    return None


def _unsent(backup: Record, *, dumps: bool) -> list[Upload]:
    """Either kind of archives, as long as they are not sent; all of a kind are at once."""
    of_kind = [one for one in backup.attributes[UPLOADS] if is_dump(one) == dumps]
    return [] if all(one.get("sent") for one in of_kind) else of_kind


def _goes_on(
    tools: Tools, deployment: Record, node: Node, state: CopyState, wanted: list[Upload]
) -> bool:
    """Begin to send, renew the links, or write down what was sent; whether more is awaited."""
    archives, generation = node.volume_archives, deployment.generation
    backup = backups.in_hand(tools, deployment)
    if state.state == "done":
        sent = {one.volume: _kept(one) for one in state.sent}
        whole = [
            {**one, "sent": sent[name_of(one)]} if name_of(one) in sent else one
            for one in backup.attributes[UPLOADS]
        ]
        backups.changed(tools, backup, still(deployment), **{UPLOADS: whole})
        return False
    if state.state != "running":
        going = _going(tools, deployment, backup, wanted)
        start = archives.start_dumping if is_dump(wanted[0]) else archives.start_sending
        start(deployment.id, going, generation=generation)
    elif links_are_old(backup.attributes, tools.now()):
        going = _going(tools, deployment, backup, wanted)
        archives.renew_links(deployment.id, going, generation=generation)
    return True


def links_are_old(known: Mapping[str, Any], now: str) -> bool:
    """Whether a server needs others soon."""
    since = known.get(LINKED) or known.get("started_at")
    return since is None or clock.seconds_between(since, now) > RENEWED_SECONDS


def _going(
    tools: Tools, deployment: Record, backup: Record, wanted: list[Upload]
) -> tuple[Outgoing, ...]:
    """What is to be sent, with links that begin to work now."""
    backups.changed(tools, backup, still(deployment), **{LINKED: tools.now()})
    passphrase, vault = backups.passphrase_of(tools, backup), vault_of(tools, backup)
    ways = vault.ways()
    return tuple(
        Outgoing(
            name_of(upload),
            upload["part_bytes"],
            vault.part_links(
                upload["key"], upload["upload"], parts=upload["parts"], seconds=LINK_SECONDS
            ),
            passphrase,
            ways,
            Command(upload["service"], upload["dump"]) if is_dump(upload) else None,
        )
        for upload in wanted
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
