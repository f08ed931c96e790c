"""The local cloud: every part that Hoster needs from outside, on one machine.

Its state, logs and caches lie under `.local/` beside the code; nothing is written elsewhere
besides Docker's own store.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATE = Path(__file__).resolve().parents[2] / ".local"
"""The folder of everything that a run leaves on disk; `make reset` removes it."""


def log_file(name: str) -> Path:
    """Return the path of a log under `.local/logs`, with its folder made."""
    folder = STATE / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Let one process of this machine at a time do what `name` stands for."""
    folder = STATE / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
