"""moto's tables, asked one request at a time, without the work that moto does for nothing."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler


@contextmanager
def quick_tables() -> Iterator[None]:
    """Mend what moto does to its tables for as long as this is open.

    Executions ask tables side by side: moto reads them while others change them, and fails with a
    dictionary that changed its size.

    For each item of a transaction moto copies the whole table that it is in, and puts the copies
    back when one fails. A table that is its own copy leaves only those items to put back.

    A value in an answer is of one type, `{"S": "text"}`; moto looks for each of ten, by six names.
    """
    dispatch, alone = DynamoHandler._dispatch, threading.RLock()
    write = DynamoDBBackend.transact_write_items
    tell = BaseJSONSerializer._serialize_type_structure

    def one_at_a_time(*given: Any, **named: Any) -> Any:
        with alone:
            return dispatch(*given, **named)

    def undone_by_item(backend: DynamoDBBackend, given: list[dict[str, Any]]) -> None:
        before = [_found(backend, said) for entry in given for said in entry.values()]
        try:
            write(backend, given)
        except Exception:
            for table, hash_key, range_key, item in before:
                _put_back(table, hash_key, range_key, item)
            raise

    def told_by_type(
        serializer: BaseJSONSerializer, told: Any, value: Any, shape: Any, key: str
    ) -> None:
        if shape.name != "AttributeValue":
            return tell(serializer, told, value, shape, key)
        [(kind, inner)] = value.items()
        told[key] = {}
        return serializer._serialize(told[key], inner, shape.members[kind], kind)

    with (
        mock.patch.object(DynamoHandler, "_dispatch", one_at_a_time),
        mock.patch.object(DynamoDBBackend, "transact_write_items", undone_by_item),
        mock.patch.object(BaseJSONSerializer, "_serialize_type_structure", told_by_type),
        mock.patch.object(Table, "__deepcopy__", lambda table, _memo: table, create=True),
    ):
        yield


def _found(backend: DynamoDBBackend, said: dict[str, Any]) -> tuple[Table, Any, Any, Any]:
    table = backend.get_table(said["TableName"])
    hash_key, range_key = backend.get_keys_value(table, said.get("Key") or said["Item"])
    return table, hash_key, range_key, copy.deepcopy(table.get_item(hash_key, range_key))


def _put_back(table: Table, hash_key: Any, range_key: Any, item: Any) -> None:
    table.delete_item(hash_key, range_key)
    if item is not None and range_key:
        table.items[hash_key][range_key] = item
    elif item is not None:
        table.items[hash_key] = item
