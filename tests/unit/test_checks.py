"""The gate says last what failed and what each part took: a log may be seen by its end alone."""

from __future__ import annotations

import json
import sys

import pytest

from infra.checks.__main__ import (
    AFTER,
    ALLOWED,
    REASON,
    REASONS,
    SHOWN,
    Outcome,
    Part,
    run,
    tell,
)

SUMMARY = """\
F                                                  [100%]
a long traceback
=========================== short test summary info ============================
FAILED tests/unit/test_a.py::test_one - assert 1 == 2
ERROR tests/unit/test_b.py - ImportError
1 failed, 1 error in 0.05s"""


def part(name: str, text: str, code: int) -> Part:
    written = f"import sys; sys.stdout.write({text!r}); sys.exit({code})"
    return Part(name, ((sys.executable, "-c", written),))


def test_reasons_come_last_and_the_time_of_each_part_in_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcomes = {name: run(part(name, *does)) for name, does in DOING.items()}
    capsys.readouterr()

    is_passed = tell(outcomes, 12.34)

    *before, counted, closing = capsys.readouterr().out.splitlines()
    told = json.loads(closing.removeprefix("TEST "))
    assert before == [
        "✗ unit",
        "FAILED tests/unit/test_a.py::test_one - assert 1 == 2",
        "ERROR tests/unit/test_b.py - ImportError",
        "✗ types",
        "app.py:1: error: wrong",
    ]
    assert counted == "parts: 1 passed, 2 failed"
    assert (is_passed, told["ok"], told["seconds"]) == (False, False, 12.3)
    assert told["parts"] == {"lint": True, "unit": False, "types": False}
    assert told["took"] == {name: outcome.seconds for name, outcome in outcomes.items()}


DOING = {
    "lint": ("All checks passed!", 0),
    "unit": (SUMMARY, 1),
    "types": ("app.py:1: error: wrong", 1),
}


def test_part_that_passes_says_its_time_and_its_last_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = run(part("lint", "much\nAll checks passed!", 0))

    said = capsys.readouterr().out
    assert outcome.passed
    assert said == f"✓ lint       {outcome.seconds:6.1f} s  All checks passed!\n"


def test_part_that_fails_ends_with_its_first_command_that_did() -> None:
    failing, next_one = part("x", "broken", 3), part("x", "never", 0)

    outcome = run(Part("x", (*failing.commands, *next_one.commands)))

    assert (outcome.passed, outcome.said) == (False, "broken")


def test_what_is_shown_of_a_flood_is_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run(part("unit", "FAILED x\n" * 5_000, 1))

    assert len(capsys.readouterr().out) < SHOWN + 100
    assert len(outcome.reasons) == REASONS
    assert Outcome(False, 0.0, "FAILED " + "x" * 5000).reasons == ["FAILED " + "x" * (REASON - 7)]


def test_what_had_one_more_try_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    said = """\
page: no answer to GET /before
RERUN e2e/test_a.py::test_one
> assert 1 == 2
E   AssertionError: late
E   more
page: no answer to GET /api/v1/templates after 44.9 s
ok"""

    is_passed = tell({"journeys": Outcome(True, 1.0, said)}, 1.0)

    first, _, closing = capsys.readouterr().out.splitlines()
    reason = "AssertionError: late; page: no answer to GET /api/v1/templates after 44.9 s"
    assert first == f"↻ RERUN e2e/test_a.py::test_one: {reason}"
    assert json.loads(closing.removeprefix("TEST "))["retried"] == 1
    assert is_passed


@pytest.mark.parametrize(("retried", "is_passed"), [(ALLOWED, True), (ALLOWED + 1, False)])
def test_gate_fails_where_too_many_tests_of_all_parts_needed_one_more_try(
    capsys: pytest.CaptureFixture[str], retried: int, is_passed: bool
) -> None:
    one = "\n".join(f"RERUN tests/test_a.py::test_{n}\nE   late" for n in range(retried - 2))
    two = "RERUN e2e/test_b.py::test_b\nRERUN e2e/test_b.py::test_c"
    outcomes = {"unit": Outcome(True, 1.0, one), "journeys": Outcome(True, 1.0, two)}

    passed = tell(outcomes, 2.0)

    *before, counted, closing = capsys.readouterr().out.splitlines()
    told = json.loads(closing.removeprefix("TEST "))
    assert (passed, told["ok"], told["retried"]) == (is_passed, is_passed, retried)
    reason = f"✗ {retried} tests needed one more try; at most {ALLOWED} may"
    assert (before[-1] == reason) is not is_passed
    assert counted == "parts: 2 passed, 0 failed"


def test_every_part_that_runs_pytest_gives_one_more_try() -> None:
    steps = [*AFTER["all"], *AFTER["long"]]
    parts = [part for step in steps for one in step for part in one]
    runs = [command for part in parts for command in part.commands if "pytest" in command[0]]
    assert len(runs) > 6
    assert all("--reruns 1 " in " ".join(command) for command in runs)
