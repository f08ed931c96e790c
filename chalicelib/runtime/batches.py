"""Batches: what is processed one by one, where a failure of one keeps no other one waiting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib.domain.errors import ProductError
from chalicelib.runtime.observe import logger

T = TypeVar("T")
Outcome = str | Counter[str]
"""What came of one: a word, or how many had which outcome where it stands for several."""
Process = Callable[[T], Outcome]


@dataclass(frozen=True)
class Deadline(Generic[T]):
    """For how long a batch is waited for, and what is done instead of what has not ended then."""

    seconds: float
    instead: Process[T]


@dataclass(frozen=True)
class Batch(Generic[T]):
    """What came of a batch: how many had which outcome, and what failed."""

    outcomes: Counter[str]
    failed: list[T]


def process_each(
    items: Iterable[T],
    process: Process[T],
    *,
    error: str,
    about: Callable[[T], dict[str, str]] = lambda _: {},
    failed_as: str = "failed",
    broken: Process[T] | None = None,
    at_once: int = 1,
    deadline: Deadline[T] | None = None,
) -> Batch[T]:
    """Process each item; what fails is logged, counted, and keeps no other one waiting.

    A `ProductError` is a warning with its code. Any other error is logged with its trace, which
    raises an alarm.

    Args:
        items: What is processed; read as it goes where it is one after the other.
        process: Processes one.
        error: What the log says where one fails.
        about: What the log names of one: nothing, unless it is said.
        failed_as: The outcome of what fails, which `process` may answer as well.
        broken: What is done about one that met no `ProductError`; its answer is the outcome.
        at_once: How many are processed at the same time.
        deadline: For how long all are waited for.
    """
    attempt = _Attempt(error, about, failed_as, broken)
    outcomes, failed = Counter[str](), list[T]()
    if at_once == 1 and deadline is None:
        done: Iterable[tuple[T, Counter[str]]] = ((one, attempt(process, one)) for one in items)
    else:
        done = _side_by_side(items, process, attempt, at_once, deadline)
    for item, came in done:
        outcomes += came
        if came[failed_as]:
            failed.append(item)
    return Batch(outcomes, failed)


@dataclass(frozen=True)
class _Attempt(Generic[T]):
    """Does something with an item; a failure is an outcome like any other."""

    error: str
    about: Callable[[T], dict[str, str]]
    failed_as: str
    broken: Process[T] | None

    def __call__(self, act: Process[T], item: T) -> Counter[str]:
        try:
            outcome = act(item)
        except ProductError as refusal:
            logger.warning(self.error, extra={**self.about(item), "code": refusal.error_code})
        except Exception:
            logger.exception(self.error, extra=self.about(item))
            if self.broken is not None and act is not self.broken:
                return self(self.broken, item)
        else:
            return Counter([outcome]) if isinstance(outcome, str) else outcome
        return Counter([self.failed_as])


def _side_by_side(
    items: Iterable[T],
    process: Process[T],
    attempt: _Attempt[T],
    at_once: int,
    deadline: Deadline[T] | None,
) -> Iterator[tuple[T, Counter[str]]]:
    """Attempt several at the same time, each with what the log says of its caller."""
    pool = ThreadPoolExecutor(max_workers=at_once)
    begun = [(item, pool.submit(copy_context().run, attempt, process, item)) for item in items]
    wait([future for _, future in begun], timeout=deadline.seconds if deadline else None)
    pool.shutdown(wait=False)
    for item, future in begun:
        if deadline is None or future.done():
            yield item, future.result()
        else:
            yield item, attempt(deadline.instead, item)
