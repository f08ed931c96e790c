"""The one more try of the gate, tried out: in two processes, with shared things and Hypothesis."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.checks.__main__ import FAILED_ONLY, Outcome

SHARED = """
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, max_examples=5)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def shared():
    return Path("{marks}")


@pytest.fixture(scope="module")
def late(shared):
    '''What cannot be made the first time.'''
    mark = shared / "late"
    if not mark.exists():
        mark.touch()
        raise OSError("not yet")
    return mark


@pytest.fixture
def fresh(shared):
    return []
"""

FLAKY = """
from hypothesis import given, strategies


def first(shared, name):
    mark = shared / name
    is_first = not mark.exists()
    mark.touch()
    return is_first


def test_shared(shared, fresh, socket_disabled):
    fresh.append(1)
    assert len(fresh) == 1
    assert not first(shared, "shared")


def test_late(late):
    assert late.exists()


@given(number=strategies.integers())
def test_property(shared, number):
    assert number == number + 0
    if first(shared, "property"):
        raise ValueError("once")


def test_good(shared):
    assert shared.exists()
"""


def ran(folder: Path, *arguments: str) -> tuple[Outcome, Outcome]:
    """How the first try of all and the one more try of what failed went."""
    (folder / "conftest.py").write_text(SHARED.format(marks=folder / "marks"))
    (folder / "test_one.py").write_text(FLAKY)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:schemathesis -ra --tb=short\n")
    (folder / "marks").mkdir()
    command = [sys.executable, "-m", "pytest", "-q", *arguments]
    tries = [
        subprocess.run([*command, *more], cwd=folder, capture_output=True, text=True, check=False)
        for more in ((), FAILED_ONLY)
    ]
    first, again = (Outcome(not done.returncode, 0.0, done.stdout + done.stderr) for done in tries)
    return first, again


@pytest.mark.parametrize("spread", [(), ("-n", "2", "--dist", "loadfile")])
def test_what_failed_is_tried_alone_and_nothing_else(
    tmp_path: Path, spread: tuple[str, ...]
) -> None:
    first, again = ran(tmp_path, *spread)

    assert not first.passed
    named = {line.split("::")[1].split(" ")[0] for line in first.failed}
    assert named == {"test_shared", "test_late", "test_property"}
    assert again.passed, again.said
    assert "3 passed" in again.said
