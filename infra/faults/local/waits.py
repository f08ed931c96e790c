"""Shorter waits for the time of a run: what a step waits for minutes, it waits for a minute."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.bench.run import Run
from infra.faults.cells import declared_steps
from infra.local.platform.layout import INSTALLATION

STEP_SECONDS = 75
LAG_SECONDS = 4
UPDATE_SECONDS = 180.0


@contextmanager
def short_waits(run: Run) -> Iterator[None]:
    """Have the installation's steps wait less, and as before afterwards."""
    stack = run.aws("cloudformation")
    before = {p["ParameterKey"]: p["ParameterValue"] for p in _described(stack)["Parameters"]}
    waiting = [name for name, step in declared_steps().items() if step.within > STEP_SECONDS]
    short = {
        "StepSeconds": " ".join(f"{name}={STEP_SECONDS}" for name in sorted(waiting)),
        "ProviderLag": str(LAG_SECONDS),
    }
    _update(stack, {**before, **short})
    try:
        yield
    finally:
        _update(stack, before)


def _update(stack: Any, parameters: dict[str, str]) -> None:
    stack.update_stack(
        StackName=INSTALLATION,
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
    )
    end = time.monotonic() + UPDATE_SECONDS
    while not _described(stack)["StackStatus"].endswith("_COMPLETE"):
        if time.monotonic() > end:
            raise TimeoutError("The stack was not updated.")
        time.sleep(0.3)


def _described(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.describe_stacks(StackName=INSTALLATION)["Stacks"][0]
    return found
