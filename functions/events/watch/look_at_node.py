"""Look at a few nodes at once and at the apps there, each over one connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import Any

from chalicelib.domain.errors import ProductError
from chalicelib.runtime import wiring
from chalicelib.runtime.declaration import OPENS, Consumer, reads, sends, starts, writes
from chalicelib.runtime.messages import read_messages
from chalicelib.runtime.observe import logger
from chalicelib.services.looks.node_looks import (
    look_at_node,
    look_made_no_sense,
    look_was_too_slow,
)
from chalicelib.services.looks.watching import Look, Rest, ask_for_looks, is_stale, read

LOOK_SECONDS = 40.0
"""How long the looks of one call may take; what is not seen by then counts as not seen."""


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Look at a few nodes at once and at the apps there, each over one connection.

    Nothing is delivered again because a look failed: the next one comes sooner.
    """
    messages, unread = read_messages(event, read)
    now = wiring.now()
    due = [message for message in messages if not is_stale(message, now)]
    pool = ThreadPoolExecutor(max_workers=max(1, len(due)))
    answers = {
        pool.submit(copy_context().run, _answered, _answer, message): message for message in due
    }
    done, late = wait(answers, timeout=LOOK_SECONDS)
    pool.shutdown(wait=False)
    outcomes: Counter[str] = Counter(stale=len(messages) - len(due))
    for answer in late:
        outcomes += _answered(_too_late, answers[answer])
    for answer in done:
        outcomes += answer.result()
    logger.info("looked", extra={"nodes": len(due), "apps": dict(outcomes)})
    return {"batchItemFailures": unread}


def _answered(answer: Callable[[Look | Rest], Counter[str]], message: Look | Rest) -> Counter[str]:
    """Answer a message; what goes wrong with one keeps no other one waiting."""
    try:
        return answer(message)
    except ProductError as error:
        logger.warning("not_looked", extra={"asked": str(message), "code": error.error_code})
        return Counter(not_looked=1)
    except Exception:
        # Whose server it is may let it answer anything: that is no reason to see no other one.
        logger.exception("look_made_no_sense", extra={"asked": str(message)})
        if answer is _no_sense:
            return Counter(not_looked=1)
        return _answered(_no_sense, message)


def _answer(message: Look | Rest) -> Counter[str]:
    """Do what a message asks for."""
    if isinstance(message, Look):
        return look_at_node(wiring, message)
    seconds = LOOK_SECONDS / 2
    return Counter(asked=ask_for_looks(wiring, message.shard, after=message.after, seconds=seconds))


def _too_late(message: Look | Rest) -> Counter[str]:
    """Tell of a look that did not end in its time."""
    return look_was_too_slow(wiring, message) if isinstance(message, Look) else Counter()


def _no_sense(message: Look | Rest) -> Counter[str]:
    """Tell of a look that met what nothing can be made of."""
    return look_made_no_sense(wiring, message) if isinstance(message, Look) else Counter()


handler.declarations = (  # type: ignore[attr-defined]
    Consumer(
        queue="watch",
        batch=5,
        at_once=100,
        memory=512,
        timeout=60,
        layers=("crypto", "nodes"),
        needs=(
            reads("resources", "journal", "money"),
            writes("resources", "journal", "routes", "money"),
            sends("watch"),
            starts("stop", "check"),
            OPENS,
        ),
    ),
)
