"""What is told of vulnerabilities, with the real tools before a server that knows advisories."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from infra.packaging.template import ROOT

pytestmark = pytest.mark.timeout(240)

Json = dict[str, Any]
OF_PYTHON = {
    "id": "GHSA-of-python",
    "summary": "Reads too far",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"name": "boto3", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0.0"}]},
            ],
        }
    ],
}
OF_NODE = {
    "id": 1,
    "url": "https://advisories.example/GHSA-of-node",
    "title": "Runs too long",
    "severity": "high",
    "vulnerable_versions": "<99.0.0",
    "cwe": [],
    "cvss": {"score": 7.5, "vectorString": None},
}


class Advisories(ThreadingHTTPServer):
    """Answers as OSV and as npm's registry do, of the packages that it has been told of."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.python: dict[str, Json] = {}
        self.node: dict[str, Json] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Asked(BaseHTTPRequestHandler):
    """One question."""

    server: Advisories

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        asked = json.loads(body)
        if self.path == "/v1/query":
            known = self.server.python.get(asked["package"]["name"])
            self.answer({"vulns": [known]} if known else {})
        else:
            self.answer(
                {name: [self.server.node[name]] for name in asked.keys() & self.server.node}
            )

    def do_GET(self) -> None:
        self.send_error(404)

    def answer(self, said: Json) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def advisories() -> Iterator[Advisories]:
    with Advisories() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def told(url: str, **more: str) -> tuple[int, str]:
    """The status and the words of the check when advisories are asked for there."""
    env = {
        "PIP_AUDIT_VULNERABILITY_SERVICE": "osv",
        "PIP_AUDIT_OSV_URL": f"{url}/v1/query",
        "npm_config_registry": url,
        "npm_config_fetch_retries": "0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.checks.advisories"],
        cwd=ROOT,
        env={**os.environ, **env, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_no_finding_passes(advisories: Advisories) -> None:
    status, said = told(advisories.url, ADVISORIES="required")

    assert status == 0
    assert said.count("no known vulnerability") == 3
    assert said.endswith("0 findings in 3 locks\n")


def test_finding_fails_and_is_told(advisories: Advisories) -> None:
    advisories.python["boto3"] = OF_PYTHON
    advisories.node["react"] = OF_NODE

    status, said = told(advisories.url)

    assert status == 1
    assert "requirements.lock: GHSA-of-python: boto3" in said
    assert "web/package-lock.json: GHSA-of-node: react <99.0.0: Runs too long" in said
    assert "checks/package-lock.json" in said
    assert said.endswith("2 findings in 3 locks\n")


@pytest.mark.parametrize(("required", "expected"), [("", 0), ("required", 1)])
def test_nobody_to_ask_is_told_and_fails_where_it_is_required(required: str, expected: int) -> None:
    with Advisories() as nobody:
        closed = nobody.url

    status, said = told(closed, ADVISORIES=required)

    assert status == expected
    assert said.count("not asked: ") == 4
    assert "0 findings in 3 locks, not asked: requirements.lock, web/package-lock.json" in said
