"""A creator has a version tested on a server of its own, and everybody sees what it measured."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import SIZE, Member
from infra.local.journey.client import Json

TESTED = 900_000
"""Milliseconds that a test may take, from the order of its server to its end."""


def test_version_is_tested_and_the_catalogue_shows_it(
    local: Json, member: Member, sign_in: SignIn, page: Page
) -> None:
    member.credential()
    template = member.template()
    creator = sign_in(member)
    creator.goto(f"/templates/{template['id']}")
    creator.get_by_role("button", name="Test this version").click()
    dialog = creator.get_by_role("dialog", name="Test version 1.0.0")
    dialog.get_by_label("Size").select_option(SIZE)
    expect(
        dialog.get_by_text(re.compile(r"^\$\d+\.\d\d / month, for a few minutes"))
    ).to_be_visible()
    dialog.get_by_role("button", name="Start the test").click()

    test = creator.get_by_role("region", name="Test of a version")
    expect(test.get_by_role("heading", name="Testing the version")).to_be_visible()
    expect(test.get_by_text("Order a server of its own")).to_be_visible()
    state = test.get_by_role("status").filter(has_text="Version 1.0.0").first
    expect(state).to_have_text(re.compile("Proven|Failed"), timeout=TESTED)
    expect(state).to_contain_text("Proven")

    page.goto(f"/templates/{template['id']}")
    expect(page.get_by_role("heading", name="Tested on a server of its own")).to_be_visible()
    page.goto(f"/templates?q={template['attributes']['name']}")
    card = page.get_by_role("article").filter(has_text=template["attributes"]["name"])
    expect(
        card.get_by_text(re.compile(r"Healthy in (\d+ s|< 1 s|\d+ min \d+ s), \d+ MB"))
    ).to_be_visible()
    assert [
        one
        for one in member.account.all("cloud_provisions")
        if one["attributes"]["status"] != "destroyed"
    ] == []
