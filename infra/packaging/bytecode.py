"""Compile modules into bytecode that ships beside them, so that no cold start compiles again.

It is trusted as it is, whatever the clock says: what is unpacked in a function cannot be written.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

UNUSED = (
    "/pydantic/v1/|/aws_xray_sdk/|/event_handler/|/utilities/(auth_alpha|batch|circuit_breaker"
    "|data_classes|data_masking|feature_flags|kafka|parser|streaming|validation)/"
)
"""Parts of packages that no function imports: their bytecode would only weigh."""


def compile_within(folder: Path, seen_as: str) -> None:
    """Compile every module in a folder; `seen_as` is where tracebacks find them.

    It happens in a process of its own, in order, so that the same sources give the same bytes.
    """
    options = ["--invalidation-mode", "unchecked-hash", "-q", "-j", "1", "-x", UNUSED]
    places = ["-s", str(folder), "-p", seen_as, str(folder)]
    done = subprocess.run(
        [sys.executable, "-I", "-m", "compileall", *options, *places],
        env={"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"a module cannot be compiled:\n{done.stdout}{done.stderr}")
