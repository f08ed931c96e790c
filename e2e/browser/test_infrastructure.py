"""Servers and the keys to them: credentials, SSH keys, a server made, parked, refused, retried."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from chalicelib.services.secrets import ssh_keys
from e2e.browser.members import Member, unique
from e2e.pages.server import Server
from e2e.resilience.provider_account import ProviderAccount
from infra.local.journey.client import Json

WRONG_TOKEN = "dop_v1_" + "0" * 64
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOWHERE = "10.77.255.252"
"""Where nothing answers."""


def dialog(page: Page, name: str) -> Locator:
    return page.get_by_role("dialog", name=name)


def listed(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=name)


def opened(page: Page, button: str, place: str = "/credentials") -> Locator:
    """Open a page, press a button on it and return the dialog of the same name."""
    page.goto(place)
    page.get_by_role("main").get_by_role("button", name=button).first.click()
    return dialog(page, button)


def test_servers_and_both_kinds_of_keys_have_their_places(member_page: Page) -> None:
    member_page.goto("/nodes")
    main = member_page.get_by_role("main")
    expect(main.get_by_role("button", name="Create a server").first).to_be_visible()
    expect(main.get_by_role("button", name="Add a server of yours").first).to_be_visible()
    member_page.get_by_role("navigation", name="Main").get_by_role("link", name="Keys").click()
    expect(main.get_by_role("heading", name="Cloud credentials")).to_be_visible()
    expect(main.get_by_role("heading", name="SSH keys")).to_be_visible()


def test_a_new_account_is_told_what_a_credential_is_for(member_page: Page) -> None:
    member_page.goto("/credentials")
    expect(member_page.get_by_text("With a credential of a cloud provider")).to_be_visible()


def test_a_credential_of_aws_is_added_with_both_its_parts(member_page: Page) -> None:
    name = unique()
    form = opened(member_page, "Add a cloud credential")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Provider").select_option(label="AWS")
    form.get_by_label("Access key ID").fill(ACCESS_KEY)
    form.get_by_label("Secret access key").fill(SECRET_KEY)
    form.get_by_role("button", name="Add credential").click()
    expect(form).to_be_hidden()
    expect(listed(member_page, name)).to_contain_text("AWS")
    expect(member_page.get_by_text(SECRET_KEY)).to_have_count(0)


def test_a_wrong_token_is_kept_unchecked_and_told_when_it_is_checked(member_page: Page) -> None:
    name = unique()
    form = opened(member_page, "Add a cloud credential")
    form.get_by_label("Name").fill(name)
    form.get_by_label("API token").fill(WRONG_TOKEN)
    form.get_by_role("button", name="Add credential").click()
    item = listed(member_page, name)
    expect(item).to_contain_text("DigitalOcean")
    expect(item.get_by_role("status").first).to_contain_text("Not checked yet")
    item.get_by_role("button", name="Check token").click()
    expect(item).to_contain_text("refuses the token")


def test_a_credential_without_a_name_is_not_sent(member: Member, member_page: Page) -> None:
    form = opened(member_page, "Add a cloud credential")
    form.get_by_label("Name").fill("")
    form.get_by_label("API token").fill(WRONG_TOKEN)
    form.get_by_role("button", name="Add credential").click()
    expect(form.get_by_label("Name")).to_be_focused()
    assert form.get_by_label("Name").evaluate("field => field.validity.valueMissing")
    assert not member.account.all("cloud_credentials")


def test_without_a_credential_a_server_cannot_be_ordered_but_one_can_be_added(
    member_page: Page,
) -> None:
    form = opened(member_page, "Create a server", "/nodes")
    expect(form.get_by_text("Hoster needs an account at a cloud provider")).to_be_visible()
    expect(form.get_by_role("button", name="Create server")).to_have_count(0)
    form.get_by_role("button", name="Add a cloud credential").click()
    expect(dialog(member_page, "Add a cloud credential")).to_be_visible()


def test_regions_and_sizes_are_offered_once_the_provider_has_named_them(
    member: Member, member_page: Page
) -> None:
    member.credential()
    page, held = member_page, list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile("/cloud_credentials/[^/]+/(regions|sizes)"), hold)
    form = opened(page, "Create a server", "/nodes")
    expect(form.get_by_role("status", name="Asking the provider")).to_be_visible()
    expect(form.get_by_role("button", name="Create server")).to_have_count(0)
    for route in held:
        route.continue_()
    page.unroute_all()
    expect(form.get_by_label("Region")).to_be_enabled()
    expect(form.get_by_label("Size")).to_contain_text("s-1vcpu-1gb")
    expect(form.get_by_text(re.compile(r"\$\d+\.\d\d.*at the provider"))).to_be_visible()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Capital Letters", "a hyphen neither first nor last"),
        ("-begins-with-a-hyphen", "a hyphen neither first nor last"),
        ("", "Name needs a value"),
    ],
)
def test_a_name_that_no_host_may_have_is_not_ordered(
    member: Member, member_page: Page, name: str, said: str
) -> None:
    member.credential()
    form = opened(member_page, "Create a server", "/nodes")
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Create server").click()
    expect(form.get_by_label("Name")).to_be_focused()
    expect(form.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_label("Name")).to_have_accessible_description(re.compile(said))
    assert not member.account.all("cloud_provisions")


def test_a_server_is_made_step_by_step_parked_and_destroyed(
    member: Member, member_page: Page
) -> None:
    server = Server(member_page, unique("uj4node"))
    member.credential()
    member_page.goto("/nodes")
    server.create()
    expect(server.steps.filter(has_text="Order the server")).to_be_visible()
    server.expect_online()
    expect(server.card.get_by_role("definition").filter(has_text="root@")).to_be_visible()
    expect(server.card.get_by_role("meter", name="Memory in use")).to_be_visible()

    server.card.get_by_role("button", name="Begin maintenance").click()
    expect(server.card.get_by_role("status").first).to_have_text("Maintenance")
    expect(server.card).to_contain_text("nothing new is placed here")
    server.card.get_by_role("button", name="End maintenance").click()
    expect(server.card.get_by_role("status").first).to_have_text("Online")

    server.destroy()
    expect(member_page.get_by_text("You have no servers yet.")).to_be_visible()


@pytest.fixture
def full(local: Json) -> Iterator[ProviderAccount]:
    """An account at the provider that gives no server away until its fault is taken back."""
    account = ProviderAccount(local["urls"]["cloud"])
    yield account
    account.clear()


def test_a_server_that_the_provider_refuses_says_why_and_is_tried_again(
    full: ProviderAccount, member: Member, member_page: Page
) -> None:
    token = full.token()
    fault = full.refuses("POST /v2/droplets", token)
    server = Server(member_page, unique("uj4node"))
    member.credential(token)
    member_page.goto("/nodes")
    server.create()
    state = server.card.get_by_role("status").first
    expect(state).to_have_text("Failed", timeout=180_000)
    expect(server.card).to_contain_text("there is nothing to pay")

    full.is_up(fault)
    server.card.get_by_role("button", name="Try again").click()
    expect(state).not_to_have_text("Failed")
    server.expect_online()
    server.destroy()


def test_an_ssh_key_is_added_and_never_shown(member_page: Page) -> None:
    name, key = unique(), ssh_keys.generate().private
    form = opened(member_page, "Add an SSH key")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Private key").fill(key)
    form.get_by_role("button", name="Add SSH key").click()
    expect(form).to_be_hidden()
    expect(listed(member_page, name)).to_contain_text("SHA256:")
    expect(member_page.get_by_text("PRIVATE KEY-----")).to_have_count(0)


def test_what_is_no_ssh_key_is_refused_beside_its_field(member_page: Page, member: Member) -> None:
    form = opened(member_page, "Add an SSH key")
    form.get_by_label("Name").fill(unique())
    form.get_by_label("Private key").fill("this is no key")
    form.get_by_role("button", name="Add SSH key").click()
    field = form.get_by_label("Private key")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("private key", re.IGNORECASE))
    assert not member.account.all("ssh_keys")


def test_a_server_that_nobody_reaches_is_added_with_its_key_and_says_so(
    member: Member, member_page: Page
) -> None:
    name = unique()
    key = {"name": unique(), "private_key": ssh_keys.generate().private}
    made = member.account.create("ssh_keys", key)
    form = opened(member_page, "Add a server of yours", "/nodes")
    form.get_by_label("Name").fill(name)
    form.get_by_label("Address").fill(NOWHERE)
    form.get_by_label("SSH key").select_option(made["id"])
    form.get_by_role("button", name="Add and check server").click()
    expect(form).to_be_hidden()
    server = Server(member_page, name)
    expect(server.card.get_by_role("status").first).to_have_text("Offline")
    expect(server.card).to_contain_text(f"root@{NOWHERE}")
