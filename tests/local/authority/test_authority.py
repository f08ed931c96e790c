"""The local certificate authority: the real Pebble, and what its restart keeps."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from infra.local.authority.endpoint import Files
from infra.local.authority.pebble import Authority
from infra.local.platform.layout import ROOT
from tests.local.serving import until
from tests.ports import free_port


def start(authority: Authority) -> subprocess.Popen[bytes]:
    options = {
        "--state": authority.files.folder,
        "--port": authority.port,
        "--management-port": authority.management_port,
        "--challenge-port": 9091,
        "--name-server": "127.0.53.53:53",
    }
    words = [str(word) for option in options.items() for word in option]
    with (authority.files.folder.parent / "log").open("ab") as log:
        command = [sys.executable, "-m", "infra.local.authority", *words]
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    until(lambda: authority.files.root.exists() and authority.answers())
    return process


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Authority]:
    made = Authority(Files(tmp_path / "authority"), free_port(), free_port())
    process = start(made)
    yield made
    process.terminate()
    process.wait(10)


def test_it_is_strict_and_refuses_some_good_nonces(authority: Authority) -> None:
    said = (authority.files.folder.parent / "log").read_text()

    assert "Configured to reject 10% of good nonces" in said
    assert "Setting maximum random VA sleep time to 2 seconds" in said
    assert "-strict" in authority.command("127.0.53.53:53")


def test_restart_keeps_the_endpoint_and_every_root(tmp_path: Path) -> None:
    made = Authority(Files(tmp_path / "authority"), free_port(), free_port())
    endpoints, roots = set(), set()
    for _ in range(2):
        process = start(made)
        made.keep_root()
        made.keep_root()
        endpoints.add(made.files.certificate.read_bytes())
        roots.add(x509.load_pem_x509_certificate(made.root().encode()))
        process.terminate()
        process.wait(10)

    assert len(endpoints) == 1
    assert len(roots) == 2
    assert set(x509.load_pem_x509_certificates(made.files.roots.read_bytes())) == roots


def test_keys_are_read_by_their_owner_alone(authority: Authority) -> None:
    assert authority.files.key.stat().st_mode & 0o777 == 0o600
