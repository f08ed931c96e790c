"""An app is deployed for the first time, held to its plan, given a name, and rolled back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member, unique
from e2e.pages.manners import expect_accessible
from infra.local.journey.client import Json

NOTES = """\
services:
  web:
    image: traefik/whoami
    ports: ["80"]
    environment: {TITLE: "${TITLE}", ADMIN: "${ADMIN_PASSWORD}"}
    deploy: {resources: {limits: {cpus: "0.25", memory: 64M}}}
"""
VARIABLES = [
    {"name": "TITLE", "label": "Title", "default": "Hello"},
    {
        "name": "ADMIN_PASSWORD",
        "label": "Admin password",
        "type": "secret",
        "required": True,
        "generator": "password",
    },
]


def open_dialog(page: Page, template: Json) -> None:
    page.goto(f"/templates/{template['id']}?deploy=true")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_limit_of_the_plan_is_told_before_the_button(
    member: Member, member_page: Page, template: Json
) -> None:
    member.app(template, None, start=False)
    open_dialog(member_page, template)
    expect(member_page.get_by_text("allows 1 app. You have 1 app.")).to_be_visible()
    button = member_page.get_by_role("dialog").get_by_role("button", name=re.compile("^Deploy "))
    expect(button).to_be_disabled()
    expect_accessible(member_page)


def test_values_of_an_app_at_rest_are_changed_and_told(operator: Member, sign_in: SignIn) -> None:
    template = operator.template(NOTES, variables=VARIABLES)
    app = operator.app(template, None, start=False)
    page = sign_in(operator)
    page.goto(f"/deployments/{app['id']}/variables")
    page.get_by_label("Title").fill("Changed")
    expect(page.get_by_text("from Hello")).to_be_visible()
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_text("is changed. It starts like that next time.")).to_be_visible()
    kept = operator.account.get("deployments", app["id"])["attributes"]["variables"]
    assert kept["TITLE"] == "Changed"
    operator.remove("deployments", app["id"])


def test_app_is_brought_to_a_newer_version_and_rolled_back(
    operator: Member, sign_in: SignIn
) -> None:
    template = operator.template(NOTES, variables=VARIABLES)
    app = operator.app(template, None, start=False)
    newer = {"version": "1.1.0", "compose_spec": NOTES.replace("64M", "96M")}
    operator.account.call(
        "POST", f"/templates/{template['id']}/versions", newer, "template_versions"
    )
    page = sign_in(operator)
    page.goto(f"/deployments/{app['id']}/versions")
    page.get_by_role("button", name="Update to 1.1.0").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Memory: 64 MB to 96 MB.")).to_be_visible()
    dialog.get_by_role("button", name="Deploy 1.1.0").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Roll back to 1.0.0").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Deploy 1.0.0").click()
    expect(page.get_by_role("button", name="Redeploy 1.0.0")).to_be_visible()
    operator.remove("deployments", app["id"])


def test_app_is_renamed_and_that_is_taken_back(
    member: Member, member_page: Page, template: Json
) -> None:
    app = member.app(template, None, start=False)
    name = unique("renamed")
    member_page.goto(f"/deployments/{app['id']}/settings")
    member_page.get_by_label("Name").fill(name)
    member_page.get_by_role("button", name="Rename").click()
    expect(member_page.get_by_role("heading", level=1, name=name)).to_be_visible()
    member_page.get_by_role("button", name="Undo").click()
    before = app["attributes"]["name"]
    expect(member_page.get_by_role("heading", level=1, name=before)).to_be_visible()
