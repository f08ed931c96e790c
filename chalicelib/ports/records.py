"""Where entities live, and the one way in which they change.

Everything that must be true together is written together: `commit` takes a list of writes and
does all of them or none. A write states what must hold for it; which one did not hold is what
the error tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from chalicelib.domain.traffic import Part, Taken
from chalicelib.ports.ledger import Enter
from chalicelib.ports.payment_notes import NotePayment
from chalicelib.ports.route_writes import CertificateKey, RouteWrite
from chalicelib.ports.runs import RunWrite
from chalicelib.ports.secrets import SealMark

WATCH_SHARDS = 4
"""Partitions of the index of what is watched."""
DUE_SHARDS = 4
"""Partitions of the index of what is due."""
NOTICE_SHARDS = 2
"""Partitions of the index of journal entries that people are to be told of."""

Scalar = str | int | float | bool | None
Json = Scalar | list[Any] | dict[str, Any]


@dataclass(frozen=True)
class Work:
    """The work in hand on an entity (CONTRACT 1). Times are RFC 3339 UTC."""

    kind: str
    generation: int
    execution: str
    started_at: str
    attempt: int = 1
    step: str | None = None
    cancel_requested: bool = False


@dataclass(frozen=True)
class Record:
    """One entity as stored.

    `attributes` holds what the resource declares; `sealed` holds its secrets, each sealed for
    this record and field. `version` rises with every write but one aside, `generation` with every
    work.
    """

    id: str
    type: str
    owner: str
    status: str
    created_at: str
    updated_at: str
    version: int = 1
    generation: int = 0
    work: Work | None = None
    health: str = "unknown"
    attributes: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    """The template of a deployment, the credential of a provision."""
    node: str | None = None
    """The node that a deployment is placed on."""
    public: bool = False
    """Whether everybody may list it."""
    pinned: bool = False
    """Whether a change of it demands this very version. It is said of a reading, never stored."""


@dataclass(frozen=True)
class Create:
    """Put a new record, on condition that its id is free."""

    record: Record


@dataclass(frozen=True)
class Put:
    """Put a record whatever was there; another write of the same commit has to guard it."""

    record: Record


@dataclass(frozen=True)
class Change:
    """Change one record, on condition of what is given in the second block.

    `of` is the record as last read: its id, type and owner say what to change, its other fields
    demand nothing unless it is pinned. `set_work` None leaves the work as it is; `clear_work` ends
    it. `bury` makes the record a tombstone: kept, readable by id, and listed only when asked for
    by status.
    """

    of: Record
    status: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    sealed: dict[str, str] = field(default_factory=dict)
    seal_mark: SealMark | None = None
    """The mark of the record's oldest secret, where `sealed` holds all of them."""
    unseal: tuple[str, ...] = ()
    """Secrets to take away, by field; `seal_mark` is that of the oldest one left, None for none."""
    set_work: Work | None = None
    clear_work: bool = False
    work_step: str | None = None
    request_cancel: bool = False
    health: str | None = None
    parent: str | None = None
    """An empty text takes the parent away."""
    node: str | None = None
    public: bool | None = None
    generation: int | None = None
    bury: bool = False
    aside: bool = False
    """Whether `version` and `updated_at` stay: of figures that are kept of a record, which nobody
    edits and which shall hinder nobody who does."""

    if_status: tuple[str, ...] = ()
    if_generation: int | None = None
    if_idle: bool = False
    if_working: bool = False
    if_version: int | None = None


@dataclass(frozen=True)
class Erase:
    """Forget a tombstone with all that it says; nothing happens to what is not buried."""

    of: Record


@dataclass(frozen=True)
class Check:
    """Demand that a record is still there and not buried; nothing of it is written.

    Whoever begins to use a record says so, and one that goes at the same moment is not used.
    """

    of: Record
    if_status: tuple[str, ...] = ()
    if_public: bool = False


@dataclass(frozen=True)
class Reserve:
    """Hold something that must be unique, on condition that nobody else holds it.

    The same holder may reserve again. `data` is kept with it.
    """

    key: str
    holder: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Release:
    """Give a reservation back; nothing happens when the holder does not hold it."""

    key: str
    holder: str


@dataclass(frozen=True)
class Count:
    """Raise or lower a kept counter; `at_most` bounds its new value."""

    key: str
    by: float
    at_most: float | None = None
    limit: str = ""
    """The limit's name in the error."""


@dataclass(frozen=True)
class Forget:
    """Delete a counter, on condition that it stands at zero or below, or was never raised."""

    key: str


@dataclass(frozen=True)
class Journal:
    """Tell something that happened to an entity. `at` is RFC 3339 UTC.

    `account` owns the entity and reads the entry in its audit trail.
    """

    entity: str
    type: str
    account: str
    name: str
    at: str
    actor: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """Take the mark from a journal entry that people were to be told of; nothing if it has none."""

    entity: str
    entry: str


@dataclass(frozen=True)
class Usage:
    """Put a usage event into the outbox: what the gateway's meter is to be told."""

    id: str
    user: str
    event: str
    resource: str
    resource_type: str
    at: str
    quantity: float = 1
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TakeTraffic:
    """Take what a proxy reported of an app: remember it, and put what is new into the history.

    `after` is the sequence that was taken last, None for none: the condition is that it still is.
    """

    app: str
    boot: str
    taken: Taken
    after: int | None
    part: Part


@dataclass(frozen=True)
class OpenTimeline:
    """Begin the timeline of one piece of work; one that is open stays as it is."""

    entity: str
    work: Work
    at: str


Write = (
    OpenTimeline
    | Create
    | Put
    | Change
    | Erase
    | Check
    | Reserve
    | Release
    | Count
    | Forget
    | Journal
    | Heard
    | Usage
    | Enter
    | NotePayment
    | RunWrite
    | TakeTraffic
    | RouteWrite
)


@dataclass(frozen=True)
class Page:
    """A page of records; `after` and `before` are cursors or None at the ends."""

    records: tuple[Record, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True)
class Selection:
    """Which records a list is of; each combination that is allowed has an index of its own.

    Of an `owner`, alone or with `status`, `parent` or `node`, or together with everybody's
    `public` ones; or, whoever owns them, of a `parent` (of all types), of a `node` (likewise) or
    the `public` ones. Tombstones are listed only by owner and their own status.
    """

    type: str
    owner: str | None = None
    parent: str | None = None
    node: str | None = None
    public: bool = False
    status: str | None = None


@dataclass(frozen=True)
class JournalEntry:
    """One thing that happened, as read back."""

    id: str
    entity: str
    type: str
    account: str
    name: str
    at: str
    actor: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Span:
    """A span of time in milliseconds since 1970: from `since` on, and before `until`."""

    since: int | None = None
    until: int | None = None


ALWAYS = Span()


@dataclass(frozen=True)
class Trail:
    """A page of journal entries, newest first; `after` and `before` are cursors or None."""

    entries: tuple[JournalEntry, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True)
class TimelineStep:
    """How one step of a piece of work goes. Times are RFC 3339 UTC."""

    name: str
    state: Literal["waiting", "running", "done", "failed", "undone"]
    started_at: str | None = None
    ended_at: str | None = None
    message: str | None = None
    progress: dict[str, Any] | None = None
    code: str | None = None
    """The error's code, of a step that failed; its message says it in words."""


@dataclass(frozen=True)
class Timeline:
    """The steps of one piece of work, in the order in which they began."""

    entity: str
    generation: int
    kind: str
    execution: str
    steps: tuple[TimelineStep, ...] = ()
    went_wrong: bool = False
    """Whether any step failed once, whatever came of it."""

    @property
    def standing(self) -> TimelineStep | None:
        """The step that failed last and was not done since: why the work fails, if it does."""
        failed = [step for step in self.steps if step.state == "failed" and step.code]
        return max(failed, key=lambda step: step.ended_at or "", default=None)


class Records(Protocol):
    """The store. Reads are consistent unless an index answers them."""

    def get(self, record_id: str) -> Record | None:
        """Read one record; None when there is none."""

    def get_many(self, record_ids: tuple[str, ...]) -> dict[str, Record]:
        """Read records by their ids, in the order asked for; what is not there is left out."""

    def commit(self, *writes: Write) -> None:
        """Do all writes or none.

        Raises `Stale` when a record is not as a `Change` or `Check` demands or a `Create` meets
        its id, `Taken` when a reservation is held by another, a counter to forget still counts, or
        a transaction of the ledger was entered or a payment noted before, `LimitReached` naming
        the limit when a counter would pass its bound, and `Contended` when other writers kept
        coming between after several tries with jitter.
        """

    def change(self, change: Change) -> Record:
        """Do one change and return the record as it is after it. Raises as `commit` does."""

    def select(
        self,
        selection: Selection,
        *,
        limit: int,
        after: str | None,
        before: str | None,
        oldest_first: bool = False,
    ) -> Page:
        """Read one page by index, newest first. Raises `BadRequest` on a cursor not ours."""

    def working(self, *, limit: int) -> tuple[Record, ...]:
        """Read records that have work in hand, oldest work first, from a sparse index."""

    def sealed_under(self, key: str, *, before: int, limit: int) -> tuple[str, ...]:
        """Read the ids of records whose oldest secret was sealed under a key before a moment.

        The moment is in seconds since 1970; oldest first, from a sparse index.
        """

    def certificate_keys(self, under: tuple[str, ...], *, limit: int) -> tuple[CertificateKey, ...]:
        """Read keys of certificates that are sealed under some keys; those of the proxies too.

        It goes through all certificates: for the time in which a key is being retired.
        """

    def watched(
        self, type_name: str, shard: int, *, after: str = "", limit: int
    ) -> tuple[str, ...]:
        """Read the ids of the next records of a type that are looked at by schedules, in order.

        Those of `nodes` whose host key was pinned once and of `cloud_credentials`, while they
        live; of one of `WATCH_SHARDS`, behind the id `after`; none when there are no more. One
        query, of keys alone.
        """

    def due(
        self, type_name: str, shard: int, *, before: str, limit: int, after: str = ""
    ) -> dict[str, str]:
        """Read the ids of records of a type that are due before a moment, the longest due first.

        Those of `domains` whose attribute `due_at` (RFC 3339 UTC) holds a time, or that of
        `deployments` whose `backup_due_at` and of `backups` whose `drill_due_at` does; of one of
        `DUE_SHARDS`, due at `after` or later where that is given. One query, of keys alone. With
        each goes when it is due by the index, which follows the records a little late.
        """

    def reservation(self, key: str) -> dict[str, Any] | None:
        """Read a reservation: its `holder` and its data."""

    def reservations(self, prefix: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Read who holds which of the keys (`prefix` + each); free ones are left out."""

    def counter(self, key: str) -> float:
        """Read a counter; 0 when it was never raised."""

    def counters(self, keys: tuple[str, ...]) -> dict[str, float]:
        """Read counters a hundred at a time; 0 for those that were never raised."""

    def journal(
        self, entity: str, *, limit: int, names: tuple[str, ...] = ()
    ) -> tuple[JournalEntry, ...]:
        """Read what happened to an entity, newest first."""

    def trail(
        self,
        account: str,
        *,
        limit: int,
        after: str | None = None,
        before: str | None = None,
        entity: str | None = None,
        kinds: tuple[str, ...] = (),
        span: Span = ALWAYS,
    ) -> Trail:
        """Read one page of an account's audit trail, newest first, in one query.

        `entity` reads what happened to one of its records alone, consistently; an entity of
        somebody else's has nothing to tell. `kinds` instead reads what happened to its records of
        these types, with one query for each. Raises `BadRequest` on a cursor that is not ours or
        lies outside of the span.
        """

    def untold(self, shard: int, *, limit: int) -> tuple[JournalEntry, ...]:
        """Read journal entries that people are to be told of, the oldest first.

        Those that have a rule in `chalicelib/domain/notices/rules.py` and were not heard yet, of
        one of `NOTICE_SHARDS`. One query of a sparse index, which follows a little late.
        """

    def tell(self, entry: Journal) -> None:
        """Write one journal entry on its own."""

    def timeline(self, entity: str, generation: int) -> Timeline | None:
        """Read the timeline of one piece of work."""

    def mark_step(self, entity: str, generation: int, step: TimelineStep) -> None:
        """Write one step's state into the timeline. A step's first `started_at` stays."""
