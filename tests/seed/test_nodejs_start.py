"""What the Node.js template starts with: an archive fetched, unpacked, installed and become."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from infra.seed.folder import FOLDER

START = FOLDER / "nodejs-application/files/start.js"
PACKAGE = json.dumps({"name": "app", "scripts": {"start": "node said.js"}})
SAID = "console.log(`in ${process.cwd()}`); process.exitCode = 7;"


@contextmanager
def offered(folder: Path) -> Iterator[str]:
    """A folder's files over HTTP, on loopback."""
    handler = partial(SimpleHTTPRequestHandler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def started(tmp_path: Path, address: str) -> subprocess.CompletedProcess[str]:
    """Start in an empty folder and wait for the end."""
    app = tmp_path / "app"
    app.mkdir()
    env = {**os.environ, "APP_ARCHIVE_URL": address, "TMPDIR": str(tmp_path), "HOME": str(tmp_path)}
    env |= {"npm_config_update_notifier": "false", "npm_config_offline": "true"}
    command = ["node", str(START)]
    return subprocess.run(
        command, cwd=app, env=env, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("wrapped", ["", "./", "release-1.0/", "./release-1.0/"])
def test_application_is_installed_and_ends_as_it_ends(tmp_path: Path, wrapped: str) -> None:
    with tarfile.open(tmp_path / "app.tar.gz", "w:gz") as archive:
        for name, text in {"package.json": PACKAGE, "said.js": SAID}.items():
            entry = tarfile.TarInfo(wrapped + name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))

    with offered(tmp_path) as url:
        done = started(tmp_path, f"{url}/app.tar.gz")

    assert done.returncode == 7, done.stderr
    assert f"in {tmp_path / 'app'}" in done.stdout


def test_archive_that_is_not_there_is_told(tmp_path: Path) -> None:
    with offered(tmp_path) as url:
        done = started(tmp_path, f"{url}/none.tar.gz")

    assert (done.returncode, done.stderr) == (1, "The archive answered 404.\n")
