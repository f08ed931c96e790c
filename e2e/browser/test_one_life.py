"""One whole life by clicking: what `make demo` does, as a person does it."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from e2e.browser.members import unique
from e2e.pages.account import Person
from e2e.pages.app import App
from e2e.pages.manners import expect_accessible
from e2e.pages.proxy import expect_status, host_of
from e2e.pages.server import Server
from e2e.resilience.parts import docker, renew_host_key
from infra.local.journey.client import Json
from infra.local.journey.leaks import droplets


def test_one_life(page: Page, person: Person, local: Json) -> None:
    proxy = local["urls"]["proxy"]
    server = Server(page, unique())
    app = App(page, f"Blog {secrets.token_hex(3)}")
    last = App(page, f"Last {secrets.token_hex(3)}")
    own_name = f"www.journey-{secrets.token_hex(4)}.example.com"

    person.sign_up()
    person.add_credential("My cloud", local["cloud_token"])

    person.go("Servers")
    server.create()
    expect(server.steps.filter(has_text="Order the server")).to_be_visible()
    server.expect_online()
    expect(server.steps.filter(has_text="Measure and register it")).to_contain_text("Done")
    expect(server.card.get_by_role("meter", name="Memory in use")).to_be_visible()
    expect_accessible(page)

    person.go("Catalogue")
    app.deploy("WordPress", server.name)
    expect(app.timeline.get_by_role("listitem").filter(has_text="Pull images")).to_be_visible()
    places = app.places()
    app.expect_running()
    expect(app.timeline).to_contain_text("Started in")
    assert app.places() == places, "The page jumped when the work ended."
    for service in ("db", "web"):
        expect(page.get_by_role("listitem").filter(has_text=service).first).to_be_visible()
    expect_accessible(page)
    host = host_of(app.address())
    expect_status(proxy, host, 302)
    _opens(page, app)

    app.stop()
    expect(app.head.get_by_role("button", name="Open app")).to_be_disabled()
    expect_status(proxy, host, 503)
    app.start()
    expect_status(proxy, host, 302)

    app.add_domain(own_name)
    expect(app.domain(own_name)).to_contain_text("Pending")
    expect_status(proxy, own_name, 403)
    expect_accessible(page)

    app.delete()
    expect(page.get_by_text("You have no apps yet.")).to_be_visible()
    expect_status(proxy, host, 404)

    person.go("Servers")
    _shows_another_key(server, local)

    person.go("Catalogue")
    last.deploy("Whoami", server.name)
    last.expect_running()
    person.go("Servers")
    server.destroy_with(last.name)
    expect(page.get_by_text("You have no servers yet.")).to_be_visible()
    person.go("Apps")
    expect(page.get_by_text("You have no apps yet.")).to_be_visible()


def _shows_another_key(server: Server, platform: Json) -> None:
    """Give the server another host key: it is refused, shown beside the known one, and accepted."""
    [droplet] = [d for d in droplets(platform["urls"]["cloud"]) if d["name"] == server.name]
    container, comparison = droplet["container"], server.comparison.split()
    expect(server.fingerprint).to_contain_text(docker("exec", container, *comparison).split()[1])
    renew_host_key(container)
    server.check()
    server.accept_new_key(docker("exec", container, *comparison).split()[1])
    expect_accessible(server.page)
    server.expect_online()


def _opens(page: Page, app: App) -> None:
    """Click “Open app” and see the app itself in a tab of its own."""
    with page.expect_popup() as opened:
        app.head.get_by_role("link", name="Open app").click()
    expect(opened.value).to_have_title(re.compile("WordPress"))
    opened.value.close()
