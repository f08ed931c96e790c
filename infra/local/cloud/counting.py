"""The outermost handler of every local function: it notes what calls cost while it is asked to.

It is asked to by the folder that `HOSTER_COUNTS_FOLDER` names being there. Each call of a function
adds one line of JSON to a file of its process: what it took, and what it asked of AWS, in the units
that AWS counts.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

from infra.local.cloud import faulty

FOLDER = os.environ.get("HOSTER_COUNTS_FOLDER", "")
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
MEMORY = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"))
_calls: Counter[str] = Counter()


def handler(event: Any, context: Any) -> Any:
    """Do what the function does; note what it took if that is asked for."""
    folder = Path(FOLDER) if FOLDER else None
    if folder is None or not folder.is_dir():
        return faulty.handler(event, context)
    _watch()
    _calls.clear()
    began = time.perf_counter()
    try:
        return faulty.handler(event, context)
    finally:
        seconds = time.perf_counter() - began
        line = {"function": faulty.MODULE, "memory": MEMORY, "seconds": seconds, "calls": _calls}
        with (folder / f"{os.getpid()}.jsonl").open("a") as notes:
            notes.write(json.dumps(line) + "\n")


def _watch() -> None:
    """Have every AWS call and every log line of this process counted, from now on."""
    from botocore.client import BaseClient

    client: Any = BaseClient
    real = client._make_api_call
    if getattr(real, "is_counting", False):
        return

    def counting(self: Any, operation: str, given: dict[str, Any]) -> Any:
        service = self.meta.service_model.service_name
        takes = self.meta.service_model.operation_model(operation).input_shape.members
        if "ReturnConsumedCapacity" not in takes:
            _calls[f"{service}.{operation}"] += 1
            return real(self, operation, given)
        answer = real(self, operation, {"ReturnConsumedCapacity": "TOTAL", **given})
        told = answer.get("ConsumedCapacity") or []
        units = sum(one["CapacityUnits"] for one in (told if isinstance(told, list) else [told]))
        _calls["dynamodb.reads" if operation in READS else "dynamodb.writes"] += units
        return answer

    counting.is_counting = True  # type: ignore[attr-defined]
    client._make_api_call = counting
    emit = logging.StreamHandler.emit

    def noted(self: Any, record: logging.LogRecord) -> None:
        _calls["log_bytes"] += len(self.format(record)) + 1
        emit(self, record)

    logging.StreamHandler.emit = noted  # type: ignore[method-assign]
