"""Calls one handler again and again in this process, and prints what the calls took.

`python -m infra.bench.inside` with the function's environment; what to call is JSON on standard
input, and the last line of standard output holds the times in milliseconds.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

from botocore.client import BaseClient

_CLIENT: Any = BaseClient
"""Every client's class; the method through which all calls go is absent from its stubs."""


class Watch:
    """Measures the AWS calls of this process."""

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0
        self.real = _CLIENT._make_api_call

    def call(self, client: BaseClient, name: str, given: dict[str, Any]) -> Any:
        """Do one AWS call and add it up."""
        began = time.perf_counter()
        try:
            return self.real(client, name, given)
        finally:
            self.calls += 1
            self.seconds += time.perf_counter() - began


def main() -> None:
    """Call the handler as often as is asked for."""
    given = json.load(sys.stdin)
    module, _, name = given["handler"].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    watch = Watch()

    def watched(client: BaseClient, name: str, given: dict[str, Any]) -> Any:
        return watch.call(client, name, given)

    _CLIENT._make_api_call = watched
    seen: dict[str, list[float]] = {"total": [], "own": [], "calls": []}
    for number in range(given["warming"] + given["calls"]):
        watch.calls, watch.seconds = 0, 0.0
        began = time.perf_counter()
        answer = handler(given["event"], None)
        total = time.perf_counter() - began
        if answer["statusCode"] != 200:
            raise SystemExit(answer["body"])
        if number >= given["warming"]:
            seen["total"].append(1000 * total)
            seen["own"].append(1000 * (total - watch.seconds))
            seen["calls"].append(watch.calls)
    print(f"\n{json.dumps(seen)}")


if __name__ == "__main__":
    main()
