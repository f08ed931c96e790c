"""The records of backups: found, ended with the work that makes them, opened, and deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chalicelib.domain import buckets, clock
from chalicelib.domain.archives import file_of, is_dump, name_of, opened_by
from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.engine.visibility import can_see
from chalicelib.ports.records import Change, Count, Journal, Record, Selection, Write
from chalicelib.resources.backups import BACKUPS
from chalicelib.services import uses
from chalicelib.services.backups.backup_targets import TARGET
from chalicelib.services.backups.vaults import is_own, vault_of
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

BACKING_UP = "backing_up"
"""The attribute in which a deployment keeps the id of the backup that is made of it."""
UPLOADS = "uploads"
"""The attribute of a backup that holds where each archive goes, and what was sent of it."""
PASSPHRASE, VARIABLES = "passphrase", "variables"
"""The fields that are sealed in a backup: what opens its archives, and the app's secrets (JSON)."""
DRILL, DRILL_APP, DRILL_DUE = "drill", "drill_app", "drill_due_at"
"""The attributes of a backup: how its last drill went, the app of that, and when it is looked at,
as long as the app is there."""
LEFT_IN = "left_in"
"""The attribute of a backup that was forgotten that says where its archives stay."""
LINK_SECONDS = 3600
"""How long the links work by which people fetch archives, which may be large."""
MOST_KEPT = 50
"""How many backups of one app may be made by hand and kept; by schedule as many besides."""
MOST_LISTED = 2 * MOST_KEPT + 20
"""More than one app ever has, those in hand and failed ones included."""


def own(tools: Tools, backup_id: str, owner: str) -> Record:
    """Read a backup of one's own that is complete.

    Raises `NotFound`, and `Conflict` with code `backup_incomplete`.
    """
    backup = tools.records().get(backup_id)
    if backup is None or not can_see(BACKUPS, backup, owner):
        raise NotFound(f"There is no backup {backup_id} of yours.")
    if backup.status != "complete":
        detail = f"This backup is {backup.status}; only a complete one holds data."
        raise Conflict(detail, code="backup_incomplete")
    return backup


def of_app(tools: Tools, deployment_id: str, *, limit: int) -> tuple[Record, ...]:
    """The backups of an app, newest first; those of an app that is gone too."""
    parent = BACKUPS.hangs_on.format(id=deployment_id)
    by = Selection(BACKUPS.name, parent=parent)
    return tools.records().select(by, limit=limit, after=None, before=None).records


def in_hand(tools: Tools, deployment: Record) -> Record:
    """The backup that the work on a deployment makes."""
    backup = tools.records().get(deployment.attributes.get(BACKING_UP) or "")
    if backup is None:
        raise NotFound("The backup that is made here is not known any more.")
    return backup


def changed(tools: Tools, backup: Record, *others: Write, **fields: Any) -> None:
    """Write attributes of a backup that is being made, on condition that it still is."""
    change = Change(of=backup, attributes=fields, if_status=("pending", "running"))
    tools.records().commit(change, *others)


def failed(tools: Tools, deployment: Record, *, code: str, detail: str) -> tuple[Write, ...]:
    """The writes that go with a deployment's work that fails: the backup in hand failed too."""
    work = deployment.work
    if deployment.type != "deployments" or work is None or work.kind != "backup":
        return ()
    backup = tools.records().get(deployment.attributes.get(BACKING_UP) or "")
    if backup is None or backup.status not in {"pending", "running"}:
        return ()
    said = {"error_code": code, "error_message": detail, "finished_at": tools.now()}
    return (Change(of=backup, status="failed", attributes=said, if_status=(backup.status,)),)


def away_seconds(backup: Record, now: str) -> float | None:
    """How long the app is stopped by now for a backup; None where it does not stop for it."""
    since = backup.attributes.get("away_since")
    return round(clock.seconds_between(since, now), 1) if since else None


def passphrase_of(tools: Tools, backup: Record) -> str:
    """What opens the archives of a backup."""
    return tools.seal().open(backup.sealed[PASSPHRASE], record=backup.id, field=PASSPHRASE)


def keys_of(backup: Record) -> dict[str, str]:
    """Where each archive of a backup lies in its bucket, by what it is called."""
    return {name_of(upload): upload["key"] for upload in backup.attributes[UPLOADS]}


def which(one: Mapping[str, Any]) -> dict[str, Any]:
    """What an archive is of, as it is shown: a volume, or what a service dumped."""
    if is_dump(one):
        known = {"service": one["service"], "volumes": list(one["volumes"])}
        return {"kind": "dump", "volume": None, **known}
    return {"kind": "volume", "volume": one["volume"], "service": None, "volumes": []}


def offered(tools: Tools, backup: Record, *, actor: str) -> dict[str, Any]:
    """Links to the archives of a backup, with what opens them; its trail tells that they were made.

    Raises `Conflict` with code `backup_incomplete`.
    """
    backup = own(tools, backup.id, backup.owner)
    keys = keys_of(backup)
    until = clock.moment_of(tools.now()) + timedelta(seconds=LINK_SECONDS)
    found, vault = [], vault_of(tools, backup)
    for one in backup.attributes["archives"]:
        file, key = file_of(one), keys[name_of(one)]
        found.append(
            {
                **which(one),
                **{name: one[name] for name in ("bytes", "sha256")},
                "file": file,
                "url": vault.public_link(key, seconds=LINK_SECONDS, name=file),
                "expires_at": clock.text_of(until),
                "opened_by": opened_by(one),
            }
        )
    tools.records().tell(tools.told(backup, "download_offered", actor))
    return {"archives": found, "passphrase": passphrase_of(tools, backup)}


def refuse_drilled(tools: Tools, backup: Record) -> None:
    """Raise `Conflict` with code `drill_in_progress` while an app is there that tries a backup."""
    if backup.attributes.get(DRILL_DUE) and not _is_drilled(tools, backup):
        detail = "It is being tried: wait until the app that is made for that has gone again."
        raise Conflict(detail, code="drill_in_progress")


def _is_drilled(tools: Tools, backup: Record) -> bool:
    """Whether a drill is judged and its app gone, though its last look is still to come."""
    if backup.attributes[DRILL]["status"] == "running":
        return False
    app = tools.records().get(backup.attributes[DRILL_APP])
    return app is None or app.status == "deleted"


def delete_backup(tools: Tools, backup: Record, *, actor: str, reason: str | None = None) -> None:
    """Remove a backup's archives from the bucket, then its record; its trail tells the reason.

    Raises `Conflict` with code `wrong_state` while it is being made, and `drill_in_progress`, and
    `BucketRefused` for a bucket of one's own.
    """
    refuse_drilled(tools, backup)
    BACKUPS.states.require(backup.status, "deleted", action="delete a backup")
    uploads = backup.attributes.get(UPLOADS) or ()
    vault = vault_of(tools, backup) if uploads else tools.vault()
    for upload in uploads:
        if is_own(backup) and backup.status == "failed":  # its undo may not have got there
            vault.abandon(upload["key"], upload["upload"])
        vault.remove(upload["key"])
    told = tools.told(backup, "deleted", actor, **({"reason": reason} if reason else {}))
    _bury(tools, backup, told)


def forget_backup(tools: Tools, backup: Record, *, actor: str) -> None:
    """Bury the record of a backup alone: its archives stay in the bucket of its owner's own.

    Raises `Conflict` with code `not_own_bucket` for one that lies in the house's, besides what
    `delete_backup` does.
    """
    refuse_drilled(tools, backup)
    BACKUPS.states.require(backup.status, "deleted", action="forget a backup")
    if not is_own(backup):
        detail = "It lies in Hoster's bucket, where nothing is left behind: delete it."
        raise Conflict(detail, code="not_own_bucket")
    target = tools.records().get(backup.attributes[TARGET])
    place = buckets.place(target.attributes) if target else "a bucket of yours"
    _bury(tools, backup, tools.told(backup, "forgotten", actor, place=place), **{LEFT_IN: place})


def _bury(tools: Tools, backup: Record, told: Journal, **said: str) -> None:
    target = backup.attributes.get(TARGET)
    tools.records().commit(
        Change(of=backup, status="deleted", attributes=said, bury=True, if_status=(backup.status,)),
        Count(total_key(BACKUPS.name, backup.owner), -1),
        *((uses.ended(target, backup.id),) if target else ()),
        told,
    )
