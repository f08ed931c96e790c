"""The browser's tab tells by title and icon what a page's things do while nobody looks at it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member, unique
from infra.local.journey.client import Json

ENDS = """\
services:
  web:
    image: nginx:alpine
    command: ["sh", "-c", "exit 3"]
    ports: ["80"]
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""
"""An app that ends as soon as it is started."""
ENDED = 300_000
"""Milliseconds that its start may take to fail."""


def expect_tab(page: Page, title: str, icon: str, within: float | None = None) -> None:
    expect(page).to_have_title(re.compile(title), timeout=within)
    expect(page.locator('link[rel="icon"]')).to_have_attribute("href", icon)


def test_tab_tells_of_work_in_hand_and_of_a_failure(
    operator: Member, sign_in: SignIn, server: Json
) -> None:
    name = unique("tab")
    app = operator.app(operator.template(ENDS), server["id"], start=False, name=name)
    page = sign_in(operator)
    page.goto(f"/deployments/{app['id']}")
    expect_tab(page, f"^{name} · Hoster$", "/favicon.svg")

    page.get_by_role("button", name="Start app", exact=True).first.click()

    expect_tab(page, f"^Working: {name} ", "/favicon-working.svg")
    expect_tab(page, f"^Failed: {name} ", "/favicon-failed.svg", within=ENDED)
    page.goto("/deployments")
    expect_tab(page, r"^\d+ failed.*: Apps ", "/favicon-failed.svg")
    operator.remove("deployments", app["id"])


def test_tab_of_what_runs_tells_nothing_but_its_name(
    operator: Member, sign_in: SignIn, app: Json
) -> None:
    page = sign_in(operator)
    page.goto(f"/deployments/{app['id']}")

    expect_tab(page, f"^{app['attributes']['name']} · Hoster$", "/favicon.svg")
