"""A run that leaves a server at the provider destroys it and fails."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys

import pytest

from e2e.browser import provider
from infra.local.journey.client import Json
from infra.local.platform.layout import ROOT

NOTHING_TO_DO = ["-k", "there_is_no_such_test", "e2e/browser/test_leaks.py"]


@pytest.mark.parametrize("prefix", provider.PREFIXES)
def test_a_run_that_leaves_a_server_destroys_it_and_fails(local: Json, prefix: str) -> None:
    run = secrets.token_hex(3)
    name = f"{prefix}{run}-left"
    provider.order(local, name)

    left, clean = finished(run), finished(run)

    assert (left.returncode, clean.returncode) == (
        pytest.ExitCode.TESTS_FAILED,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    )
    assert f"servers were left at the provider: {name}" in left.stdout
    assert not provider.leaked(local, run)


def finished(run: str) -> subprocess.CompletedProcess[str]:
    """A run of the suite, under its own name, in which there is nothing to do."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *NOTHING_TO_DO],
        cwd=ROOT,
        env={**os.environ, "HOSTER_E2E_RUN": run},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
