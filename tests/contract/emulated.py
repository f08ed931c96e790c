"""The local AWS as a process of its own, with the product's tables and key in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import httpx

from infra.packaging.template import ROOT
from tests.ports import free_port
from tests.world import make_tables

AWS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}
DEADLINE_SECONDS = 60


@contextmanager
def local_aws(folder: Path, *, tables: bool = True, **more: str) -> Iterator[str]:
    """Start an emulator that forgets everything at its end; yields its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        **AWS,
        "AWS_ENDPOINT_URL": address,
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "STATE_DIR": str(folder / "aws"),
        "S3_DATA_DIR": str(folder / "s3"),
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
        **more,
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.cloud.emulator"],
            env={**os.environ, **settings},
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=folder,
            start_new_session=True,
        )
    try:
        _await(f"{address}/_ministack/health", process)
        with mock.patch.dict(os.environ, {**AWS, "AWS_ENDPOINT_URL": address}):
            if tables:
                make_tables()
            yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the emulator ended"
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("the emulator does not answer")
