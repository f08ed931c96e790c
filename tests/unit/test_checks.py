"""The gate says last what failed and what each part took: a log may be seen by its end alone."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra.checks.__main__ import (
    AFTER,
    ALLOWED,
    REASON,
    REASONS,
    SHOWN,
    SLOWEST,
    Outcome,
    Part,
    run,
    run_again,
    run_beside,
    slowest,
    tell,
)
from infra.checks.__main__ import (
    pytest as part_of,
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


def of_pytest(first: str, again: str, code: int) -> Part:
    failing = part("unit", first, 1)
    return Part("unit", failing.commands, again=part("unit", again, code).commands[0])


@pytest.mark.parametrize(("code", "is_passed"), [(0, True), (1, False)])
def test_what_failed_has_one_more_try_and_is_told_with_its_reason(
    capsys: pytest.CaptureFixture[str], code: int, is_passed: bool
) -> None:
    trying = of_pytest(SUMMARY, "2 passed", code)
    outcomes = {"unit": run(trying)}

    outcomes |= run_again([trying, Part("other", ())], outcomes)

    assert tell(outcomes, 1.0) is is_passed
    printed = capsys.readouterr().out.splitlines()
    assert "↻ unit: 2 of its tests once more" in printed
    assert "↻ FAILED tests/unit/test_a.py::test_one - assert 1 == 2" in printed
    told = json.loads(printed[-1].removeprefix("TEST "))
    assert (told["ok"], told["parts"], told["retried"]) == (is_passed, {"unit": is_passed}, 2)


def test_nothing_is_tried_again_where_too_many_tests_of_all_parts_failed() -> None:
    each = "\n".join(f"FAILED tests/test_a.py::test_{n} - late" for n in range(ALLOWED // 2 + 1))
    trying = of_pytest("", "passed", 0)
    two = [replace(trying, name=name) for name in ("unit", "functions")]

    assert run_again(two, {one.name: Outcome(False, 1.0, each) for one in two}) == {}
    assert run_again(two[:1], {"unit": Outcome(False, 1.0, each)})["unit"].passed


@pytest.mark.parametrize("said", ["INTERNALERROR", "collected 0 items"])
def test_what_pytest_cannot_name_is_not_tried_again(said: str) -> None:
    trying = of_pytest("", "passed", 0)

    assert run_again([trying], {"unit": Outcome(False, 1.0, said)}) == {}


def test_part_without_a_second_command_has_one_try() -> None:
    types = part("types", "FAILED x", 1)

    assert run_again([types], {"types": run(types)}) == {}


MARK = """
import sys, time
from pathlib import Path
own, *others = map(Path, sys.argv[1:])
end = time.monotonic() + 60
while not all(other.exists() for other in others):
    if time.monotonic() > end:
        sys.exit(1)
    time.sleep(0.01)
own.touch()
"""


def test_next_list_begins_as_soon_as_one_of_two_is_done(tmp_path: Path) -> None:
    marks = {name: tmp_path / name for name in ("long", "short", "next")}

    def goes(name: str, after: str = "") -> tuple[Part]:
        given = [str(marks[one]) for one in (name, after) if one]
        return (Part(name, ((sys.executable, "-c", MARK, *given),)),)

    done = run_beside([goes("long", after="next"), goes("short"), goes("next", after="short")])

    assert all(outcome.passed for outcome in done.values())
    assert list(done) == ["long", "short", "next"]


def test_what_wants_the_platform_for_itself_begins_last() -> None:
    begun = [part.name for parts in AFTER["all"][-1] for part in parts]
    assert begun[-1] == "alone"
    assert set(begun[:-1]) == {"deploys", "resilience", "browser", "journeys"}


def test_slowest_tests_of_each_part_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.checks.__main__.RESULTS", tmp_path)
    cases = "".join(
        f'<testcase classname="tests.a" name="test_{n}[{n}]" time="{n}.25" />' for n in range(30)
    )
    (tmp_path / "unit.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")

    first, *named = slowest([part_of("unit"), part_of("functions"), Part("types", ())])

    assert first == "unit, slowest:"
    assert named[0] == "    29.2 s  tests.a::test_29[29]"
    assert len(named) == SLOWEST


def test_every_part_that_runs_pytest_gives_one_more_try() -> None:
    steps = [*AFTER["all"], *AFTER["long"]]
    parts = [part for step in steps for one in step for part in one]
    runs = [part for part in parts if any("bin/pytest" in word for word in part.commands[0])]
    assert len(runs) > 6
    assert all("--last-failed" in part.again for part in runs)
