"""A platform's folder of its own: nothing of the one that may run here is read or written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.platform import layout

DESCRIBED: dict[str, Any] = {
    "ready": True,
    "urls": {
        "web": "http://127.0.0.1:8082",
        "api": "http://127.0.0.1:8082/api/v1",
        "proxy": "http://127.0.0.1:9091",
        "console": "http://127.0.0.1:8083",
        "mail": "http://127.0.0.1:8088",
        "stripe": None,
    },
    "account": {"email": "demo@example.com", "password": "swordfish"},
    "started_at": "2026-01-01T00:00:00Z",
    "memory_mb": 512,
}


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of state, in which nothing is."""
    folder = tmp_path / "state"
    folder.mkdir()
    monkeypatch.setattr(layout, "STATE", folder)
    monkeypatch.setattr(layout, "LOGS", folder / "logs")
    monkeypatch.setattr(layout, "PLATFORM_FILE", folder / "platform.json")
    monkeypatch.setattr(layout, "PID_FILE", folder / "platform.pid")
    monkeypatch.setattr(layout, "SECRETS_FILE", folder / "secrets.json")
    return folder


@pytest.fixture
def started() -> Iterator[Callable[..., int]]:
    """Start a process that waits, under the name that is given; it ends with the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*names: str) -> int:
        waits = "import sys; sys.stdin.read()"
        command = [sys.executable, "-c", waits, *names]
        processes.append(subprocess.Popen(command, stdin=subprocess.PIPE))
        return processes[-1].pid

    yield start
    for process in processes:
        process.communicate()
