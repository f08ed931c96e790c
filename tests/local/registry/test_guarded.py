"""The local registry that wants a login: who is let in, and that nothing can be put there."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.packaging.template import ROOT
from tests.ports import free_port

LOGIN = ("ann", "password-of-this-test")


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[str]:
    """The address of one on loopback, over a folder without images."""
    bind = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "infra.local.registry.guarded", "--bind", bind]
    command += ["--images", str(tmp_path / "images"), "--state", str(tmp_path)]
    environment = os.environ | {"REGISTRY_PASSWORD": LOGIN[1]}
    process = subprocess.Popen(
        [*command, "--username", LOGIN[0]], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    url = f"http://{bind}/v2/"
    _until_answered(url)
    yield url
    process.terminate()
    process.wait(20)


def _until_answered(url: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


def test_who_has_the_login_is_let_in_and_nobody_else(registry: str) -> None:
    logins = [None, (LOGIN[0], "guessed"), LOGIN]

    statuses = [httpx.get(registry, auth=one, trust_env=False).status_code for one in logins]

    assert statuses == [401, 401, 200]


def test_nothing_is_put_there(registry: str) -> None:
    url = f"{registry}any/blobs/uploads/"

    refused = httpx.post(url, auth=LOGIN, trust_env=False)

    assert refused.status_code == 405
