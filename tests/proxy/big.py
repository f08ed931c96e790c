"""A table of very many routes that answers as fast as DynamoDB does, in pages of its size.

The local cloud takes seconds for a shard of so many items, which DynamoDB does not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from chalicelib.domain.routes import CHANGES, COUNTER_HOST, shard_of
from infra.proxy.table import COUNTED

PAGE_BYTES = 1_000_000


class BigTable(ThreadingHTTPServer):
    """Speaks what the agent asks of DynamoDB."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.shards: dict[str, dict[str, Any]] = {shard: {} for shard in COUNTED}
        self.counters = dict.fromkeys(COUNTED, 0)
        self.told: dict[str, dict[str, Any]] = {shard: {} for shard in COUNTED}
        self.lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def put(self, host: str, port: int, deployment: str) -> None:
        """Write a route as the product does."""
        shard = shard_of(host)
        with self.lock:
            self.shards[shard][host] = {
                "host": {"S": host},
                "deployment_id": {"S": deployment},
                "state": {"S": "running"},
                "address": {"S": "127.0.0.1"},
                "port": {"N": str(port)},
            }
            self.counters[shard] += 1
            number = self.counters[shard]
            self.told[shard][CHANGES[number % len(CHANGES)]] = {"S": f"{host} {number}"}

    def answer(self, target: str, asked: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            return self._batch(asked) if target == "BatchGetItem" else self._page(asked)

    def _batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        [(name, wanted)] = asked["RequestItems"].items()
        found = (self._item(key["shard"]["S"], key["host"]["S"]) for key in wanted["Keys"])
        items = [{**key, **item} for key, item in zip(wanted["Keys"], found, strict=True) if item]
        return {"Responses": {name: items}, "UnprocessedKeys": {}}

    def _item(self, shard: str, host: str) -> dict[str, Any] | None:
        if host == COUNTER_HOST:
            return {"counter": {"N": str(self.counters[shard])}, **self.told[shard]}
        return self.shards[shard].get(host)

    def _page(self, asked: dict[str, Any]) -> dict[str, Any]:
        items = list(self.shards[asked["ExpressionAttributeValues"][":shard"]["S"]].values())
        start = int(asked.get("ExclusiveStartKey", {"host": {"S": "0"}})["host"]["S"])
        end, size = start, 0
        while end < len(items) and size < PAGE_BYTES:
            size += 220
            end += 1
        page: dict[str, Any] = {"Items": items[start:end], "Count": end - start}
        if end < len(items):
            page["LastEvaluatedKey"] = {"shard": {"S": "x"}, "host": {"S": str(end)}}
        return page


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: BigTable

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        target = self.headers["X-Amz-Target"].rpartition(".")[2]
        said = json.dumps(self.server.answer(target, asked)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def big_table() -> Iterator[BigTable]:
    """A table that answers."""
    with BigTable() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
