"""Who uses a running platform, and who stops it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra import local
from infra.local.platform import borrow, layout
from infra.local.platform.borrow import borrowed
from infra.local.platform.progress import Progress

PLATFORM = """
import os, signal, sys
here, pid = sys.argv[1:3]
try:
    open(pid, "w").write(str(os.getpid()))
    open(here + ".draft", "w").write('{"pid": %d}' % os.getpid())
    os.rename(here + ".draft", here)
    signal.pause()
except KeyboardInterrupt:
    os.unlink(here)
    os.unlink(pid)
"""


@pytest.fixture(autouse=True)
def how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The word after `run`; a platform that only tells its process."""
    files = tmp_path / "platform.json", tmp_path / "platform.pid"
    for module in (local, layout):
        monkeypatch.setattr(module, "STATE", tmp_path)
    monkeypatch.setattr(layout, "PLATFORM_FILE", files[0])
    monkeypatch.setattr(layout, "PID_FILE", files[1])
    word = [borrow.BARE]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", PLATFORM, *map(str, files), "infra.local.platform", *word]
        )

    monkeypatch.setattr(borrow, "_start", start)
    yield word
    borrow._stop()


def test_last_one_stops_what_was_started_for_a_task() -> None:
    with ExitStack() as first, ExitStack() as second:
        loans = [stack.enter_context(borrowed(Progress())) for stack in (first, second)]
        assert loans[0].described == loans[1].described == layout.running()
        first.close()
        assert layout.running() is not None
        second.close()
        assert layout.running() is None


def test_platform_that_somebody_looks_at_stays_and_is_not_restarted(how: list[str]) -> None:
    how.clear()
    with borrowed(Progress()) as loan, pytest.raises(RuntimeError, match="started elsewhere"):
        loan.restart()

    assert layout.running() == loan.described


def test_restart_is_told_and_another_platform_runs() -> None:
    with borrowed(Progress()) as loan:
        before = loan.described["pid"]
        found: list[object] = []

        loan.restart(lambda: found.append(layout.running()))

        assert found == [None]
        assert loan.described == layout.running()
        assert loan.described["pid"] != before


def test_whoever_wants_it_alone_waits_for_the_others() -> None:
    came = threading.Event()

    def alone() -> None:
        with borrowed(Progress()) as loan, loan.alone():
            came.set()

    with borrowed(Progress()):
        other = threading.Thread(target=alone)
        other.start()
        assert not came.wait(0.3)
    other.join(20)

    assert came.is_set()
    assert layout.running() is None
