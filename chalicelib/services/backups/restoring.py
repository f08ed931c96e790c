"""A backup's data brought back: into the app that it is of, or into a new one elsewhere.

The archives are fetched beside the volumes first, while the app goes on, and are opened only when
their hashes are right. Then the app is stopped and they change places; what was there is kept until
the app is healthy, and put back when it does not get there. Volumes for which a dump stands are
empty then, and filled by it (`chalicelib/services/backups/loading.py`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain.archives import MB, is_dump, name_of, volumes_of
from chalicelib.domain.errors import (
    ArchiveDamaged,
    Cancelled,
    Conflict,
    DiskFull,
    Fault,
    Invalid,
    NotFound,
)
from chalicelib.domain.limits import PlanLimits
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Record
from chalicelib.ports.route_writes import SetRoute
from chalicelib.ports.volume_archives import Incoming
from chalicelib.resources.backups import DeployBackup
from chalicelib.resources.deployments import CreateDeployment
from chalicelib.services.backups import backups
from chalicelib.services.backups.backup_sending import LINKED, links_are_old
from chalicelib.services.backups.backups import VARIABLES
from chalicelib.services.backups.loading import (
    Awaited,
    dumps_of,
    emptied_by,
    make_room,
    refuse_other_services,
)
from chalicelib.services.backups.vaults import explained, vault_of
from chalicelib.services.catalogue.template_versions import version_id
from chalicelib.services.deployments import coming
from chalicelib.services.deployments.choosing import usable_node
from chalicelib.services.deployments.deploying import start_services
from chalicelib.services.deployments.deployments import create_deployment
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.deployments.outcomes import finish_deploy, undo_deploy
from chalicelib.services.deployments.routes import routes_of, still
from chalicelib.services.deployments.starting import RESTORING, start_deployment
from chalicelib.services.metering.metering import note_rest
from chalicelib.services.redeploys.setting_aside import broken
from chalicelib.services.throwaways import Throwaway
from chalicelib.services.tools import Tools
from chalicelib.services.work.failures import fail_run, reason_of
from chalicelib.services.work.work import begin_work, end_work, refuse_work_in_hand

IN_PLACE = {"running": None, "stopped": "starting", "failed": "starting"}
"""The states from which data is replaced in place, and what the app is while that goes on."""
LINK_SECONDS = 6 * 3600
"""How long the links work by which a server fetches: longer than it may take."""
SPARE_MB = 256
"""What is left free on a node's disk beside archives and what they hold."""
POINTER = "/data/attributes/backup_id"
SWAPPED = "swapped_in"
"""Where the record says in which generation the data changed places, from just before on."""


def restore_in_place(tools: Tools, deployment: Record, backup_id: str, *, actor: str) -> Record:
    """Begin to replace an app's data by that of a backup.

    Raises `Invalid` for a backup that is not the caller's, and `Conflict` in a wrong state, with
    code `backup_incomplete`, or `other_template` for one of another template's app.
    """
    refuse_work_in_hand(deployment)
    if deployment.status not in IN_PLACE or not deployment.attributes.get("placed_at"):
        detail = f"Cannot restore while it is {deployment.status}; that works from:"
        raise Conflict(f"{detail} {', '.join(IN_PLACE)}.", code="wrong_state")
    if deployment.attributes.get(coming.NEXT):
        detail = "Its last change is half done: start the app first, so that its data is whole."
        raise Conflict(detail, code="data_not_put_back")
    try:
        backup = backups.own(tools, backup_id, deployment.owner)
    except NotFound as error:
        raise Invalid((Fault(POINTER, error.detail, "not_found"),)) from error
    if backup.attributes["template_id"] != deployment.attributes["template_id"]:
        detail = "This backup is of an app of another template, whose data is no use here."
        raise Conflict(detail, code="other_template")
    usable_node(tools, deployment)
    return begin_work(
        tools,
        deployment,
        kind="restore",
        actor=actor,
        status=IN_PLACE[deployment.status],
        attributes={RESTORING: _restoring(backup, new=False)},
        told=tools.told(deployment, "restore_begun", actor, backup=backup.id),
    )


def _restoring(backup: Record, *, new: bool) -> dict[str, Any]:
    """What a deployment keeps of the restore that it waits for."""
    known = {"backup": backup.id, "volumes": _volumes(backup), "emptied": list(emptied_by(backup))}
    return {**known, "new": new, SWAPPED: None, LINKED: None}


def deploy_backup(
    tools: Tools,
    backup_id: str,
    given: DeployBackup,
    *,
    owner: str,
    limits: PlanLimits,
    generate: Any,
) -> tuple[Record, str | None]:
    """Make a new app of the same version and values with a backup's data, and begin to start it.

    Returns it, and why it was not started where no server can take it now: it never starts without
    that data. Raises `NotFound` for a backup that is not the caller's, `Conflict` with code
    `backup_incomplete`, and as `create_deployment` does.
    """
    backup = backups.own(tools, backup_id, owner)
    deployment = new_app(tools, backup, given, limits=limits, generate=generate)
    try:
        return start_deployment(tools, deployment, actor=owner, limits=limits), None
    except Conflict as refusal:
        return deployment, f"It is not started yet: {refusal.detail}"


def new_app(
    tools: Tools,
    backup: Record,
    given: DeployBackup,
    *,
    limits: PlanLimits,
    generate: Any,
    throwaway: Throwaway | None = None,
) -> Record:
    """Make an app that is to have a backup's data, of the same version and values.

    Raises as `create_deployment` does.
    """
    known = backup.attributes
    secret = json.loads(
        tools.seal().open(backup.sealed[VARIABLES], record=backup.id, field=VARIABLES)
    )
    version = tools.records().get(version_id(known["template_id"], known["template_version"]))
    wanted = CreateDeployment(
        name=given.name,
        template_id=known["template_id"],
        node_id=given.node_id,
        allow_public_nodes=given.allow_public_nodes,
        variables={**known["plain_variables"], **secret},
    )
    return create_deployment(
        tools,
        wanted,
        owner=backup.owner,
        limits=limits,
        generate=generate,
        version=version,
        throwaway=throwaway,
        marks={RESTORING: _restoring(backup, new=True)},
    )


def fetch_archives(tools: Tools, deployment: Record, *, anew: bool) -> Awaited | None:
    """Have the server fetch the archives and unpack them beside the volumes.

    Returns what is awaited. `anew` begins again what broke off in an earlier run. Raises
    `CommandFailed` for an archive whose hash differs too, `DiskFull`, and `Conflict` with code
    `other_version`.
    """
    backup = _backup(tools, deployment)
    generation = deployment.generation
    with node_of(tools, deployment) as node:
        state = node.volume_archives.fetching_state(deployment.id, generation=generation)
        if state.state == "done":
            _refuse_incomplete(backup, state.unpacked)
            return None
        if state.state == "failed" and state.status is not None and not anew:
            said = broken("Fetching the data failed", state.tail)
            raise explained(tools, backup, said)
        if state.state != "running":
            _start(tools, node, deployment, backup)
        elif links_are_old(deployment.attributes[RESTORING], tools.now()):
            wanted = _incoming(tools, deployment, backup)
            node.volume_archives.renew_links(deployment.id, wanted, generation=generation)
    whole = backup.attributes["bytes"]
    told = f"Fetching the archives: {state.bytes // MB} of {whole // MB} MB are here."
    if state.unpacked_bytes:
        told = f"Unpacking the archives: {state.unpacked_bytes // MB} MB are unpacked."
    return Awaited(told, state.bytes + state.unpacked_bytes)


def _refuse_incomplete(backup: Record, unpacked: Mapping[str, int]) -> None:
    """Raise `ArchiveDamaged` where not as many files came of an archive as went into it."""
    for one in backup.attributes["archives"]:
        saved, found = one.get("files"), unpacked.get(name_of(one))
        if saved is not None and found is not None and saved != found:
            detail = (
                f"Of the volume {one['volume']} {saved} files were saved and {found} came back."
            )
            raise ArchiveDamaged(detail)


def _start(tools: Tools, node: Node, deployment: Record, backup: Record) -> None:
    refuse_other_services(tools, deployment, backup)
    archives = backup.attributes["archives"]
    sizes = node.volumes.sizes(deployment.id, _awaited(deployment))
    needed = sum(one["bytes"] + one["plain_bytes"] for one in archives) // MB + SPARE_MB
    if needed > sizes.free:
        detail = f"The server has {sizes.free} MB free, and to restore this takes {needed} MB."
        raise DiskFull(f"{detail} Nothing was touched.")
    wanted, emptied = _incoming(tools, deployment, backup), emptied_by(backup)
    node.volume_archives.start_fetching(
        deployment.id, wanted, generation=deployment.generation, emptied=emptied
    )


def _incoming(tools: Tools, deployment: Record, backup: Record) -> tuple[Incoming, ...]:
    """What is to be fetched, with links that begin to work now."""
    _keep(tools, deployment, {LINKED: tools.now()})
    passphrase, vault = backups.passphrase_of(tools, backup), vault_of(tools, backup)
    keys, ways = backups.keys_of(backup), vault.ways()
    return tuple(
        Incoming(
            name_of(one),
            one["sha256"],
            vault.link(keys[name_of(one)], seconds=LINK_SECONDS),
            passphrase,
            ways,
            is_dump(one),
        )
        for one in backup.attributes["archives"]
    )


def _backup(tools: Tools, deployment: Record) -> Record:
    return backups.own(tools, deployment.attributes[RESTORING]["backup"], deployment.owner)


def _volumes(backup: Record) -> list[str]:
    return [volume for one in backup.attributes["archives"] for volume in volumes_of(one)]


def _awaited(deployment: Record) -> tuple[str, ...]:
    """The volumes whose data is to be replaced."""
    return tuple(deployment.attributes[RESTORING]["volumes"])


def swap_volumes(tools: Tools, deployment: Record) -> None:
    """Stop the app and put what was fetched into its volumes' place."""
    routes: tuple[SetRoute, ...] = ()
    if deployment.status == "running":
        routes = routes_of(tools, deployment, node=None, state="starting")
    _keep(tools, deployment, {SWAPPED: deployment.generation}, routes)
    services = {one["service"] for one in dumps_of(_backup(tools, deployment))}
    with node_of(tools, deployment) as node:
        node.engine.stop(deployment.id)
        note_rest(tools, deployment, node.engine.containers(deployment.id))
        make_room(node, deployment, services)
        node.volume_archives.swap_in(
            deployment.id, _awaited(deployment), generation=deployment.generation
        )


def _keep(
    tools: Tools, deployment: Record, marks: dict[str, Any], routes: tuple[SetRoute, ...] = ()
) -> None:
    restoring = {**deployment.attributes[RESTORING], **marks}
    change = replace(still(deployment), attributes={RESTORING: restoring})
    tools.records().commit(change, *routes)


def finish_restore(tools: Tools, deployment: Record) -> None:
    """Let go of what the volumes held before, and end in `running`."""
    with node_of(tools, deployment) as node:
        node.volume_archives.clear(deployment.id, _awaited(deployment))
    restored = deployment.attributes[RESTORING]["backup"]
    finish_deploy(
        tools,
        deployment,
        attributes={RESTORING: None},
        extra=(tools.told(deployment, "restored", "hoster", backup=restored),),
    )


def undo_restore(tools: Tools, deployment: Record) -> str:
    """Put back what the volumes held, and have the app as it was; returns what is awaited."""
    volumes, restoring = _awaited(deployment), deployment.attributes[RESTORING]
    with node_of(tools, deployment) as node:
        if restoring[SWAPPED] == deployment.generation:
            node.engine.stop(deployment.id)
        node.volume_archives.put_back(deployment.id, volumes, generation=deployment.generation)
    if restoring[SWAPPED] is not None:
        _keep(tools, deployment, {SWAPPED: None})
    if deployment.status == "running":
        return start_services(tools, deployment, back=True)
    undo_deploy(tools, deployment)
    return ""


def end_restore(tools: Tools, deployment: Record, error: str) -> None:
    """End a restore that was undone: what ran runs as before, and what did not has failed.

    A new app keeps that it is to be restored: its next start tries again. Any other one has its own
    data, with which it starts.
    """
    if deployment.status != "running":
        if not deployment.attributes[RESTORING]["new"]:
            tools.records().commit(replace(still(deployment), attributes={RESTORING: None}))
        fail_run(tools, deployment, error)
        return
    code, detail = reason_of(tools, deployment, error)
    cancelled = code == Cancelled.code
    why = {} if cancelled else {"code": code, "detail": detail}
    name = "restore_cancelled" if cancelled else "restore_undone"
    node = home_of(tools, deployment)
    routes = routes_of(tools, deployment, node=node, state="running") if node else ()
    end_work(
        tools,
        deployment,
        status="running",
        attributes={
            RESTORING: None,
            "error_code": None if cancelled else code,
            "error_message": None if cancelled else detail,
        },
        extra=(tools.told(deployment, name, "hoster", **why), *routes),
    )
