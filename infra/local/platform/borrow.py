"""Use the platform that runs, or start one for the time of a task and stop it after."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.local.platform import layout
from infra.local.platform.progress import Progress

READY_SECONDS = 900


@contextmanager
def borrowed(progress: Progress) -> Iterator[dict[str, Any]]:
    """Give a running platform. Raises `RuntimeError` when one cannot be started."""
    found = layout.running()
    if found is not None:
        yield found
        return
    progress.line("The platform does not run; it is started for this.")
    layout.LOGS.mkdir(parents=True, exist_ok=True)
    with (layout.LOGS / "borrowed.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.platform", "run", "--bare"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JSON": ""},
            start_new_session=True,
        )
    try:
        yield _ready(process)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(120)


def _ready(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        found = layout.running()
        if found is not None:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.3)
    tail = (layout.LOGS / "borrowed.log").read_text(errors="replace")[-1500:]
    raise RuntimeError(f"The platform did not get ready:\n{tail}")
