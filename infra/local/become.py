"""Turn this process into a program of the machine, which so stays its parent's own child."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import NoReturn

PLACES = ":/usr/sbin:/sbin"
"""Debian keeps daemons where other users' PATH does not look."""


def become(command: list[str], environment: Mapping[str, str] | None = None) -> NoReturn:
    """Run the command in this process's place, with these additions to its environment.

    A program that is missing is one sentence on standard error, and status 1.
    """
    name = command[0]
    program = shutil.which(name, path=os.environ.get("PATH", "") + PLACES)
    if program is None:
        sys.exit(f"{name} is missing. Install it with: make setup")
    os.execve(program, command, {**os.environ, **(environment or {})})  # noqa: S606 - no shell wanted
