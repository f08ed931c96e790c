"""Logging in to a server loads no Docker SDK."""

from __future__ import annotations

import subprocess
import sys


def test_connecting_does_not_load_the_docker_sdk() -> None:
    code = (
        "import chalicelib.adapters.nodes.ssh, sys; print({'docker', 'requests'} & {*sys.modules})"
    )

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert printed.stdout == b"set()\n"
