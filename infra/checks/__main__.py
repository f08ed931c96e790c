"""`make check`, `make test`, `make test-all`: run the parts, print what failed, end with JSON."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from infra.packaging import stacks

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MACHINES = ROOT / "statemachines"
RESULTS = ROOT / "build/test-results"
SHOWN = 12_000
"""Characters of a failed part's output that are shown where it failed."""
REASONS = 30
"""Lines that tell at the end why a part failed, each of at most `REASON` characters."""
REASON = 300
SLOWEST = 10
"""How many of a part's tests are named with what they took."""
ALLOWED = 10
"""Tests that may need their one more try in one run of the gate; more of them fail it."""
CACHE = ROOT / "build/test-cache"
"""Where each part remembers which of its tests failed."""


@dataclass(frozen=True)
class Part:
    """One part: its commands run in order and all must end with zero."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    env: tuple[tuple[str, str], ...] = ()
    again: tuple[str, ...] = ()
    """The command that tries once more what failed; without it the part has one try."""


def python(*arguments: str) -> tuple[str, ...]:
    """A command of the virtual environment."""
    return (str(BIN / arguments[0]), *arguments[1:])


def pytest(
    name: str,
    *arguments: str,
    env: tuple[tuple[str, str], ...] = (),
    behind: tuple[str, ...] = (),
) -> Part:
    """A part that runs pytest; of logs it shows warnings, once.

    Its results are in JUnit's form, those of one more try in a file of their own.
    """
    common = ("pytest", "-q", "--show-capture=log", "-o", f"cache_dir={CACHE / name}", *arguments)
    first = (*behind, *python(*common, "--cache-clear", f"--junitxml={RESULTS / name}.xml"))
    again = python(*common, *FAILED_ONLY, f"--junitxml={RESULTS / name}-again.xml")
    return Part(name, (first,), env=env, again=again)


FAILED_ONLY = ("--last-failed", "--last-failed-no-failures=none")
"""A test that fails has one more try: once all parts are done, when nothing runs beside it."""


CORES = 2
"""What the machine of the gate has."""

LANES = 2
"""Lists of parts that run side by side; the next one begins as soon as one is done."""

AT_ONCE = ("-n", str(CORES))
"""These parts are all computing."""

BY_GROUP = (*AT_ONCE, "--dist", "loadgroup")
"""What shares something dear stays in one process: `tests/conftest.py` says what."""

BY_FILE = (*AT_ONCE, "--dist", "loadfile")
"""A file's tests share what the first of them made; the files with the most tests start first."""

APART = ("functions", "statemachines", "contract")
"""Folders of `tests/` that are parts of their own."""

NESTED = (stacks.file_of(name) for name in (*stacks.NESTED, *stacks.WHOLE))
TEMPLATES = ("build/template.yaml", *(f"build/{file}" for file in NESTED))

CHECKOV = ROOT / ".venv/checkov/bin/python"
"""The environment of what checks how safe the templates are."""

PYTHON = (
    Part("format", (python("ruff", "format", "--check", "."),)),
    Part("lint", (python("ruff", "check", "."),)),
    Part("types", (python("mypy"),)),
    Part(
        "template",
        (
            (sys.executable, "-m", "infra.packaging.build"),
            (sys.executable, "-m", "infra.packaging.materials"),
            python("cfn-lint", *TEMPLATES),
            (str(CHECKOV), "-m", "infra.checks.policies", *TEMPLATES),
        ),
    ),
)
"""Static parts of the product and its template; what they write is in `build/`."""

BESIDES = (
    Part("web lint", (("npm", "run", "lint", "--silent"),), ROOT / "web"),
    Part("web types", (("npm", "run", "typecheck", "--silent"),), ROOT / "web"),
    Part("imports", (python("lint-imports"),)),
    Part("advisories", ((sys.executable, "-m", "infra.checks.advisories"),)),
    Part(
        "machines",
        (
            (
                str(ROOT / "infra/checks/node_modules/.bin/asl-validator"),
                "--no-arn-check",
                *(f"--json-path={path}" for path in sorted(MACHINES.glob("*.asl.json"))),
            ),
        ),
    ),
)
"""Static parts that run on the other core; what they write is in `web/src`."""
UNIT = (pytest("unit", "tests", *(f"--ignore=tests/{name}" for name in APART), *BY_GROUP),)
EXECUTIONS = (pytest("executions", "tests/statemachines", *AT_ONCE),)

BEHIND = ("nice", "-n", "19")
"""Before a part that gets what others leave: none of its tests promises anything in seconds."""

CONTRACT = (pytest("contract", "tests/contract", *BY_GROUP),)
MEANWHILE = (
    Part("web", (("npm", "test", "--silent"),), ROOT / "web"),
    pytest("functions", "tests/functions", *BY_FILE, behind=BEHIND),
)
"""Contract waits for servers and containers more than it computes: these run beside it."""

PATIENT = ("-o", "faulthandler_timeout=1800")
"""A wait for others is no hang: pytest tells after half an hour only where a test stands."""
OTHERS = ("e2e", "--ignore=e2e/deploys", "--ignore=e2e/browser")
END_TO_END = (
    (pytest("deploys", "e2e/deploys"),),
    (pytest("resilience", *OTHERS, "--ignore=e2e/journeys", "-m", "not alone"),),
    (pytest("browser", "e2e/browser", *BY_FILE),),
    (pytest("journeys", *OTHERS, "--ignore=e2e/resilience", "-m", "not alone"),),
    (pytest("alone", *OTHERS, "-m", "alone", *PATIENT),),
)
"""Each begins as soon as a lane is free, the longest first: they wait more than compute.

The last are journeys that wait until all others are done with the platform.
"""

LONG = (
    pytest("requests", "tests/functions/test_any_request.py", env=(("REQUESTS", "20000"),)),
    Part("faults", ((sys.executable, "-m", "infra.faults"),)),
    Part("benches", ((sys.executable, "-m", "infra.bench"),)),
)

RUNNING = ((UNIT,), (CONTRACT, MEANWHILE), (EXECUTIONS,), END_TO_END)

AFTER: dict[str, tuple[tuple[tuple[Part, ...], ...], ...]] = {
    "static": (),
    "all": RUNNING,
    "long": (*RUNNING, (LONG,)),
}
"""What runs after the static parts, step by step; two lists of one step run side by side."""


@dataclass(frozen=True)
class Outcome:
    """How a part went."""

    passed: bool
    seconds: float
    said: str
    retried: tuple[str, ...] = ()
    """What failed at first and had one more try, in short."""

    @property
    def failed(self) -> list[str]:
        """The lines of pytest's own summary that name a test and why it failed."""
        lines = self.said.splitlines()
        return [line[:REASON] for line in lines if line.startswith(("FAILED ", "ERROR "))]

    @property
    def reasons(self) -> list[str]:
        """What failed, in short: pytest's own summary, else the last lines."""
        last = [line[:REASON] for line in self.said.splitlines()[-REASONS:]]
        return self.failed[:REASONS] or last


def run(part: Part) -> Outcome:
    """Run one part; its output is shown when it fails, and its last line when it passes."""
    start = time.monotonic()
    for command in part.commands:
        done = subprocess.run(
            command,
            cwd=part.folder,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "CI": os.environ.get("CI", "true"), **dict(part.env)},
        )
        said = (done.stdout + done.stderr).strip()
        if done.returncode:
            break
    outcome = Outcome(not done.returncode, round(time.monotonic() - start, 1), said)
    mark, last = ("✓", said.splitlines()[-1:]) if outcome.passed else ("✗", [])
    print(f"{mark} {part.name:<10} {outcome.seconds:6.1f} s  {''.join(last)}", flush=True)
    if not outcome.passed:
        print(f"{said[-SHOWN:]}\n", flush=True)
    return outcome


def slowest(parts: Iterable[Part]) -> list[str]:
    """Name each part's tests that took longest, with all that was made for them."""
    lines = []
    for part in parts:
        written = RESULTS / f"{part.name}.xml"
        if part.again and written.exists():
            cases = ElementTree.parse(written).iter("testcase")  # noqa: S314 - pytest wrote it
            took = sorted(((float(one.get("time", 0)), one) for one in cases), key=_longest)
            lines += [f"{part.name}, slowest:"]
            lines += [
                f"{seconds:8.1f} s  {one.get('classname')}::{one.get('name')}"[:REASON]
                for seconds, one in took[:SLOWEST]
            ]
    return lines


def _longest(timed: tuple[float, Any]) -> float:
    return -timed[0]


def run_again(parts: Iterable[Part], outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Give what failed its one more try, part by part; returns how those parts went in the end.

    Where more than `ALLOWED` tests failed, or where pytest cannot name what did, nothing is tried
    again: something is broken.
    """
    failed = [part for part in parts if part.name in outcomes and not outcomes[part.name].passed]
    named = {part.name: outcomes[part.name].failed for part in failed if part.again}
    if sum(len(lines) for lines in named.values()) > ALLOWED:
        return {}
    ended: dict[str, Outcome] = {}
    for part in failed:
        lines, first = named.get(part.name), outcomes[part.name]
        if lines:
            print(f"↻ {part.name}: {len(lines)} of its tests once more", flush=True)
            then = run(replace(part, commands=(part.again,)))
            seconds = round(first.seconds + then.seconds, 1)
            ended[part.name] = replace(then, seconds=seconds, retried=tuple(lines))
    return ended


def run_beside(lists: Sequence[Iterable[Part]]) -> dict[str, Outcome]:
    """Run lists of parts in two lanes, in their order; returns how each part went."""
    with ThreadPoolExecutor(LANES) as pool:
        return {name: out for done in pool.map(run_all, lists) for name, out in done.items()}


def run_all(parts: Iterable[Part]) -> dict[str, Outcome]:
    """Run parts one after the other; returns how each went."""
    return {part.name: run(part) for part in parts}


def tell(outcomes: dict[str, Outcome], seconds: float) -> bool:
    """Say what was retried or failed, last and in short, then JSON: a log may be cut above that.

    Returns whether the gate is passed: no part failed. A test that needed its one more try is a
    defect to look at, so that it is told although it passed.
    """
    retried = [line for outcome in outcomes.values() for line in outcome.retried]
    print("\n".join(f"↻ {line}" for line in retried), end="\n" if retried else "")
    failed = {name: outcome for name, outcome in outcomes.items() if not outcome.passed}
    for name, outcome in failed.items():
        print("\n".join([f"✗ {name}", *outcome.reasons]))
    summary = {
        "ok": not failed,
        "parts": {name: outcome.passed for name, outcome in outcomes.items()},
        "retried": len(retried),
        "took": {name: outcome.seconds for name, outcome in outcomes.items()},
        "seconds": round(seconds, 1),
    }
    print(f"parts: {len(outcomes) - len(failed)} passed, {len(failed)} failed")
    print(f"TEST {json.dumps(summary)}")
    return not failed


def main() -> int:
    """Run the chosen parts, all of them even after a failure, and say how it went.

    The static parts share the machine's two cores, and so do contract and what runs meanwhile, and
    all that run end to end; each of the others has it to itself. What failed is tried once more at
    the end, when it has the machine to itself, too.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=list(AFTER))
    given = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    outcomes: dict[str, Outcome] = {}
    steps = ((PYTHON, BESIDES), *AFTER[given.which])
    parts = [part for step in steps for one in step for part in one]
    for part in parts:
        (RESULTS / f"{part.name}.xml").unlink(missing_ok=True)
    for step in steps:
        outcomes |= run_beside(step)
    outcomes |= run_again(parts, outcomes)
    print("\n".join(slowest(parts)), flush=True)
    return 0 if tell(outcomes, time.monotonic() - start) else 1


if __name__ == "__main__":
    sys.exit(main())
