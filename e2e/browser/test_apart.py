"""A change of the machine's network ends no request of the browser."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

AT_ONCE = 6
"""Connections that Chromium makes to one host; a change ends the requests that wait for one."""
ASK = """many => {
  const ask = (_, n) => fetch(`/${n}`).then(answer => answer.text());
  globalThis.asked = Promise.allSettled(Array.from({ length: many }, ask));
}"""
ANSWERED = "() => globalThis.asked.then(all => all.map(one => one.value ?? String(one.reason)))"


class Slow(BaseHTTPRequestHandler):
    """Answers `/` at once, and all else when it may."""

    held = threading.Semaphore(0)
    may = threading.Event()

    def do_GET(self) -> None:
        if self.path != "/":
            self.held.release()
            self.may.wait(60)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def slow() -> Iterator[str]:
    """The address of a server whose answers are held back."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://app.localhost:{server.server_port}"
        server.shutdown()


def test_requests_outlive_a_change_of_the_network(browser: Browser, slow: str) -> None:
    page = browser.new_page()
    page.goto(slow)
    page.evaluate(ASK, 2 * AT_ONCE)
    for _ in range(AT_ONCE):
        assert Slow.held.acquire(timeout=60)

    _change_the_network()
    Slow.may.set()

    assert page.evaluate(ANSWERED) == ["ok"] * 2 * AT_ONCE
    page.close()


def _change_the_network() -> None:
    """Have an interface come with an address, and go."""
    for command in (
        "link add name hoster-come type veth peer name hoster-go",
        "address add 192.0.2.77/32 dev hoster-come",
        "link set hoster-go up",
        "link set hoster-come up",
        "link delete hoster-come",
    ):
        subprocess.run(["ip", *command.split()], check=True)
