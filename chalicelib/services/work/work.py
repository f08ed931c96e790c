"""Begin, cancel, end and recover long work (CONTRACT 1).

The write that begins work and the start of its execution cannot come apart: the execution's
name follows from the record, so that starting again is one execution, and the sweep starts what
was recorded and never started.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.domain import certificates, clock, ids
from chalicelib.domain.errors import Conflict, Stale, Unavailable
from chalicelib.ports.records import Change, Journal, OpenTimeline, Record, Work, Write
from chalicelib.services.backups import backups
from chalicelib.services.deployments import routes
from chalicelib.services.domains.challenges import hidden
from chalicelib.services.metering import metering
from chalicelib.services.proofs.proof_turns import given_back
from chalicelib.services.tools import Tools
from chalicelib.services.work.paces import learn

MAX_ATTEMPTS = 3
GRACE_SECONDS = 20.0
"""How long a recorded work may be without an execution before the sweep looks at it."""
KEEP_STATUS = frozenset({"nodes", "domains"})
"""Records whose work says nothing of what they are."""
CANCELLABLE = frozenset(
    {"backup", "certify", "deploy", "export", "provision", "redeploy", "restart", "restore"}
)


def work_of(tools: Tools, entity: str, kind: str, *, generation: int = 1) -> Work:
    """The work of one generation, as it begins now; a new record begins with its first."""
    epoch = tools.settings().epoch
    execution = ids.execution_name(entity, epoch=epoch, generation=generation, attempt=1)
    return Work(kind=kind, generation=generation, execution=execution, started_at=tools.now())


def begin_work(
    tools: Tools,
    record: Record,
    *,
    kind: str,
    actor: str,
    status: str | None,
    attributes: dict[str, Any] | None = None,
    also: dict[str, Any] | None = None,
    told: Journal | None = None,
    extra: tuple[Write, ...] = (),
    commit: Callable[..., None] | None = None,
    over: frozenset[str] = frozenset(),
) -> Record:
    """Record the work, then start its execution; return the record with its work.

    `told` is what is told of it in place of `<kind>_begun`: one request leaves one event.
    `commit` does the writes in place of the store's own, where they count for a limit.

    Work of the kinds `over` that is in hand is taken over, as it was read: the new generation
    fences it, so that no step of it writes any more, and what it did until then is on the record.

    `also` holds further fields of the change that begins it, by their names in `Change`.
    Raises `Conflict` with code `work_in_progress` when other work is in hand, or when the record
    is no longer in the state that was read.
    """
    taken = record.work is not None and record.work.kind in over
    if not taken:
        refuse_work_in_hand(record)
    generation = record.generation + 1
    work = work_of(tools, record.id, kind, generation=generation)
    change = Change(
        of=record,
        status=status,
        attributes={"error_code": None, "error_message": None, **(attributes or {})},
        set_work=work,
        generation=generation,
        if_status=(record.status,),
        if_generation=record.generation,
        if_idle=not taken,
        if_working=taken,
        **{**({"if_version": record.version} if taken else {}), **(also or {})},
    )
    try:
        (commit or tools.records().commit)(
            change,
            OpenTimeline(record.id, work, work.started_at),
            told or tools.told(record, f"{kind}_begun", actor, generation=generation),
            *extra,
        )
    except Stale as error:
        detail = "It changed meanwhile; look at it again and repeat what is still wanted."
        raise Conflict(detail, code="work_in_progress") from error
    start(tools, record.id, work)
    return replace(
        record,
        status=status or record.status,
        work=work,
        generation=generation,
        version=record.version + 1,
        attributes={**record.attributes, **change.attributes},
    )


def refuse_work_in_hand(record: Record) -> None:
    """Raise `Conflict` with code `work_in_progress` when the record is being worked on."""
    if record.work is not None:
        raise Conflict(
            f"{record.work.kind} is in progress since {record.work.started_at}"
            + (f", at {record.work.step}" if record.work.step else "")
            + ". Wait for it, or cancel it.",
            code="work_in_progress",
        )


def start(tools: Tools, entity: str, work: Work) -> None:
    """Start the execution; when that cannot be told, the sweep will see to it."""
    try:
        tools.workflows().start(entity, work)
    except Unavailable:
        return


def cancel_work(tools: Tools, record: Record, *, actor: str) -> Record:
    """Ask the work in hand to undo itself; asking again changes nothing.

    Raises `Conflict` when there is nothing to cancel.
    """
    work = record.work
    if work is None:
        raise Conflict("Nothing is in progress here.", code="nothing_to_cancel")
    if work.kind not in CANCELLABLE:
        detail = f"{work.kind} cannot be cancelled; it ends by itself."
        raise Conflict(detail, code="not_cancellable")
    if work.cancel_requested:
        return record
    change = Change(of=record, request_cancel=True, if_generation=work.generation, if_working=True)
    try:
        tools.records().commit(change, tools.told(record, "cancel_requested", actor))
    except Stale as error:
        raise Conflict("It ended meanwhile.", code="nothing_to_cancel") from error
    return tools.records().get(record.id) or record


def fail_work(
    tools: Tools,
    record: Record,
    *,
    code: str,
    detail: str,
) -> None:
    """End the work of this generation in `failed`, with a reason a person can act on.

    A node knows no such state: its work is a check, which ends as it stands. Nor does a domain,
    whose work is its certificate, and which says when that is tried again. An app that ran until
    then is not metered any more, whatever of it is still up, and no name leads there.
    """
    ended = metering.stopped(tools, record)
    kind = record.work.kind if record.work else ""
    told = tools.told(record, "failed", "hoster", code=code, detail=detail, work=kind)
    tools.records().commit(
        Change(
            of=record,
            status="failed" if record.type not in KEEP_STATUS else None,
            health="unknown" if record.type == "deployments" else None,
            attributes={
                "error_code": code,
                "error_message": detail,
                "failed_from": record.status,
                **ended.attributes,
                **_of_domain(tools, record, code=code, detail=detail),
                **({"finished_at": tools.now()} if record.type == "template_proofs" else {}),
            },
            clear_work=True,
            if_generation=record.generation,
            if_working=True,
        ),
        _timed(tools, record, told),
        *ended.writes,
        *routes.of_failed(tools, record),
        *(hidden(record) if record.type == "domains" else ()),
        *(given_back(record) if record.type == "template_proofs" else ()),
        *backups.failed(tools, record, code=code, detail=detail),
    )


def _of_domain(tools: Tools, record: Record, *, code: str, detail: str) -> dict[str, Any]:
    """What a domain says of its certificate besides."""
    if record.type != "domains":
        return {}
    return certificates.failure(record.attributes, tools.now(), code=code, detail=detail)


def end_work(
    tools: Tools,
    record: Record,
    *,
    status: str,
    attributes: dict[str, Any] | None = None,
    also: dict[str, Any] | None = None,
    bury: bool = False,
    extra: tuple[Write, ...] = (),
) -> None:
    """End the work of this generation in `status`, and learn from one that went well.

    What `extra` tells of the record says how long the work took; `also` as in `begin_work`.
    """
    tools.records().commit(
        Change(
            of=record,
            status=status,
            attributes=attributes or {},
            clear_work=True,
            bury=bury,
            if_generation=record.generation,
            if_working=True,
            **(also or {}),
        ),
        *(_timed(tools, record, write) for write in extra),
    )
    learn(tools, record)


def _timed(tools: Tools, record: Record, write: Write) -> Write:
    """Add to what is told of a record how many seconds its work took."""
    if not isinstance(write, Journal) or write.entity != record.id or record.work is None:
        return write
    seconds = round(clock.seconds_between(record.work.started_at, tools.now()), 1)
    return replace(write, data={**write.data, "seconds": seconds})


def recover(tools: Tools, record: Record) -> str:
    """Bring lost work back: start what never started, try again what ended without a word.

    Returns what was done: `running`, `started`, `tried_again` or `failed`.
    """
    work = record.work
    if work is None:
        return "idle"
    state = tools.workflows().state(work)
    if state == "running":
        return "running"
    if state == "absent":
        start(tools, record.id, work)
        return "started"
    fresh = tools.records().get(record.id)
    if fresh is None or fresh.work != work:
        return "idle"
    if work.attempt >= MAX_ATTEMPTS:
        detail = f"The work stopped {MAX_ATTEMPTS} times without an end. Try again."
        fail_work(tools, fresh, code="work_lost", detail=detail)
        return "failed"
    return _try_again(tools, fresh, work)


def _try_again(tools: Tools, record: Record, work: Work) -> str:
    attempt = work.attempt + 1
    again = replace(
        work,
        attempt=attempt,
        execution=ids.execution_name(
            record.id,
            epoch=tools.settings().epoch,
            generation=work.generation,
            attempt=attempt,
        ),
    )
    try:
        tools.records().commit(
            Change(
                of=record,
                set_work=again,
                if_generation=work.generation,
                if_working=True,
                if_version=record.version,
            ),
            tools.told(record, "work_resumed", "hoster", attempt=attempt),
        )
    except Stale:
        return "idle"
    start(tools, record.id, again)
    return "tried_again"


def is_due(record: Record, now: str) -> bool:
    """Whether the sweep should look at a record's work: it is older than the grace."""
    work = record.work
    return work is not None and clock.seconds_between(work.started_at, now) > GRACE_SECONDS
