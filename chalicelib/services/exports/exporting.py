"""An account written into one archive, a bounded piece at a time, however much it has.

Each turn of the work gathers files until a piece is large enough or time is up, keeps the piece
under its number, and notes on the export how far it came. A turn that dies is done again from
there, under the same number. When everything is written, the pieces are joined in the same way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Fault, Invalid
from chalicelib.domain.runbooks import whole
from chalicelib.domain.tarballs import Member, end, piece
from chalicelib.ports.archives import PART_BYTES
from chalicelib.ports.downloads import Download
from chalicelib.ports.records import (
    Change,
    Count,
    Create,
    OpenTimeline,
    Record,
    Selection,
)
from chalicelib.resources.account_exports import (
    ACCOUNT_EXPORTS,
    CreateAccountExport,
    NotBackedUp,
    SavedVolume,
)
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.counters import total_key
from chalicelib.services.exports.exported_apps import app_files
from chalicelib.services.exports.exported_records import (
    events_page,
    invoice_files,
    ledger_file,
    records_file,
)
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import end_work, start, work_of

KIND = "export"
KEPT_DAYS = 7
"""How long the bucket keeps an archive (`infra/template/shared.yaml`)."""
TURN_SECONDS = 20.0
PIECE_BYTES = PART_BYTES
PAGE = 25
EVENTS_PAGE = 500
SHOWN_VOLUMES = 200
LINKED_VOLUMES = 100
"""How many volumes an export leads to by itself; runbooks lead to the backups of all."""
OWN_FILES = frozenset({"deployments", "invoices", "domains", ACCOUNT_EXPORTS.name})
"""Types whose records have files of their own, or are none of an export."""
KINDS = ("deployments", "invoices", *sorted(RESOURCES.keys() - OWN_FILES))
"""What is written record by record, in this order; then events and the ledger."""
STAGES = (*KINDS, "events", "ledger", "end")


def ask(tools: Tools, given: CreateAccountExport, *, owner: str) -> Record:
    """Record an export together with its work, then start it.

    Raises `Invalid` unless it was said that it holds secrets, and `Conflict` with code
    `export_in_progress` while another one is made.
    """
    if not given.include_secrets:
        detail = "An export holds the secrets of your apps in clear; ask for it with true."
        raise Invalid((Fault("/data/attributes/include_secrets", detail, "not_accepted"),))
    latest = tools.records().select(
        Selection(ACCOUNT_EXPORTS.name, owner=owner, status="pending"),
        limit=1,
        after=None,
        before=None,
    )
    if latest.records:
        detail = "An export is being made; wait until it is ready."
        raise Conflict(detail, code="export_in_progress")
    record = _record(tools, owner, is_fresh=given.fresh_backups)
    work = record.work
    assert work is not None  # noqa: S101 - made with its work just above
    tools.records().commit(
        Create(record),
        OpenTimeline(record.id, work, work.started_at),
        Count(total_key(ACCOUNT_EXPORTS.name, owner), 1),
        tools.told(record, "export_begun", owner),
    )
    start(tools, record.id, work)
    return record


def _record(tools: Tools, owner: str, *, is_fresh: bool) -> Record:
    export_id, now = tools.new_id(ACCOUNT_EXPORTS.prefix), tools.now()
    return Record(
        id=export_id,
        type=ACCOUNT_EXPORTS.name,
        owner=owner,
        status="pending",
        created_at=now,
        updated_at=now,
        generation=1,
        work=work_of(tools, export_id, KIND),
        attributes={
            "started_at": now,
            "fresh_backups": is_fresh,
            "stage": STAGES[0],
            "after": None,
            "pieces": 0,
            "pages": 0,
            "apps": 0,
            "files": 0,
        },
    )


@dataclass
class Gathered:
    """What one turn has gathered, and how far it came."""

    members: list[Member]
    volumes: list[SavedVolume]
    missing: list[dict[str, str]]
    stage: str
    after: str | None
    pages: int
    apps: int

    @property
    def bytes(self) -> int:
        """How much was gathered."""
        return sum(len(one.content) for one in self.members)


def write_files(tools: Tools, export: Record) -> tuple[str, int]:
    """Write the next piece; returns what goes on, empty once all is written, and how many files."""
    known = export.attributes
    if known["stage"] == "end":
        return "", known["files"]
    gathered = _gather(tools, export)
    number, at = known["pieces"], clock.seconds_of(export.created_at)
    archives = tools.archives()
    archives.put(export.id, str(number), piece(gathered.members, at=at))
    listing = [{"path": one.path, "sha256": one.sha256} for one in gathered.members]
    archives.put(export.id, f"{number}.json", json.dumps(listing).encode())
    missing = [*(known.get("missing_volumes") or ()), *gathered.missing][:SHOWN_VOLUMES]
    volumes = [*(known.get("volumes") or ()), *gathered.volumes][:LINKED_VOLUMES]
    files = known["files"] + len(gathered.members)
    changed(
        tools,
        export,
        stage=gathered.stage,
        after=gathered.after,
        pages=gathered.pages,
        apps=gathered.apps,
        pieces=number + 1,
        files=files,
        volumes=volumes,
        missing_volumes=missing,
    )
    return ("" if gathered.stage == "end" else f"Writing {gathered.stage}."), files


def _gather(tools: Tools, export: Record) -> Gathered:
    """Gather files until they make a piece, or time is up."""
    known, until = export.attributes, time.monotonic() + TURN_SECONDS
    found = Gathered([], [], [], known["stage"], known["after"], known["pages"], known["apps"])
    if known["pieces"] == 0:
        page = whole(
            account=export.owner,
            at=export.created_at,
            name=file_name(export),
            export=export.id,
            missed=[(one["name"], one["reason"]) for one in _missed(export)],
        )
        found.members.append(Member("README.md", page.encode()))
    while found.stage != "end" and found.bytes < PIECE_BYTES and time.monotonic() < until:
        _page(tools, export, found)
    return found


def _missed(export: Record) -> list[NotBackedUp]:
    return export.attributes.get("not_backed_up") or []


def _page(tools: Tools, export: Record, found: Gathered) -> None:
    """Gather one page of the stage, and go on to the next one behind its last."""
    owner = export.owner
    if found.stage == "ledger":
        found.members.append(ledger_file(tools, owner))
        after = None
    elif found.stage == "events":
        members, after = events_page(
            tools, owner, limit=EVENTS_PAGE, after=found.after, number=found.pages
        )
        found.members += members
    else:
        page = tools.records().select(
            Selection(found.stage, owner=owner),
            limit=PAGE,
            after=found.after,
            before=None,
            oldest_first=True,
        )
        _write(tools, export, page.records, found)
        after = page.after
    found.after, found.pages = after, found.pages + 1
    if after is None:
        found.stage, found.pages = STAGES[STAGES.index(found.stage) + 1], 0


def _write(tools: Tools, export: Record, records: tuple[Record, ...], found: Gathered) -> None:
    if found.stage == "deployments":
        reasons = {one["deployment_id"]: one["reason"] for one in _missed(export)}
        for app in records:
            why = reasons.get(app.id, "")
            written = app_files(tools, app, number=found.apps, not_fresh=why)
            found.members += written.members
            found.volumes += written.volumes
            found.missing += [{"deployment_id": app.id, "volume": one} for one in written.missing]
            found.apps += 1
    elif found.stage == "invoices":
        for invoice in records:
            found.members += invoice_files(tools, invoice)
    elif records:
        found.members.append(records_file(tools, records, number=found.pages))


def join_pieces(tools: Tools, export: Record) -> str:
    """Join the next pieces; returns what goes on, empty once the archive is whole."""
    known, archives = export.attributes, tools.archives()
    if known.get("bytes") is not None:
        return ""
    if not known.get("joining"):
        export = changed(tools, export, joining=archives.begin(export.id), marks=[], joined=0)
        known = export.attributes
    until, marks, joined = time.monotonic() + TURN_SECONDS, list(known["marks"]), known["joined"]
    is_whole = joined > known["pieces"]
    while not is_whole and time.monotonic() < until:
        content, joined, is_whole = _part(tools, export, joined)
        marks.append(archives.add(export.id, known["joining"], len(marks) + 1, content))
    # Before it is finished, so that another try finishes it and gives no part again.
    export = changed(tools, export, marks=marks, joined=joined)
    if not is_whole:
        return f"Joining piece {joined} of {known['pieces']}."
    changed(tools, export, bytes=archives.finish(export.id, known["joining"], marks))
    return ""


def _part(tools: Tools, export: Record, joined: int) -> tuple[bytes, int, bool]:
    """The next pieces in a row, as many as a part needs, and whether they are the last."""
    content, count = b"", export.attributes["pieces"]
    while joined < count and len(content) < PART_BYTES:
        content += tools.archives().get(export.id, str(joined))
        joined += 1
    if joined < count or len(content) >= PART_BYTES:
        return content, joined, False
    manifest = Member("manifest.json", json.dumps(_manifest(tools, export), indent=1).encode())
    at = clock.seconds_of(export.created_at)
    return content + piece([manifest], at=at) + end(), joined + 1, True


def _manifest(tools: Tools, export: Record) -> dict[str, Any]:
    def listed() -> Iterator[dict[str, str]]:
        for number in range(export.attributes["pieces"]):
            yield from json.loads(tools.archives().get(export.id, f"{number}.json"))

    return {"account": export.owner, "made_at": export.created_at, "files": list(listed())}


def finish(tools: Tools, export: Record) -> None:
    """End the work with an archive that can be fetched, and tell its owner that there is one."""
    now = tools.now()
    kept = clock.text_of(clock.moment_of(now) + timedelta(days=KEPT_DAYS))
    end_work(
        tools,
        export,
        status="ready",
        attributes={"finished_at": now, "kept_until": kept, "marks": [], "joining": None},
        extra=(tools.told(export, "export_made", "hoster", bytes=export.attributes["bytes"]),),
    )


def link_to(tools: Tools, export: Record) -> Download:
    """A link to an archive. Raises `Conflict` when there is none yet, or none any more."""
    kept = export.attributes.get("kept_until")
    if export.status != "ready" or not kept:
        raise Conflict(
            "It is not ready: wait for it, or ask for another one.", code="export_not_ready"
        )
    if str(kept) <= tools.now():
        detail = f"It was kept until {kept}; ask for another one."
        raise Conflict(detail, code="export_expired")
    return tools.archives().offer(export.id, name=file_name(export))


def file_name(export: Record) -> str:
    """How the archive is saved."""
    return f"export-{export.created_at[:10]}-{export.id[-6:]}.tar.gz"


def changed(tools: Tools, export: Record, **fields: Any) -> Record:
    """Write attributes of an export in its generation; return it as it is after that."""
    return tools.records().change(
        Change(of=export, attributes=fields, if_generation=export.generation, if_working=True)
    )
