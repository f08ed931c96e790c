"""Operations committed as one DynamoDB transaction, and what a refused one means."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.adapters.records.operations import Operation
from chalicelib.adapters.records.patience import PASSING, TRIES, pause
from chalicelib.domain.errors import Contended

CONDITION_FAILED = "ConditionalCheckFailed"
IN_ORDER = ("check", "delete", "put", "update")
"""The order in which pynamodb sends operations, and in which the reasons of a refusal come."""


def commit(connection: Any, operations: list[Operation]) -> None:
    """Do all operations or none; conflicts are tried again with jitter.

    Raises what the first operation with a failed condition says, and `Contended` when other
    writers keep coming between.
    """
    left = without_repeats(operations)
    for attempt in range(TRIES):
        try:
            _transact(connection, left)
        except TransactWriteError as error:
            left = _after(error, left)
            if not left:
                return
            pause(attempt)
        else:
            return
    raise Contended("Too many changes at once; nothing was written. Try again.")


def _transact(connection: Any, operations: list[Operation]) -> None:
    with TransactWrite(connection=connection) as transaction:
        for op in operations:
            if op.kind == "put":
                transaction.save(op.item, condition=op.condition)
            elif op.kind == "delete":
                transaction.delete(op.item, condition=op.condition)
            elif op.kind == "check":
                transaction.condition_check(type(op.item), op.item.id, condition=op.condition)
            else:
                transaction.update(op.item, actions=list(op.actions), condition=op.condition)


def without_repeats(operations: list[Operation]) -> list[Operation]:
    """Drop what changes a route or its counter again: a transaction may name each item once."""
    times = Counter(op.tells for op in operations)
    told: set[str] = set()
    kept = []
    for op in operations:
        if op.tells is None or op.tells not in told:
            alone = op.alone if times[op.tells] == 1 else ()
            kept.append(replace(op, actions=op.actions + alone) if alone else op)
        if op.tells is not None:
            told.add(op.tells)
    return kept


def _after(error: TransactWriteError, operations: list[Operation]) -> list[Operation]:
    """Decide what a refused transaction means: raise, or return what to try again."""
    ordered = [op for kind in IN_ORDER for op in operations if op.kind == kind]
    reasons = {
        place: reason.code for place, reason in enumerate(error.cancellation_reasons) if reason
    }
    refused = [ordered[place] for place, code in reasons.items() if code == CONDITION_FAILED]
    if not reasons or not set(reasons.values()) <= PASSING | {CONDITION_FAILED}:
        raise error
    for op in refused:
        if op.refusal is not None:
            raise op.refusal() from error
    broken = {op.part_of for op in refused} - {None}
    return [
        op
        for op in operations
        if op.part_of not in broken and not any(op is other for other in refused)
    ]
