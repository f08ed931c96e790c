"""Replace a file as a whole: a crash or a full disk leaves the earlier one or the new one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FRESH = ".new"
"""What the names of files end with that are being written; a crash may leave them."""


def write(file: Path, text: str, *, lasting: bool = False) -> None:
    """Write a file for this user alone, in place of the earlier one. Raises `OSError`.

    Two processes may write the same file at a time: one of both stays, whole. What is not `lasting`
    may be lost with the machine's power.
    """
    number, name = tempfile.mkstemp(FRESH, f"{file.name}.", file.parent)
    fresh = Path(name)
    try:
        with os.fdopen(number, "w") as out:
            out.write(text)
            if lasting:
                out.flush()
                os.fsync(out.fileno())
        fresh.replace(file)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
