"""Logs as they are written, each line with the name of what wrote it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.3
WIDTH = 12


def follow(folder: Path, tell: Callable[[str], None], stopped: threading.Event) -> None:
    """Tell every line that is written from now on in the folder's logs, until `stopped` is set."""
    places = {path: path.stat().st_size for path in folder.glob("*.log")}
    while not stopped.wait(LOOK_SECONDS):
        for path in sorted(folder.glob("*.log")):
            size = path.stat().st_size
            place = places.get(path, 0)
            if size < place:  # it was begun anew
                place = 0
            if size > place:
                with path.open("rb") as log:
                    log.seek(place)
                    written = log.read(size - place)
                whole = written[: written.rfind(b"\n") + 1]
                place += len(whole)
                for line in whole.decode(errors="replace").splitlines():
                    tell(f"{path.stem:<{WIDTH}} │ {line}")
            places[path] = place
