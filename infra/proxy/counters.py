"""What HAProxy counts of each deployment while it runs, and how its words are read.

The counters stand in the stick table `traffic` (`show table traffic` on the runtime socket), one
line for each deployment that had a request in the last day, and only ever rise while a HAProxy
runs. A request is counted when its header was read and its app is said to run; its class when its
answer's header was sent, the proxy's own 502, 503 and 504 in place of the app's among them; its
bytes while they pass, at the latest every five seconds, so that a stream or a WebSocket that stays
open is counted too. What a stopped or unknown app's page weighs is counted for nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TABLE = "traffic"

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
"""Status classes, in the order of `gpc0` to `gpc4`."""

LATENCY_MILLISECONDS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000)
"""Bounds of the latency buckets, `gpc5` to `gpc15`; `gpc16` is what took longer than the last.

An answer falls in the first bucket whose bound it is under: from the request's header read to the
answer's header there. Answers that the proxy gives before it asks the app are in no bucket.
"""

COLUMNS = len(CLASSES) + len(LATENCY_MILLISECONDS) + 1
"""How many elements the table's `gpc` array has."""

WRAP = 2**32
"""Counts but those of bytes start again at 0 when they get here; those of bytes never do."""


@dataclass(frozen=True)
class Traffic:
    """What one deployment had since the HAProxy that tells it started."""

    requests: int
    bytes_in: int
    """From clients: headers and bodies, without what frames and encrypts them."""
    bytes_out: int
    """To clients, in the same measure."""
    classes: tuple[int, ...]
    """Answers of each of `CLASSES`."""
    latency: tuple[int, ...]
    """Answers of each bucket, the one without bound last."""
    in_flight: int
    """Requests, streams and WebSockets that go on now; no cumulative count."""


_LINE = re.compile(r"key=(\S+) (.*)")


def read(said: str) -> dict[str, Traffic]:
    """The counters of each deployment, from what HAProxy says to `show table traffic`."""
    return {key: _traffic(rest) for key, rest in _LINE.findall(said)}


def _traffic(words: str) -> Traffic:
    told = dict(word.split("=", 1) for word in words.split())
    counts = [int(told[f"gpc{number}"]) for number in range(COLUMNS)]
    return Traffic(
        requests=int(told["http_req_cnt"]),
        bytes_in=int(told["bytes_in_cnt"]),
        bytes_out=int(told["bytes_out_cnt"]),
        classes=tuple(counts[: len(CLASSES)]),
        latency=tuple(counts[len(CLASSES) :]),
        in_flight=int(told["conn_cur"]),
    )


def rise(before: int, now: int, *, is_new: bool) -> int:
    """How much a count rose; a table that forgot the deployment, or a new HAProxy, began at 0."""
    return now if is_new else (now - before) % WRAP


def is_new(before: Traffic, now: Traffic) -> bool:
    """Whether HAProxy began to count anew between two readings; counts of bytes only ever rise."""
    return now.bytes_in < before.bytes_in or now.bytes_out < before.bytes_out
