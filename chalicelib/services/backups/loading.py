"""What services dumped, loaded into them again: they are started alone for it, on empty volumes.

So nothing else writes meanwhile, and the rest of the app finds its data when it starts. Loading is
begun once: what broke off half way has left half of the data, and is put back, or begun anew on
volumes that were emptied again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from chalicelib.domain.archives import MB, is_dump, name_of
from chalicelib.domain.errors import Conflict
from chalicelib.domain.plan import Plan
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.ports.volume_archives import Command, Loading
from chalicelib.services.backups import backups
from chalicelib.services.backups.backup_sending import Upload
from chalicelib.services.backups.backups import UPLOADS
from chalicelib.services.backups.said_inside import said_inside
from chalicelib.services.deployments.containers import take_away
from chalicelib.services.deployments.deploying import start_services
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.readiness import await_healthy
from chalicelib.services.deployments.starting import RESTORING
from chalicelib.services.tools import Tools


@dataclass(frozen=True)
class Awaited:
    """What of a restore is awaited, for people, and how many bytes are through."""

    message: str
    bytes: int


def dumps_of(backup: Record) -> list[Upload]:
    """The dumps of a backup, with what loads each."""
    return [one for one in backup.attributes[UPLOADS] if is_dump(one)]


def emptied_by(backup: Record) -> tuple[str, ...]:
    """The volumes that begin empty, since a dump stands for what they held."""
    return tuple(volume for one in dumps_of(backup) for volume in one["volumes"])


def refuse_other_services(tools: Tools, deployment: Record, backup: Record) -> None:
    """Raise `Conflict` with code `other_version` where the app does not take these dumps.

    It may be of a later version than the one that was saved.
    """
    dumps = dumps_of(backup)
    if not dumps:
        return
    writers = {one.name: one for one in plan_of(tools, deployment).services}
    for one in dumps:
        service = writers.get(one["service"])
        mounts = service.mounts if service else ()
        written = {m.source for m in mounts if m.kind == "volume" and not m.read_only}
        if missing := [volume for volume in one["volumes"] if volume not in written]:
            detail = (
                f"The backup has a dump of {one['service']}, for its volume {missing[0]}, and this"
                " version of the app has no such service with it. Make a new app of the backup."
            )
            raise Conflict(detail, code="other_version")


def load_dumps(tools: Tools, deployment: Record) -> Awaited | None:
    """Start the services that have a dump, and have each load it; returns what is awaited.

    Raises `CommandFailed` with the end of what a command said, and as starting them does.
    """
    known = deployment.attributes[RESTORING]
    backup = backups.own(tools, known["backup"], deployment.owner)
    dumps, generation = dumps_of(backup), deployment.generation
    if not dumps:
        return None
    names = ", ".join(one["service"] for one in dumps)
    with node_of(tools, deployment) as node:
        state = node.volume_archives.loading_state(deployment.id, generation=generation)
        if state.state == "done":
            return None
        if state.state == "failed":
            raise said_inside(tools, deployment, "Loading a dump failed", state.tail)
        if state.state == "absent":
            if awaited := _started(tools, deployment, {one["service"] for one in dumps}):
                return Awaited(awaited, 0)
            passphrase = backups.passphrase_of(tools, backup)
            wanted = tuple(
                Loading(name_of(one), Command(one["service"], one["load"]), passphrase)
                for one in dumps
            )
            node.volume_archives.start_loading(deployment.id, wanted, generation=generation)
    whole = sum(one["sent"]["plain_bytes"] for one in dumps) // MB
    told = f"Loading the data of {names}: {state.unpacked_bytes // MB} of {whole} MB are read."
    return Awaited(told, state.unpacked_bytes)


def _started(tools: Tools, deployment: Record, services: Collection[str]) -> str:
    """Start services with what they depend on; returns what is awaited until they are healthy."""
    only = needed_by(plan_of(tools, deployment), services)
    if awaited := start_services(tools, deployment, only=only):
        return awaited
    waits = await_healthy(tools, deployment, only=only)
    return waits[0] if waits else ""


def needed_by(plan: Plan, services: Iterable[str]) -> frozenset[str]:
    """Services, with all that they depend on."""
    needs = {one.name: {other.service for other in one.depends_on} for one in plan.services}
    found: set[str] = set()
    more = set(services)
    while more:
        found |= more
        more = {name for one in more for name in needs.get(one, ())} - found
    return frozenset(found)


def make_room(node: Node, deployment: Record, services: Collection[str]) -> None:
    """Have the services of dumps begin as at a first start, while the app is stopped.

    Their containers go, so that Docker makes the emptied volumes as new ones. A loading that was
    begun in an earlier run and is not done is given up, and what it loaded goes.
    """
    archives, generation = node.volume_archives, deployment.generation
    emptied = tuple(deployment.attributes[RESTORING].get("emptied") or ())
    if not emptied:
        return
    state = archives.loading_state(deployment.id, generation=generation)
    if state.state == "done":
        return
    take_away(node, deployment, lambda one: one.service in services)
    if state.state != "absent":
        archives.empty_again(deployment.id, emptied, generation=generation)
