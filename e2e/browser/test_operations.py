"""Day two of an app: its log, its measures, restart, stop and start, and why a start failed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member, unique
from e2e.pages.app import App
from e2e.pages.manners import expect_accessible
from infra.local.journey.client import Json

SETTLED = 300_000
"""Milliseconds that work on a small app may take."""
MEASURED = 180_000
"""Milliseconds until an app that began to run has been measured: it is once a minute."""

TALKING = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
  worker:
    image: nginx:alpine
    command: [sh, -c, "echo 'ERROR: job 7 failed'; while true; do echo 'INFO: tick'; sleep 1; done"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""
BROKEN = """\
services:
  web:
    image: nginx:alpine
    ports: ["80"]
    command: ["sh", "-c", "echo 'FATAL: DB_PASSWORD is not set'; exit 3"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""


@pytest.fixture(scope="module")
def owner(platform: Json) -> Member:
    """Whose talking app is looked at and operated."""
    return Member(platform)


@pytest.fixture(scope="module")
def talking(owner: Member, server: Json) -> Iterator[Json]:
    """An app of two services of which one writes a line every second."""
    made = owner.app(owner.template(TALKING), server["id"])
    try:
        yield owner.running(made)
    finally:
        owner.remove("deployments", made["id"])


@pytest.fixture
def page(sign_in: SignIn, owner: Member) -> Page:
    """A page of the owner's."""
    return sign_in(owner)


def test_an_app_is_opened_from_the_list_and_tells_its_history(page: Page, talking: Json) -> None:
    name = talking["attributes"]["name"]
    page.goto("/deployments")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    App(page, name).tab("Events")
    expect(page).to_have_url(re.compile(r"/events$"))
    events = page.get_by_role("main").get_by_role("listitem")
    expect(events.filter(has_text=re.compile("^App created.*You, "))).to_be_visible()
    expect(events.filter(has_text=re.compile("^Running.*Hoster, "))).to_be_visible()


def test_each_service_tells_how_it_is_and_what_it_uses(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}")
    for service in ("web", "worker"):
        row = page.get_by_role("listitem").filter(has_text=re.compile(f"^{service}"))
        expect(row.get_by_text("Running")).to_be_visible()
        expect(row.get_by_text(re.compile(r"\d % CPU"))).to_be_visible()
        expect(row.get_by_text(re.compile(r"MB of 64 MB"))).to_be_visible()
    expect_accessible(page)


def test_the_head_tells_what_the_app_cost_this_month(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}")
    head = page.get_by_role("region", name=talking["attributes"]["name"])
    expect(head.get_by_text(re.compile(r"^\$\d+\.\d\d this month so far$"))).to_be_visible()


def test_new_lines_of_the_log_appear_while_it_is_followed(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}/logs")
    status = page.get_by_role("region", name="Log").get_by_text(re.compile(r"[\d,]+ lines"))
    expect(status).to_be_visible()
    before = _lines(status.inner_text())
    expect(status).not_to_have_text(re.compile(rf"^{before:,} lines"))
    assert _lines(status.inner_text()) > before
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_text("Paused.", exact=False)).to_be_visible()
    expect_accessible(page)


def _lines(told: str) -> int:
    found = re.match(r"([\d,]+) lines", told)
    assert found, told
    return int(found[1].replace(",", ""))


def test_the_log_is_narrowed_by_words_level_and_service_in_the_url(
    page: Page, talking: Json
) -> None:
    page.goto(f"/deployments/{talking['id']}/logs")
    log = page.get_by_role("log", name="Lines of the log")
    expect(log.get_by_text("INFO: tick").first).to_be_visible()
    page.get_by_label("Level").select_option("error")
    expect(log.get_by_text("ERROR: job 7 failed")).to_be_visible()
    expect(log.get_by_text("INFO: tick")).to_have_count(0)
    page.get_by_label("Service").select_option("web")
    expect(page.get_by_text("No line that was read matches.", exact=False)).to_be_visible()
    page.get_by_label("Service").select_option("worker")
    page.get_by_role("searchbox", name="Search the log").fill("job 7")
    expect(log.locator("mark")).to_have_text("job 7")
    page.reload()
    expect(page.get_by_role("searchbox", name="Search the log")).to_have_value("job 7")
    expect(log.locator("mark")).to_have_text("job 7")


def test_the_log_is_downloaded(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}/logs")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename.endswith(".gz")


def test_metrics_are_drawn_and_told_as_a_table_over_a_range(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}/metrics")
    memory = page.get_by_role("img", name=re.compile(r"^Memory: Used now \d"))
    expect(memory).to_be_visible(timeout=MEASURED)
    page.get_by_role("button", name="Memory as a table").click()
    table = page.get_by_role("table", name="Memory")
    expect(table.get_by_role("columnheader", name="Limit")).to_be_visible()
    expect(table.get_by_role("cell", name="128 MB").first).to_be_visible()
    page.get_by_label("Range").select_option("24h")
    expect(page).to_have_url(re.compile(r"range=24h"))
    expect(memory.or_(table)).to_be_visible()
    expect_accessible(page)


def test_an_app_is_restarted_stopped_and_started_again(page: Page, talking: Json) -> None:
    page.goto(f"/deployments/{talking['id']}")
    app = App(page, talking["attributes"]["name"])
    app.head.get_by_role("button", name="Restart app").click()
    expect(app.timeline.get_by_role("heading")).to_have_text(
        re.compile("^Restarted in"), timeout=SETTLED
    )
    app.stop()
    expect(page.get_by_text("This app is stopped.", exact=False)).to_be_visible()
    app.tab("Logs")
    expect(page.get_by_text("The app does not run: nothing comes.")).to_be_visible()
    log = page.get_by_role("log", name="Lines of the log")
    expect(log.get_by_text("INFO: tick").first).to_be_visible()
    app.tab("Overview")
    app.start()
    expect(app.head.get_by_role("link", name="Open app")).to_be_visible()
    app.tab("Events")
    expect(page.get_by_text("Stopped", exact=True)).to_be_visible()


def test_a_failed_start_says_why_and_what_helps(
    sign_in: SignIn, member: Member, server: Json
) -> None:
    made = member.app(member.template(BROKEN), server["id"], name=unique("broken"))
    try:
        page = sign_in(member)
        page.goto(f"/deployments/{made['id']}")
        timeline = page.get_by_role("region", name="Timeline")
        expect(timeline.get_by_role("heading")).to_have_text(
            re.compile("^Starting failed"), timeout=SETTLED
        )
        expect(
            timeline.get_by_text(re.compile("web (does not stay up|ended|exited)"))
        ).to_be_visible()
        lines = timeline.get_by_role("figure")
        expect(lines.get_by_text("FATAL: DB_PASSWORD is not set", exact=False)).to_be_visible()
        expect(timeline.get_by_role("button", name="Start again")).to_be_enabled()
        expect_accessible(page)
        timeline.get_by_role("link", name="Change its variables").click()
        expect(page).to_have_url(re.compile(f"{made['id']}/variables$"))
    finally:
        member.remove("deployments", made["id"])
