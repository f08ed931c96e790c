"""A browser, people who are signed in, and what they share: one server and one app a process.

What a test changes is its own; what it only reads is shared. Accounts, templates, servers and apps
are made by the API, and people are signed in by the token that the web app keeps.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from e2e.browser import provider
from e2e.browser.chromium import launched
from e2e.browser.members import RUN, Member, unique
from e2e.browser.witness import TITLE, Witness
from e2e.installation import elsewhere, has_local_parts
from e2e.pages.account import Person
from infra.local.journey.client import Json
from infra.local.platform import layout
from infra.local.platform.borrow import borrowed
from infra.local.platform.progress import Progress

KEPT = layout.ROOT / "build/test-results/browser"
PATIENCE = 45_000
"""Milliseconds that a page may take to show something: a function's first call loads its code."""

FAILED = pytest.StashKey[bool]()
WITNESSES = pytest.StashKey[list[Witness]]()
KEEPING = pytest.StashKey[tuple[Json, ExitStack]]()
Open = Callable[..., BrowserContext]
SignIn = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    told = [line for one in item.stash.get(WITNESSES, []) for line in one.lines()]
    if report.failed and told and isinstance(report.longrepr, ExceptionChainRepr):
        report.longrepr.addsection(TITLE, "\n".join(told))
    return report


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep the platform, once for all processes, until the look for leaked servers is done."""
    if hasattr(session.config, "workerinput") or session.config.option.collectonly:
        return
    held = ExitStack()
    platform = elsewhere() or held.enter_context(borrowed(Progress())).described
    session.stash[KEEPING] = (platform, held)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Destroy the servers that were left at the provider, and fail the run if there were any."""
    yield
    platform, held = session.stash.get(KEEPING, (None, ExitStack()))
    with held:
        left = provider.leaked(platform, RUN) if platform else []
        if left:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            names = ", ".join(droplet["name"] for droplet in left)
            reporter = session.config.pluginmanager.get_plugin("terminalreporter")
            reporter.write_line(f"ERROR servers were left at the provider: {names}", red=True)
            provider.destroy(platform, left)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, launched(playwright) as opened:
        yield opened


@pytest.fixture
def open_context(
    browser: Browser, platform: Json, request: pytest.FixtureRequest
) -> Iterator[Open]:
    """Opens a browser of its own, with options of Playwright; what it saw is kept on failure.

    An error that no code caught on any page fails the test.
    """
    opened: list[BrowserContext] = []
    uncaught: list[str] = []
    witnesses = request.node.stash[WITNESSES] = list[Witness]()

    def open_one(**options: Any) -> BrowserContext:
        given: dict[str, Any] = {
            "base_url": platform["urls"]["web"],
            "viewport": {"width": 1280, "height": 900},
            "permissions": ["clipboard-read", "clipboard-write"],
        }
        context = browser.new_context(**given | options)
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda told: uncaught.append(str(told.error)))
        context.tracing.start(snapshots=True)
        witnesses.append(Witness())
        witnesses[-1].watch(context)
        opened.append(context)
        return context

    yield open_one
    failed = request.node.stash.get(FAILED, False) or bool(uncaught)
    for number, context in enumerate(opened):
        if failed:
            name = re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.nodeid)
            _keep(context, KEPT / name / str(number))
        context.close()
    assert not uncaught, "Errors that no code caught:\n" + "\n".join(uncaught)


def _keep(context: BrowserContext, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"page-{number}.png", full_page=True)
    context.tracing.stop(path=folder / "trace.zip")


@pytest.fixture
def page(open_context: Open) -> Page:
    """A page of a visitor, who is not signed in."""
    return open_context().new_page()


@pytest.fixture
def sign_in(open_context: Open) -> SignIn:
    """Opens a page on which a member is signed in, in a browser of its own."""

    def signed_in(member: Member, **options: Any) -> Page:
        return open_context(storage_state=member.session, **options).new_page()

    return signed_in


@pytest.fixture
def person(page: Page) -> Person:
    """Somebody at the visitor's page, who has no account yet."""
    return Person(page, f"{unique()}@example.com", f"Aa1{secrets.token_urlsafe(16)}")


@pytest.fixture
def member(platform: Json) -> Member:
    """Somebody new on the smallest plan."""
    return Member(platform)


@pytest.fixture
def stranger(platform: Json) -> Member:
    """Somebody else who is new."""
    return Member(platform)


@pytest.fixture
def member_page(sign_in: SignIn, member: Member) -> Page:
    """A page on which `member` is signed in."""
    return sign_in(member)


@pytest.fixture(scope="session")
def operator(platform: Json) -> Member:
    """Whose server everybody's apps are on, and whose shared template and app it is."""
    somebody = Member(platform)
    somebody.move_to_plan("pro")
    return somebody


@pytest.fixture(scope="session")
def server(operator: Member) -> Iterator[Json]:
    """A server that is online and public: the resource of the node. Nothing happens to it."""
    ordered = operator.order_server(operator.credential()["id"])
    try:
        ended = operator.account.settled("cloud_provisions", ordered["id"], within=600)
        made = ended["attributes"]
        assert made["status"] == "ready", f"{made['current_step']}: {made['error_message']}"
        node = made["node_id"]
        operator.account.call("PATCH", f"/nodes/{node}", {"public": True}, "nodes")
        yield operator.account.get("nodes", node)
    finally:
        for app in operator.account.all("deployments"):
            operator.remove("deployments", app["id"])
        operator.remove("cloud_provisions", ordered["id"])


@pytest.fixture(scope="session")
def template(operator: Member) -> Json:
    """A published template of the operator's, to read and to deploy."""
    return operator.template()


@pytest.fixture(scope="session")
def app(operator: Member, server: Json, template: Json) -> Json:
    """An app of the operator's that runs, to look at only."""
    return operator.running(operator.app(template, server["id"]))


@pytest.fixture
def local(platform: Json) -> Json:
    """The platform, for what only the local cloud can be told to do."""
    if not has_local_parts(platform):
        pytest.skip("It needs the parts of the local cloud.")
    return platform
