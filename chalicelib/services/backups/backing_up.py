"""A backup of an app, step by step: its volumes sent as they lie while nothing writes them.

An app that runs is stopped for it and started again, whatever becomes of the backup: data that is
written while it is copied is no copy. Volumes for which a service's own dump stands are not sent:
that is made while the app runs. What the bucket itself does not confirm is no success.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chalicelib.domain.archives import DUMP_TIMES, MB, Part, cut_for, file_of, is_dump
from chalicelib.domain.backup_times import SKIPPED
from chalicelib.domain.errors import BucketRefused, Cancelled, Conflict, DiskFull
from chalicelib.domain.plan import Dump
from chalicelib.domain.redeploy import declared, written
from chalicelib.ports.nodes import Node
from chalicelib.ports.records import Change, Count, Create, Record
from chalicelib.ports.secrets import oldest_mark
from chalicelib.resources.backups import BACKUPS
from chalicelib.services import uses
from chalicelib.services.backups import backups
from chalicelib.services.backups.backup_retention import let_old_go
from chalicelib.services.backups.backup_targets import APP_TARGET, TARGET
from chalicelib.services.backups.backups import BACKING_UP, PASSPHRASE, UPLOADS, VARIABLES
from chalicelib.services.backups.vaults import letting_be, refuse_invalid, target_of, vault_of
from chalicelib.services.counters import total_key
from chalicelib.services.deployments import coming
from chalicelib.services.deployments.deploying import start_services
from chalicelib.services.deployments.direct_access import applied, open_ports
from chalicelib.services.deployments.homes import home_of, node_of
from chalicelib.services.deployments.plans import plan_of, secret_variables
from chalicelib.services.deployments.routes import still
from chalicelib.services.looks.sightings import health_of, shown_container
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools
from chalicelib.services.work.failures import reason_of
from chalicelib.services.work.work import begin_work, end_work, refuse_work_in_hand

FROM = ("running", "stopped", "failed")
"""States in which an app has data that can be saved."""
BY_SCHEDULE = "schedule"
"""The reason of a backup that nobody asked for at this moment."""
SPARE_MB = 256
"""What is left free on a node's disk beside the part that waits to be sent."""
_KEPT = ("error_code", "error_message")


def back_up(
    tools: Tools,
    deployment: Record,
    *,
    actor: str,
    reason: str | None = None,
    marks: Mapping[str, Any] = MappingProxyType({}),
) -> Record:
    """Record a backup and begin to make it; the app is what it is all the while.

    `marks` are attributes that the app has from then on. Raises `Conflict` in a wrong state,
    during other work, with code `too_many_backups`, `data_not_put_back` and `target_gone`.
    """
    refuse_work_in_hand(deployment)
    if deployment.status not in FROM or not deployment.attributes.get("placed_at"):
        detail = f"There is nothing to back up while it is {deployment.status}."
        raise Conflict(f"{detail} That works from: {', '.join(FROM)}.", code="wrong_state")
    _refuse(tools, deployment, is_asked=reason is None)
    backup = _record(tools, deployment, reason or "hand")
    target = _target(tools, backup)
    known = deployment.attributes
    begin_work(
        tools,
        deployment,
        kind="backup",
        actor=actor,
        status=None,
        attributes={
            BACKING_UP: backup.id,
            SKIPPED: None,
            **{name: known.get(name) for name in _KEPT},
            **marks,
        },
        told=tools.told(deployment, "backup_begun", actor, backup=backup.id, **_why(reason)),
        extra=(
            Create(backup),
            Count(total_key(BACKUPS.name, backup.owner), 1),
            *(uses.begun(target, backup.id) if target else ()),
        ),
    )
    return backup


def _target(tools: Tools, backup: Record) -> Record | None:
    try:
        return target_of(tools, backup)
    except BucketRefused as refusal:
        detail = "The bucket to which this app is backed up is not stored any more; choose another."
        raise Conflict(detail, code="target_gone") from refusal


def _why(reason: str | None) -> dict[str, str]:
    return {"reason": reason} if reason else {}


def _refuse(tools: Tools, deployment: Record, *, is_asked: bool) -> None:
    if is_for_proof(deployment):
        detail = "This app was made to test a template and goes when that is over."
        raise Conflict(detail, code="kept_for_proof")
    if deployment.attributes.get(coming.NEXT):
        detail = "Its last change is half done: start the app first, so that its data is whole."
        raise Conflict(detail, code="data_not_put_back")
    if home_of(tools, deployment) is None:
        raise Conflict("Its server is gone, and its data with it.", code="node_lost")
    most, of_app = backups.MOST_KEPT, backups.of_app
    if is_asked and most <= sum(
        one.attributes["trigger"] == "hand"
        for one in of_app(tools, deployment.id, limit=backups.MOST_LISTED)
    ):
        detail = f"This app has {most} backups made by hand, which is the most; delete one first."
        raise Conflict(detail, code="too_many_backups")


def _record(tools: Tools, deployment: Record, trigger: str) -> Record:
    known, now = deployment.attributes, tools.now()
    return Record(
        id=tools.new_id(BACKUPS.prefix),
        type=BACKUPS.name,
        owner=deployment.owner,
        status="pending",
        created_at=now,
        updated_at=now,
        attributes={
            "deployment_id": deployment.id,
            "deployment_name": known["name"],
            "template_id": known["template_id"],
            "template_version": known["template_version"],
            TARGET: known.get(APP_TARGET),
            "trigger": trigger,
            "archives": [],
            "started_at": now,
            "plain_variables": known.get("plain_variables") or {},
        },
        parent=BACKUPS.hangs_on.format(id=deployment.id),
    )


def open_archives(tools: Tools, deployment: Record) -> None:
    """Measure what is to be saved while the app still runs, and have a place for each archive.

    An app that does not run dumps nothing: all its volumes are sent as they lie. Raises `Conflict`
    with code `nothing_to_back_up`, `DiskFull` where not even a part fits, and `BucketRefused` for a
    bucket that is known to take no backups.
    """
    backup = backups.in_hand(tools, deployment)
    if backup.attributes.get(UPLOADS):
        return
    refuse_invalid(tools, backup)
    plan = plan_of(tools, deployment)
    with node_of(tools, deployment) as node:
        images = node.volumes.of_images(plan.images)
        names = {name for service in plan.services for name in written(service, images)}
        own = {
            name: {"service": service.name, "target": target}
            for service in plan.services
            for name, target in declared(service, images).items()
        }
        if not names:
            detail = "Nothing of this app writes a volume, so that it has no data to save."
            raise Conflict(detail, code="nothing_to_back_up")
        sizes = node.volumes.sizes(deployment.id, tuple(sorted(names)))
    dumps = plan.dumps if deployment.status == "running" else ()
    wanted = [_of_dump(dump, sizes.held) for dump in dumps]
    stood_for = {volume for dump in dumps for volume in dump.volumes}
    wanted += [
        {"volume": volume, "held_mb": sizes.held[volume], **own.get(volume, {})}
        for volume in sorted(names - stood_for)
    ]
    cuts = [cut_for(one["held_mb"] * (DUMP_TIMES if is_dump(one) else 1)) for one in wanted]
    needed = max(cut.part_bytes for cut in cuts) // MB + SPARE_MB
    if needed > sizes.free:
        raise DiskFull(f"The server has {sizes.free} MB free, and a backup takes {needed} MB.")
    uploads: list[dict[str, Any]] = []
    vault = vault_of(tools, backup)
    for one, cut in zip(wanted, cuts, strict=True):
        key = f"{deployment.id}/{backup.id}/{file_of(one)}"
        upload = vault.begin(key)
        of = {"part_bytes": cut.part_bytes, "parts": cut.parts}
        uploads.append({**one, "key": key, "upload": upload, **of})
    sealed = _sealed(tools, backup, deployment)
    change = Change(
        of=backup,
        status="running",
        attributes={UPLOADS: uploads},
        sealed=sealed,
        seal_mark=oldest_mark(sealed.values()),
        if_status=("pending",),
    )
    tools.records().commit(still(deployment), change)


def _of_dump(dump: Dump, held: Mapping[str, int]) -> dict[str, Any]:
    """A dump as a backup keeps it: what loads it is of the version by which it was made."""
    known = {"service": dump.service, "dump": dump.dump, "load": dump.load}
    size = sum(held[volume] for volume in dump.volumes)
    return {"kind": "dump", **known, "volumes": list(dump.volumes), "held_mb": size}


def _sealed(tools: Tools, backup: Record, deployment: Record) -> dict[str, str]:
    """What opens the archives, and the secrets without which the data is of no use to an app."""
    clear = {
        PASSPHRASE: secrets.token_hex(32),
        VARIABLES: json.dumps(secret_variables(tools, deployment)),
    }
    seal = tools.seal()
    return {name: seal.seal(text, record=backup.id, field=name) for name, text in clear.items()}


def resume_app(tools: Tools, deployment: Record) -> str:
    """Start again what was stopped for the backup; returns what is awaited."""
    if deployment.status != "running":
        return ""
    return start_services(tools, deployment, back=True)


def check_archives(tools: Tools, deployment: Record) -> None:
    """Have the bucket put each archive together, and see that it has what the server sent.

    Raises `ArchiveDamaged`.
    """
    backup = backups.in_hand(tools, deployment)
    found, vault = [], vault_of(tools, backup)
    for upload in backup.attributes[UPLOADS]:
        sent = upload["sent"]
        parts = [Part(int(number), int(size), md5) for number, size, md5 in sent["parts"]]
        size = vault.finish(upload["key"], upload["upload"], parts)
        told = {name: sent[name] for name in ("sha256", "plain_bytes", "seconds")}
        files = None if is_dump(upload) else sent["files"]
        found.append({**backups.which(upload), "bytes": size, **told, "files": files})
    total = sum(one["bytes"] for one in found)
    backups.changed(tools, backup, still(deployment), archives=found, bytes=total)


def finish_backup(tools: Tools, deployment: Record) -> None:
    """End the backup as complete, and the work with the app as it was."""
    backup, now = backups.in_hand(tools, deployment), tools.now()
    with node_of(tools, deployment) as node:
        node.volume_archives.clear(deployment.id, ())
        runs = _running(tools, node, deployment)
    said = {"finished_at": now, "away_seconds": backups.away_seconds(backup, now)}
    told = {"backup": backup.id, "bytes": backup.attributes["bytes"]}
    end_work(
        tools,
        deployment,
        status=deployment.status,
        **runs,
        extra=(
            Change(of=backup, status="complete", attributes=said, if_status=("running",)),
            tools.told(deployment, "backed_up", "hoster", **told),
        ),
    )
    if _reason(backup):
        let_old_go(tools, deployment)


def _reason(backup: Record) -> str | None:
    return BY_SCHEDULE if backup.attributes["trigger"] == "schedule" else None


def _running(tools: Tools, node: Node, deployment: Record) -> dict[str, Any]:
    """What is written of an app that runs again; of one that did not run, nothing."""
    if deployment.status != "running":
        return {"attributes": {BACKING_UP: None}}
    states = node.engine.containers(deployment.id)
    open_ports(node, deployment)
    at = home_of(tools, deployment)
    direct = applied(deployment, at) if at else {}
    shown = [shown_container(state) for state in states]
    return {
        "also": {"health": health_of(states)},
        "attributes": {BACKING_UP: None, "containers": shown, **direct},
    }


def undo_backup(tools: Tools, deployment: Record) -> str:
    """End what still sends, have the bucket forget it, and start the app again.

    Returns what is awaited.
    """
    backup = backups.in_hand(tools, deployment)
    with node_of(tools, deployment) as node:
        node.volume_archives.clear(deployment.id, ())
    with letting_be(backup):
        vault = vault_of(tools, backup)
        for upload in backup.attributes.get(UPLOADS) or ():
            vault.abandon(upload["key"], upload["upload"])
            vault.remove(upload["key"])
    return resume_app(tools, deployment)


def end_backup(tools: Tools, deployment: Record, error: str) -> None:
    """End a backup that failed or was cancelled: the app is what it was before it."""
    code, detail = reason_of(tools, deployment, error)
    reason = _reason(backups.in_hand(tools, deployment))
    with node_of(tools, deployment) as node:
        runs = _running(tools, node, deployment)
    name = "backup_cancelled" if code == Cancelled.code else "backup_failed"
    end_work(
        tools,
        deployment,
        status=deployment.status,
        **runs,
        extra=(
            *backups.failed(tools, deployment, code=code, detail=detail),
            tools.told(deployment, name, "hoster", code=code, detail=detail, **_why(reason)),
        ),
    )
    if reason:
        let_old_go(tools, deployment)
