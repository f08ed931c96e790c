"""The one more try of the gate, tried out: in two processes, with shared things and Hypothesis."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from infra.checks.__main__ import AGAIN, ALLOWED, Outcome

SHARED = """
import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, database=None, max_examples=5)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("shared")


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

BROKEN = """
import pytest


@pytest.mark.parametrize("number", range(12))
def test_broken(number):
    raise ValueError(number)
"""


def ran(folder: Path, text: str, *arguments: str) -> Outcome:
    (folder / "conftest.py").write_text(SHARED)
    (folder / "test_one.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:schemathesis -ra --tb=short\n")
    command = [sys.executable, "-m", "pytest", "-q", *AGAIN, "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return Outcome(not done.returncode, 0.0, done.stdout + done.stderr)


@pytest.mark.parametrize("spread", [(), ("-n", "2", "--dist", "loadfile")])
def test_test_that_fails_once_passes_and_is_told_with_its_reason(
    tmp_path: Path, spread: tuple[str, ...]
) -> None:
    outcome = ran(tmp_path, FLAKY, *spread)

    assert outcome.passed, outcome.said
    told = dict(line.removeprefix("RERUN test_one.py::").split(": ", 1) for line in outcome.retried)
    assert told.keys() == {"test_shared", "test_late", "test_property"}
    assert (told["test_late"], told["test_property"]) == ("OSError: not yet", "ValueError: once")


def test_part_of_which_much_is_broken_is_not_done_twice(tmp_path: Path) -> None:
    outcome = ran(tmp_path, BROKEN)

    assert not outcome.passed
    assert len(outcome.retried) == ALLOWED + 1
    assert "12 failed" in outcome.said
