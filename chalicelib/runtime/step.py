"""The edge of every step of a state machine: fencing, cancelling, the timeline, errors.

`@step(…)` stands over a function that takes a `Run` and returns nothing when it is done, a `Done`
where the machine decides by it how to go on, or a `Waiting` when it wants to be asked again. It
never waits itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import Cancelled, DeadlinePassed, ProductError, Stale
from chalicelib.ports.records import Change, Record, TimelineStep
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import Handler, Layer, Need, Step, reads, state_name, writes
from chalicelib.runtime.observe import logger

MAX_WAIT = 15
LONGEST_WAIT, LONGEST_CLOSE_WAIT = 900, 300
"""Seconds between two looks at work that goes on for hours: a fifteenth of what it has taken.

A sixtieth where an app is away meanwhile.
"""
MOVED_SECONDS = 300.0
"""How often at most it is written that work in hand gets on."""
SOON_TRIES = 60
CANCELLED = "It was cancelled."
_STORE = (reads("resources", "journal"), writes("resources", "journal"))


class StepBroken(ProductError):
    """A step met something that it does not know; the log tells what."""

    code, status, title = "step_broken", 500, "Step broken"


@dataclass(frozen=True)
class Waiting:
    """What a step awaits, for people; `progress` counts it where it can be counted."""

    message: str
    progress: dict[str, Any] | None = None
    soon: bool = False
    """Whether to ask again every second for a while before backing off."""
    at_least: float = 0.0
    """Seconds before which asking again is of no use; at most 15 are waited."""
    done: int | None = None
    """How much is done, in any unit: as long as that changes, the step gets on."""


@dataclass(frozen=True)
class Done:
    """That a step is done, and whether there is more to do by the way that the machine then goes.

    It reads that in a Choice, as `$.poll.left`.
    """

    left: bool


Outcome = Waiting | Done | None


@dataclass(frozen=True)
class Run:
    """One entry of a step: the record in its generation, and what the machine passed."""

    record: Record
    error: str
    """The error's name, for a step that compensates or fails; empty otherwise."""
    waited: float
    """Seconds since the step was first entered."""
    since: str = ""
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def anew(self) -> bool:
        """Whether the step is entered, and not asked again after it answered `Waiting`."""
        return not self.state.get("tries")


def step(
    *,
    needs: tuple[Need, ...] = (),
    layers: tuple[Layer, ...] = (),
    memory: int = 256,
    timeout: int = 60,
    usual_seconds: float = 1.0,
    undoes: bool = False,
    within: float = 0.0,
    at_most: float = 0.0,
    closely: bool = False,
) -> Callable[[Callable[[Run], Outcome]], Handler]:
    """Declare one step. `within` bounds, in seconds, how long it may answer `Waiting`.

    It is what the step waits where the installation does not configure another time. One that
    tells how much is `done` may wait `at_most` so long, as long as that changes within that time,
    and is looked at ever less often, or `closely`.
    """
    declaration = Step(
        needs=_STORE + needs,
        layers=layers,
        memory=memory,
        timeout=timeout,
        undoes=undoes,
        usual_seconds=usual_seconds,
        within=within,
        at_most=at_most,
        closely=closely,
    )

    def wrap(work: Callable[[Run], Outcome]) -> Handler:
        name = state_name(work.__module__)

        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            return _enter(name, declaration, work, event)

        handler.__doc__ = work.__doc__
        handler.__module__ = work.__module__
        handler.declarations = (declaration,)  # type: ignore[attr-defined]
        return handler

    return wrap


def _enter(
    name: str,
    declaration: Step,
    work: Callable[[Run], Outcome],
    event: dict[str, Any],
) -> dict[str, Any]:
    entity, generation = event["id"], int(event["generation"])
    poll = event.get("poll") or {}
    logger.append_keys(entity=entity, generation=generation, step=name)
    record = _fence(entity, generation, name, again=bool(poll.get("tries")))
    now = wiring.now()
    since = poll.get("since") or now
    waited = clock.seconds_between(since, now)
    marks = _Marks(entity, generation, name, since)
    try:
        if record.work and record.work.cancel_requested and not declaration.undoes:
            raise Cancelled(CANCELLED)
        if not poll.get("tries"):
            marks.write("running", None)
        result = work(Run(record, str(event.get("error") or ""), waited, since, poll))
        moved = _moved(record, name, result, poll, now)
        stood = clock.seconds_between(moved["at"], now)
        _bound(result, stood, wiring.settings().step_seconds.get(name, declaration.within))
        _bound(result, waited if declaration.at_most else 0.0, declaration.at_most)
    except Stale:
        raise
    except ProductError as error:
        if not declaration.undoes and _is_cancelled(entity, generation):
            marks.fail(Cancelled.code, CANCELLED)
            raise Cancelled(CANCELLED) from error
        marks.fail(error.error_code, error.detail)
        raise
    except Exception as error:
        logger.exception("The step broke")
        marks.fail("step_broken", f"The step {name} met an unexpected error; it is logged.")
        raise StepBroken(f"{name} broke on {type(error).__name__}") from None
    if isinstance(result, Waiting):
        marks.write("running", result)
        wait = seconds_slower(waited, closely=declaration.closely)
        return _ask_again(result, poll, since, wait) | {"moved": moved}
    marks.write("undone" if declaration.undoes else "done", None)
    logger.info("done")
    decided = {"left": result.left} if isinstance(result, Done) else {}
    return {"ready": True, "wait": 0, "tries": 0, "since": "", **decided}


def _moved(
    record: Record,
    name: str,
    result: Outcome,
    poll: dict[str, Any],
    now: str,
) -> dict[str, Any]:
    """When the step last got on, and how much was done then; that it does is written, too."""
    before = poll.get("moved") or {"at": poll.get("since") or now, "done": None}
    done = result.done if isinstance(result, Waiting) else None
    if done is None or done == before["done"]:
        return before
    if clock.seconds_between(before["at"], now) < MOVED_SECONDS:
        return before
    _fence(record.id, record.generation, name, again=False)
    return {"at": now, "done": done}


def _bound(result: Outcome, waited: float, within: float) -> None:
    """Raise `DeadlinePassed` when what is awaited takes too long."""
    if isinstance(result, Waiting) and waited > within:
        raise DeadlinePassed(f"{result.message} This took longer than {within:.0f} s.")


def _is_cancelled(entity: str, generation: int) -> bool:
    """Whether work that fails was cancelled meanwhile, which goes before every other end."""
    record = wiring.records().get(entity)
    work = record.work if record and record.generation == generation else None
    return work is not None and work.cancel_requested


def _fence(entity: str, generation: int, name: str, *, again: bool) -> Record:
    """Take the record in this generation and say where the work is. Raises `Stale`."""
    records = wiring.records()
    if again:
        record = records.get(entity)
        if record is None or record.generation != generation or record.work is None:
            raise Stale("This work was superseded.")
        return record
    stub = Record(entity, "", "", "", "", "")
    return records.change(
        Change(of=stub, work_step=name, if_generation=generation, if_working=True)
    )


def _ask_again(result: Waiting, poll: dict[str, Any], since: str, slower: int) -> dict[str, Any]:
    tries = int(poll.get("tries") or 0) + 1
    wait = max(
        seconds_before(tries, soon=result.soon),
        min(ceil(result.at_least), MAX_WAIT),
        slower if result.done is not None else 0,
    )
    return {"ready": False, "wait": wait, "tries": tries, "since": since}


def seconds_before(tries: int, *, soon: bool) -> int:
    """How long to wait before the next try: from one second, longer with every fourth try."""
    longer = max(0, tries - SOON_TRIES) if soon else tries
    return min(1 + longer // 4, MAX_WAIT)


def seconds_slower(waited: float, *, closely: bool) -> int:
    """How long to wait before the next look at work that may go on for hours."""
    if closely:
        return min(int(waited / 60), LONGEST_CLOSE_WAIT)
    return min(int(waited / 15), LONGEST_WAIT)


@dataclass
class _Marks:
    """Writes one step's state into the timeline."""

    entity: str
    generation: int
    name: str
    since: str

    def write(self, state: Any, waiting: Waiting | None) -> None:
        """Write the state and what is awaited."""
        wiring.records().mark_step(
            self.entity,
            self.generation,
            TimelineStep(
                name=self.name,
                state=state,
                started_at=self.since,
                ended_at=None if state == "running" else wiring.now(),
                message=waiting.message if waiting else None,
                progress=waiting.progress if waiting else None,
            ),
        )

    def fail(self, code: str, detail: str) -> None:
        """Write that the step failed and why."""
        wiring.records().mark_step(
            self.entity,
            self.generation,
            TimelineStep(
                name=self.name,
                state="failed",
                started_at=self.since,
                ended_at=wiring.now(),
                message=detail,
                code=code,
            ),
        )
