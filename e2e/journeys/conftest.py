"""A browser for every journey; what it saw is kept when the journey fails."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from e2e.pages.account import Person
from infra.local.journey.client import Json
from infra.local.platform.layout import ROOT

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # it runs as root, in a machine of its own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
]
KEPT = ROOT / "build/test-results/journeys"
PATIENCE = 60_000
"""Milliseconds that a page may take to show something: a function's first call loads its code."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(
    browser: Browser, platform: Json, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=platform["urls"]["web"], viewport={"width": 1280, "height": 900}
    )
    opened.set_default_timeout(PATIENCE)
    opened.tracing.start(screenshots=True, snapshots=True)
    yield opened
    if request.node.stash.get(FAILED, False):
        _keep(opened, KEPT / re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.name))
    else:
        opened.tracing.stop()
    opened.close()


def _keep(context: BrowserContext, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"page-{number}.png", full_page=True)
    context.tracing.stop(path=folder / "trace.zip")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody new, who has no account yet."""
    return Person(page, f"journey-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
