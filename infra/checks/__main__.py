"""`make check`, `make test`, `make test-all`: run the parts, print what failed, end with JSON."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MACHINES = ROOT / "statemachines"
RESULTS = ROOT / "build/test-results"


@dataclass(frozen=True)
class Part:
    """One part: its commands run in order and all must end with zero."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    folder: Path = ROOT
    env: tuple[tuple[str, str], ...] = ()


def python(*arguments: str) -> tuple[str, ...]:
    """A command of the virtual environment."""
    return (str(BIN / arguments[0]), *arguments[1:])


def pytest(part: str, *arguments: str) -> tuple[str, ...]:
    """A run of pytest with its results in JUnit's form."""
    return python("pytest", "-q", f"--junitxml={RESULTS / part}.xml", *arguments)


AT_ONCE = ("-n", "2")
"""Two processes: these parts are all computing, and the machine of the gate has two cores."""

APART = ("functions", "statemachines", "contract")
"""Folders of `tests/` that are parts of their own."""

STATIC = (
    Part("format", (python("ruff", "format", "--check", "."),)),
    Part("lint", (python("ruff", "check", "."),)),
    Part("types", (python("mypy"),)),
    Part("imports", (python("lint-imports"),)),
    Part("web lint", (("npm", "run", "lint", "--silent"),), ROOT / "web"),
    Part("web types", (("npm", "run", "typecheck", "--silent"),), ROOT / "web"),
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
    Part(
        "template",
        (
            (sys.executable, "-m", "infra.packaging.build"),
            python("cfn-lint", "build/template.yaml"),
        ),
    ),
)
TESTS = (
    # A process each: what one has used up does not slow the next.
    Part("unit", (pytest("unit", "tests", *(f"--ignore=tests/{name}" for name in APART)),)),
    Part("functions", (pytest("functions", "tests/functions", *AT_ONCE),)),
    Part("executions", (pytest("executions", "tests/statemachines", *AT_ONCE),)),
    Part("web", (("npm", "test", "--silent"),), ROOT / "web"),
    Part("contract", (pytest("contract", "tests/contract"),)),
    # A journey has one more try, and the closing line tells of it: a rerun is a defect to look at.
    Part(
        "journeys",
        (
            pytest(
                "journeys",
                *("e2e", "--ignore=e2e/deploys", "--reruns", "1", "--rerun-show-tracebacks"),
            ),
        ),
    ),
    Part("deploys", (pytest("deploys", "e2e/deploys"),)),
)

LONG = (
    Part(
        "requests",
        (pytest("requests", "tests/functions/test_any_request.py"),),
        env=(("REQUESTS", "20000"),),
    ),
    Part("benches", ((sys.executable, "-m", "infra.bench"),)),
)

PARTS = {"static": STATIC, "all": STATIC + TESTS, "long": STATIC + TESTS + LONG}


def run(part: Part) -> bool:
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
            print(f"✗ {part.name}\n{said[-12000:]}\n", flush=True)
            return False
    seconds = time.monotonic() - start
    last = said.splitlines()[-1] if said else ""
    print(f"✓ {part.name:<10} {seconds:6.1f} s  {last}", flush=True)
    return True


def main() -> int:
    """Run the chosen parts, all of them even after a failure, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("which", choices=list(PARTS))
    given = parser.parse_args()
    RESULTS.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    parts = PARTS[given.which]
    outcomes = {part.name: run(part) for part in parts}
    ok = all(outcomes.values())
    summary = {"ok": ok, "parts": outcomes, "seconds": round(time.monotonic() - start, 1)}
    passed = sum(outcomes.values())
    print(f"parts: {passed} passed, {len(outcomes) - passed} failed")
    print(f"TEST {json.dumps(summary)}")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
