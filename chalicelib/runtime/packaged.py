"""Files that the packaging wrote down beside the code."""

from __future__ import annotations

import os
from pathlib import Path


def packaged(name: str) -> bytes:
    """Read one, by its name in the functions' package."""
    return (Path(os.environ.get("LAMBDA_TASK_ROOT", "build")) / name).read_bytes()
