"""What one account has, another neither sees nor touches, by no page and by no call."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member
from e2e.browser.places import TABS
from infra.local.journey.client import Json, Refused

ACTIONS = ("start", "stop", "restart", "cancel", "redeploy")


@pytest.fixture(scope="module")
def owner(platform: Json) -> Member:
    """Whose these things are."""
    return Member(platform)


@pytest.fixture(scope="module")
def private(
    owner: Member, operator: Member, template: Json, server: Json
) -> Iterator[dict[str, Json]]:
    """What the owner has and nobody else may see, by resource; the server's order is another's."""
    app = owner.app(template, server["id"], start=False)
    yield {
        "templates": owner.template(publish=False),
        "deployments": app,
        "cloud_credentials": owner.credential(),
        "cloud_provisions": operator.account.all("cloud_provisions")[0],
    }
    owner.remove("deployments", app["id"])


def refused(member: Member, method: str, path: str) -> int:
    """The status with which a call is refused."""
    with pytest.raises(Refused) as told:
        member.account.call(method, path)
    return told.value.status


@pytest.mark.parametrize(
    "resource", ["templates", "deployments", "cloud_credentials", "cloud_provisions"]
)
def test_what_is_somebody_elses_is_not_there(
    private: dict[str, Json], stranger: Member, owner: Member, operator: Member, resource: str
) -> None:
    holder = operator if resource == "cloud_provisions" else owner
    path = f"/{resource}/{private[resource]['id']}"
    assert {refused(stranger, method, path) for method in ("GET", "DELETE")} == {404}
    assert private[resource]["id"] not in {one["id"] for one in stranger.account.all(resource)}
    assert holder.account.get(resource, private[resource]["id"])


def test_nothing_is_done_to_somebody_elses_app(
    private: dict[str, Json], stranger: Member, owner: Member
) -> None:
    app = private["deployments"]["id"]
    paths = [f"/deployments/{app}/{action}" for action in ACTIONS]
    assert {refused(stranger, "POST", path) for path in paths} == {404}
    assert owner.account.get("deployments", app)["attributes"]["status"] == "pending"


def test_a_page_of_somebody_elses_app_says_that_there_is_nothing(
    private: dict[str, Json], stranger: Member, sign_in: SignIn
) -> None:
    page, app = sign_in(stranger), private["deployments"]
    for tab in ("", *(f"/{tab}" for tab in TABS)):
        _expect_nothing(page, f"/deployments/{app['id']}{tab}")
        expect(page.get_by_text(app["attributes"]["name"])).to_have_count(0)


def test_a_draft_is_found_by_its_creator_alone(
    private: dict[str, Json], stranger: Member, sign_in: SignIn, page: Page
) -> None:
    draft = private["templates"]
    for somebody in (page, sign_in(stranger)):
        _expect_nothing(somebody, f"/templates/{draft['id']}")
        somebody.goto(f"/templates?q={draft['attributes']['name']}")
        expect(somebody.get_by_role("heading", level=1)).to_be_visible()
        somebody.wait_for_load_state("networkidle")
        main = somebody.get_by_role("main")
        expect(main.get_by_role("link", name=draft["attributes"]["name"])).to_have_count(0)


def test_lists_of_a_new_account_hold_nothing_of_another(
    private: dict[str, Json], stranger: Member, sign_in: SignIn
) -> None:
    page = sign_in(stranger)
    for path in ("/deployments", "/credentials", "/nodes"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        for one in private.values():
            told = one["attributes"]
            name = told.get("instance_name") or told["name"]
            expect(page.get_by_role("main").get_by_text(name, exact=True)).to_have_count(0)


def test_two_accounts_one_after_the_other_in_one_browser_see_their_own(
    private: dict[str, Json], owner: Member, stranger: Member, page: Page
) -> None:
    """Signed in through the page: what the first has read is not shown to the second."""
    name = private["deployments"]["attributes"]["name"]
    _come_in(page, owner)
    page.goto("/deployments")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    page.evaluate("localStorage.clear()")
    _come_in(page, stranger)
    page.goto("/deployments")
    expect(page.get_by_text("You have no apps yet.")).to_be_visible()
    expect(page.get_by_text(name)).to_have_count(0)


def _come_in(page: Page, member: Member) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(member.email)
    page.get_by_label("Password", exact=True).fill(member.password)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page).not_to_have_url("/sign-in")


def _expect_nothing(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
