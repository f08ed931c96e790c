"""A name server of the tests' own: the real Knot, on a port that nobody else has."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from infra.local.dns.records import NameServer
from infra.local.dns.zone import Files, own_key
from infra.local.platform.layout import DNS_ADDRESS, ROOT
from tests.local.serving import until
from tests.ports import free_port


@dataclass
class Rig:
    """A name server that is started, ended and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def options(self) -> list[str]:
        return ["--state", str(self.folder), "--port", str(self.port)]

    @property
    def server(self) -> NameServer:
        return NameServer(DNS_ADDRESS, self.port, own_key(Files(self.folder)))

    def start(self) -> None:
        command = [sys.executable, "-m", "infra.local.dns", *self.options, "serve"]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        until(self.server.answers)

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(10)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "infra.local.dns", *self.options, *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path / "dns")
    made.start()
    yield made
    made.stop()
