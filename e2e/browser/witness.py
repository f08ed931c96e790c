"""What pages asked for and what became of it, told where a test fails.

A heading that did not come says nothing of why: a request without an answer does, or one that the
gateway gave up, or a script that could not be fetched.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

TITLE = "what the pages asked for"
MARK = "page: "
"""Begins each line, so that it is found in a report."""
SLOW_SECONDS = 10.0
BAD = 500
MOST = 8
"""Lines of each kind; the last ones count."""


@dataclass
class Witness:
    """Watches the pages of one browser context."""

    _begun: dict[Request, float] = field(default_factory=dict)
    _noted: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Note from now on what the context's pages ask for."""
        context.on("request", self._ask)
        context.on("response", self._answer)
        context.on("requestfinished", self._end)
        context.on("requestfailed", self._fail)
        context.on("console", self._hear)

    def lines(self) -> list[str]:
        """What has no answer yet, then what went wrong or took long."""
        now = time.monotonic()
        open_ones = [
            f"{MARK}no answer to {_name(request)} after {now - begun:.1f} s"
            for request, begun in self._begun.items()
        ]
        return open_ones[-MOST:] + self._noted[-MOST:]

    def _ask(self, request: Request) -> None:
        self._begun[request] = time.monotonic()

    def _answer(self, response: Response) -> None:
        if response.status >= BAD:
            took = self._seconds(response.request)
            name = _name(response.request)
            self._noted.append(f"{MARK}{response.status} to {name} after {took:.1f} s")

    def _end(self, request: Request) -> None:
        took = self._seconds(request)
        self._begun.pop(request, None)
        if took >= SLOW_SECONDS:
            self._noted.append(f"{MARK}{_name(request)} took {took:.1f} s")

    def _fail(self, request: Request) -> None:
        took = self._seconds(request)
        self._begun.pop(request, None)
        why = request.failure or "failed"
        if why != "net::ERR_ABORTED":  # a page that was left, or a read that nobody wants any more
            self._noted.append(f"{MARK}{_name(request)}: {why} after {took:.1f} s")

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._noted.append(f"{MARK}said {message.text[:200]}")

    def _seconds(self, request: Request) -> float:
        return time.monotonic() - self._begun.get(request, time.monotonic())


def _name(request: Request) -> str:
    """A request without what may be secret: its query is left out."""
    return f"{request.method} {urlsplit(request.url).path}"
