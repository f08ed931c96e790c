"""Somebody else's S3 for tests, where servers reach it, and the way to a bucket of its."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from chalicelib.adapters.outside.pinned import Pinned
from chalicelib.adapters.vaults.customers import CustomersBucket, open_bucket
from chalicelib.ports.vaults import BucketAccess
from infra.local.bucket import names
from infra.local.bucket.files import BucketFiles
from infra.packaging.template import ROOT
from tests.contract.droplet import until
from tests.ports import free_port

NAME = "s3.example"
"""What customers call its host; only who is told its address finds it."""
SECRETS = {user: f"s3cret-of-the-{user}" for user in names.USERS}


@dataclass(frozen=True)
class Theirs:
    """Swift behind its TLS, on an address that is not loopback."""

    address: str
    port: int
    files: BucketFiles

    @property
    def endpoint(self) -> str:
        """What a customer gives as the endpoint."""
        return f"https://{NAME}:{self.port}"

    def access(self, user: str = names.OWNER, **changed: Any) -> BucketAccess:
        """A user's access to the bucket that is there."""
        given: dict[str, Any] = {
            "endpoint": self.endpoint,
            "region": names.REGION,
            "bucket": names.BUCKET,
            "prefix": "of/hoster",
            "key_id": names.access_key_id(user),
            "secret": SECRETS[user],
        }
        return BucketAccess(**{**given, **changed})

    def open(
        self,
        user: str = names.OWNER,
        addresses: Callable[[str], tuple[str, ...]] | None = None,
        refused: tuple[str, ...] = (),
        **changed: Any,
    ) -> CustomersBucket:
        """The bucket, as the product opens it."""
        known = addresses or (lambda host: (self.address,) if host == NAME else (host,))
        return open_bucket(self.access(user, **changed), Pinned(known, refused))

    def fault(self, call: str, fault: str, value: object = None, **more: object) -> None:
        """Have the next such call fail."""
        told = {"call": call, "fault": fault, "value": value, **more}
        self._local("POST", json=told).raise_for_status()

    def heal(self) -> None:
        """Forget all faults."""
        self._local("DELETE")

    def _local(self, method: str, **given: Any) -> httpx.Response:
        url = f"https://{self.address}:{self.port}/_local/faults"
        return httpx.request(method, url, verify=False, trust_env=False, **given)  # noqa: S501


@contextmanager
def theirs(address: str, folder: Path) -> Iterator[Theirs]:
    """Start it on an address; everything of it lies in a folder."""
    files = BucketFiles(folder / "tls")
    files.ensure(address, NAME)
    inside, port = free_port(), free_port(address)
    commands = (
        ("swift", "--port", str(inside), "--state", str(folder / "swift")),
        (
            "",
            *("--bind", f"{address}:{port}", "--upstream", f"http://127.0.0.1:{inside}"),
            *("--certificate", str(files.server)),
        ),
    )
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("wb"))
        for module, *arguments in commands:
            name = f"infra.local.bucket.{module}".rstrip(".")
            process = subprocess.Popen(
                [sys.executable, "-m", name, *arguments],
                env={**os.environ, "BUCKET_SECRETS": json.dumps(SECRETS), "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )
            stack.callback(process.wait)
            stack.callback(process.kill)
        until(lambda: _answers(f"https://{address}:{port}/healthcheck"), seconds=60)
        yield Theirs(address, port, files)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, verify=False, trust_env=False).status_code == 200  # noqa: S501
    except httpx.HTTPError:
        return False
