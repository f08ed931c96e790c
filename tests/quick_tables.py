"""moto's tables, asked one request at a time, without the work that moto does for nothing."""

from __future__ import annotations

import copy
import pickle
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from unittest import mock

from moto.core.serialize import BaseJSONSerializer
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.responses import DynamoHandler

_CONDITIONS: dict[str, tuple[Any, ...]] = {}
_UPDATES: dict[str, Any] = {}
_KINDS: dict[type, tuple[type, ...]] = {}


@contextmanager
def quick_tables() -> Iterator[None]:
    """Mend what moto does to its tables for as long as this is open.

    Executions ask tables side by side: moto reads them while others change them, and fails with a
    dictionary that changed its size.

    For each item of a transaction moto copies the whole table that it is in, and puts the copies
    back when one fails. A table that is its own copy leaves only those items to put back.

    A value in an answer is of one type, `{"S": "text"}`; moto looks for each of ten, by six names.

    An expression names places for its values, so that few differ: moto parses each two or three
    times for every request, and copies and walks what comes out in the slowest way there is.
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

    with ExitStack() as stack:
        for owner, name, instead in (
            (DynamoHandler, "_dispatch", one_at_a_time),
            (DynamoDBBackend, "transact_write_items", undone_by_item),
            (BaseJSONSerializer, "_serialize_type_structure", told_by_type),
            (Table, "__deepcopy__", lambda table, _memo: table),
            (UpdateExpressionParser, "make", _parsed_once(UpdateExpressionParser.make)),
            (Node, "__deepcopy__", _copied),
            (DepthFirstTraverser, "traverse_node_recursively", _walked),
            (
                ConditionExpressionParser,
                "_lex_condition_expression",
                _split_once(ConditionExpressionParser._lex_condition_expression),
            ),
        ):
            made = not hasattr(owner, name)
            stack.enter_context(mock.patch.object(owner, name, instead, create=made))
        yield


def _parsed_once(parse: Any) -> Any:
    """Parse each text of an update once: whoever changes its tree copies it first."""

    def parsed(text: str) -> Any:
        if text not in _UPDATES:
            tree = parse(text)
            tree.written = pickle.dumps(tree)
            _UPDATES[text] = tree
        return _UPDATES[text]

    return parsed


def _copied(tree: Any, _memo: dict[int, Any]) -> Any:
    """Copy a tree; that of a text is written down already."""
    return pickle.loads(getattr(tree, "written", None) or pickle.dumps(tree))  # noqa: S301


def _walked(walker: DepthFirstTraverser, node: Any, place: int = -1) -> Any:
    """Walk a tree as moto does; which kinds of node a walker changes is asked once, not at each."""
    if not _is_of(type(node), (Node,)):
        return node
    parent = node.parent
    for at, child in enumerate(node.children or ()):
        walker.pre_processing_of_child(node, at)
        _walked(walker, child, at)
    if _is_of(type(node), _kinds(walker)):
        node = walker.process(node)
        node.parent = parent
        if parent:
            parent.children[place] = node
    return node


def _kinds(walker: DepthFirstTraverser) -> tuple[type, ...]:
    if type(walker) not in _KINDS:
        _KINDS[type(walker)] = walker.nodes_to_be_processed()
    return _KINDS[type(walker)]


_is_of = cache(issubclass)
"""`isinstance` of moto's nodes is answered in Python, many times for each of them."""


def _split_once(split: Any) -> Any:
    """Split each text of a condition once into its words."""

    def words(parser: ConditionExpressionParser) -> deque[Any]:
        text = parser.condition_expression or ""
        if text not in _CONDITIONS:
            _CONDITIONS[text] = tuple(split(parser))
        return deque(_CONDITIONS[text])

    return words


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
