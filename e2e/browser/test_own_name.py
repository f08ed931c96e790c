"""A name of one's own, on the page: records, proof, certificate, HTTPS."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member
from e2e.pages.app import App
from e2e.pages.manners import expect_accessible
from infra.local.journey.client import Json
from infra.local.journey.own_name import OwnName

CERTIFIED = 180_000
"""Milliseconds that a certificate may take, at an authority that is busy."""


def test_a_name_goes_from_pending_to_its_certificate(
    local: Json, operator: Member, sign_in: SignIn, app: Json
) -> None:
    own = OwnName(local, operator.account, app["id"])
    page = sign_in(operator)
    page.goto(f"/deployments/{app['id']}/domains")
    page.get_by_role("button", name="Add a domain").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Host name").fill(own.host)
    dialog.get_by_role("button", name="Add domain").click()
    item = App(page, app["attributes"]["name"]).domain(own.host)
    expect(item.get_by_text("Pending", exact=True)).to_be_visible()
    challenge = f"Copy the name _hoster-challenge.{own.host}"
    expect(item.get_by_role("button", name=challenge)).to_be_visible()

    instructions = own.seen()["instructions"]
    try:
        own.follow(instructions)
        item.get_by_role("button", name=f"Verify now: {own.host}").click()
        expect(item.get_by_text("Verified", exact=True)).to_be_visible()
        certificate = page.get_by_role("region", name=f"Certificate of {own.host}")
        issued = certificate.get_by_text(re.compile("^Encrypted with a certificate of"))
        expect(issued).to_be_visible(timeout=CERTIFIED)
        assert own.secure().status_code == 200
        expect_accessible(page)
    finally:
        own.remove()
        own.forget(instructions)
