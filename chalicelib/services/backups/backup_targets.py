"""Backup targets: buckets of people's own, stored with their key sealed, and opened for backups.

A target is counted by the apps that are backed up to it and by the backups that lie there, in the
transactions that begin and end these: while one is left it cannot be deleted, nor moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

from chalicelib.domain.errors import (
    BadRequest,
    BucketRefused,
    Conflict,
    LimitReached,
    Stale,
    Taken,
)
from chalicelib.ports.records import Change, Count, Create, Record
from chalicelib.ports.secrets import mark_of
from chalicelib.ports.vaults import BucketAccess, CustomersVault
from chalicelib.resources.backup_targets import (
    BACKUP_TARGETS,
    CreateBackupTarget,
    UpdateBackupTarget,
)
from chalicelib.services import uses
from chalicelib.services.accounts.belongings import living
from chalicelib.services.counters import total_key, use_keys
from chalicelib.services.secrets.checks import note_check
from chalicelib.services.tools import Tools

AT_MOST = 20
"""How many an account may have."""
LIVING = tuple(sorted(BACKUP_TARGETS.states.names - {BACKUP_TARGETS.states.final}))
SECRET = "secret_access_key"  # noqa: S105 - the field's name
APP_TARGET, TARGET = "backup_target_id", "target_id"
"""The attributes in which an app and a backup name a target; none for the house's own bucket."""
ERRORS = ("error_code", "error_message")
"""The attributes of a target that say why it is `invalid`."""
PLACE = frozenset({"endpoint", "bucket", "prefix"})
"""What, when it is changed, makes another place of it."""
NAMED = 10
"""How many apps a refusal names."""
MEANT = {
    "bucket_not_found": "bucket",
    "bucket_key_refused": SECRET,
    "bucket_access_denied": "access_key_id",
    "bucket_wrong_region": "region",
    "bucket_untrusted": "endpoint",
    "bucket_address_refused": "endpoint",
    "bucket_sums_hidden": "bucket",
}
"""The attribute that is wrong, by what a bucket refuses with."""


def store(tools: Tools, given: CreateBackupTarget, *, owner: str) -> Record:
    """Store a target. Raises `Conflict` with code `too_many`."""
    record_id, now = tools.new_id(BACKUP_TARGETS.prefix), tools.now()
    sealed = tools.seal().seal(given.secret_access_key, record=record_id, field=SECRET)
    record = Record(
        id=record_id,
        type=BACKUP_TARGETS.name,
        owner=owner,
        status="unchecked",
        created_at=now,
        updated_at=now,
        attributes=given.model_dump(exclude={SECRET}),
        sealed={SECRET: sealed},
    )
    try:
        tools.records().commit(
            Create(record),
            Count(total_key(record.type, owner), 1, at_most=AT_MOST, limit=record.type),
            tools.told(record, "created", owner),
        )
    except LimitReached as error:
        detail = f"An account has at most {AT_MOST} backup targets. Delete one first."
        raise Conflict(detail, code="too_many") from error
    return record


def change(
    tools: Tools,
    target: Record,
    given: UpdateBackupTarget,
    sent: frozenset[str],
    *,
    version: int | None,
) -> Record:
    """Change what was sent; another place or key is `unchecked`.

    Raises `BadRequest` when nothing was sent, `Conflict` with code `target_in_use` for another
    place while something uses it, and `Stale` when the record is another version than `version`,
    or gone.
    """
    if not sent:
        raise BadRequest("Send at least one attribute to change.", pointer="/data/attributes")
    values = given.model_dump(include=set(sent) - {SECRET})
    made = Change(of=target, attributes=values, if_status=LIVING, if_version=version)
    if sent - {"name"}:
        unknown = dict.fromkeys(("last_checked_at", *ERRORS))
        made = replace(made, status="unchecked", attributes={**values, **unknown})
    if SECRET in sent:
        sealed = tools.seal().seal(given.secret_access_key, record=target.id, field=SECRET)
        made = replace(made, sealed={SECRET: sealed}, seal_mark=mark_of(sealed))
    moves = any(values[name] != target.attributes[name] for name in sent & PLACE)
    told = tools.told(target, "updated", target.owner, fields=sorted(sent))
    try:
        tools.records().commit(made, *(uses.none_left(target.id) if moves else ()), told)
    except Taken as error:
        raise _used(tools, target, "It cannot be moved: make another target instead.") from error
    return tools.records().get(target.id) or target


def remove(tools: Tools, target: Record, *, actor: str) -> None:
    """Delete a target, with its key; what lies in the bucket is not touched.

    Raises `Conflict` with code `target_in_use`, and `Stale` when it changed meanwhile.
    """
    final = BACKUP_TARGETS.states.final
    try:
        tools.records().commit(
            Change(of=target, status=final, bury=True, if_version=target.version),
            *uses.none_left(target.id),
            Count(total_key(target.type, target.owner), -1),
            tools.told(target, "deleted", actor),
        )
    except Taken as error:
        then = "Choose another bucket for these apps, and delete or forget these backups first."
        raise _used(tools, target, then) from error


def _used(tools: Tools, target: Record, then: str) -> Conflict:
    """What names everything that uses a target."""
    apps, count = list(_users(tools, target, "deployments", APP_TARGET)), 0
    for _ in _users(tools, target, "backups", TARGET):
        count += 1
    counted = int(sum(tools.records().counters(use_keys(target.id)).values()))
    names = [str(app.attributes.get("name") or app.id) for app in apps[:NAMED]]
    more = f" and {len(apps) - NAMED} more" if len(apps) > NAMED else ""
    said = [f"the apps {', '.join(names)}{more} are backed up to it"] if names else []
    if count or not said:
        lie = max(count, counted - len(apps), 1)
        said.append(f"{lie} {'backup lies' if lie == 1 else 'backups lie'} there")
    name = target.attributes["name"]
    detail = f"The backup target {name} is in use: {' and '.join(said)}. {then}"
    return Conflict(detail, code="target_in_use", meta={"apps": len(apps), "backups": count})


def _users(tools: Tools, target: Record, kind: str, by: str) -> Iterator[Record]:
    found = living(tools, target.owner, kind)
    return (one for one in found if one.attributes.get(by) == target.id)


def own(tools: Tools, target_id: str, owner: str) -> Record | None:
    """Read a target that this owner may use; None where there is none."""
    found = tools.records().get(target_id)
    if found is None or found.type != BACKUP_TARGETS.name or found.owner != owner:
        return None
    return found if SECRET in found.sealed and found.status in LIVING else None


def refusal_of(target: Record) -> BucketRefused:
    """Why a target that is marked invalid takes no backups."""
    known = target.attributes
    why = known.get("error_message") or "It does not take backups."
    detail = f"{why} Put that right, then check the backup target {known['name']} again."
    return BucketRefused(detail, code=known.get("error_code"))


def opened(tools: Tools, target: Record) -> CustomersVault:
    """Open the bucket that a target stands for; it is not asked yet."""
    known = target.attributes
    return tools.bucket(
        BucketAccess(
            endpoint=known["endpoint"],
            region=known["region"],
            bucket=known["bucket"],
            prefix=known["prefix"],
            key_id=known["access_key_id"],
            secret=tools.seal().open(target.sealed[SECRET], record=target.id, field=SECRET),
        )
    )


def check(tools: Tools, target: Record, *, actor: str) -> Record:
    """Do in a target's bucket what a backup and its restore do, and write down what came of it.

    Raises `BucketRefused` pointing at what is wrong, `Unavailable` when the bucket does not
    answer, of which nothing is written, and `Conflict` when it was changed meanwhile.
    """
    try:
        opened(tools, target).prove()
    except BucketRefused as refusal:
        said = dict(zip(ERRORS, (refusal.error_code, refusal.detail), strict=True))
        note_check(tools, target, "invalid", actor=actor, **said)
        meant = MEANT.get(refusal.error_code)
        pointer = f"/data/attributes/{meant}" if meant else None
        raise BucketRefused(refusal.detail, code=refusal.error_code, pointer=pointer) from refusal
    note_check(tools, target, "valid", actor=actor, **dict.fromkeys(ERRORS))
    return tools.records().get(target.id) or target


@contextmanager
def told(tools: Tools, target: Record) -> Iterator[None]:
    """Mark a target invalid with the reason of its bucket's refusal, which is raised on.

    One that was changed meanwhile is left alone: what refused is not it any more.
    """
    try:
        yield
    except BucketRefused as refusal:
        said: dict[str, Any] = {"error_code": refusal.error_code, "error_message": refusal.detail}
        marked = Change(of=target, status="invalid", attributes=said, if_version=target.version)
        entry = tools.told(target, "target_refused", "hoster", detail=refusal.detail)
        if target.status != "invalid":
            with suppress(Stale):
                tools.records().commit(marked, entry)
        raise
