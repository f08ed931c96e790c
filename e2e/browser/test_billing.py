"""What one owes: explained, paid at the local Stripe's page, refused, left, paid after all."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.browser.conftest import SignIn
from e2e.browser.members import Member
from e2e.installation import has_local_parts
from e2e.pages.manners import expect_accessible
from e2e.pages.past import Past, Ran, past_of
from e2e.pages.stripe_page import DECLINED_CARD, GOOD_CARD, SECURE_CARD, StripePage
from infra.local.journey.client import Json

BLOG = Ran("Blog", 500, months_ago=1, days=31)
WIKI = Ran("Wiki", 1200, months_ago=1, first_day=5, days=11 + 1 / 6)
TINY = Ran("Tiny", 30, months_ago=2, days=10)
NOW = Ran("Shop", 900, months_ago=0, goes_on=True)
DEBT = Ran("Blog", 1250, months_ago=1, days=31)
PAID_WITHIN = 60.0


@pytest.fixture(scope="module")
def past(platform: Json) -> Iterator[Past]:
    """What writes earlier months into the platform's books."""
    if not has_local_parts(platform):
        pytest.skip("It needs the books of the local cloud.")
    with past_of(platform) as reached:
        yield reached


@pytest.fixture(scope="module")
def creator(platform: Json) -> Member:
    """Who earns by what the customer ran."""
    return Member(platform)


@pytest.fixture(scope="module")
def customer(platform: Json, past: Past, creator: Member) -> Member:
    """Somebody with a past, to look at: nobody pays for them."""
    somebody = Member(platform)
    past.run(somebody.account, BLOG, WIKI, TINY, NOW, creator=creator.account)
    past.invoices(somebody.account, number=2)
    return somebody


@pytest.fixture
def debtor(platform: Json, past: Past) -> Member:
    """Somebody who owes 12.50 and pays for it."""
    somebody = Member(platform)
    past.run(somebody.account, DEBT)
    past.invoices(somebody.account, number=1)
    return somebody


def outcome(page: Page) -> Locator:
    """What is said of a payment that one comes back from."""
    return page.get_by_role("status", name="Your payment")


def leave_to_pay(page: Page, button: str = "Pay") -> StripePage:
    """Go to the payment page by a button, and see the amount there."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text("12.50 USD")).to_be_visible()
    return StripePage(page)


def row(page: Page) -> Locator:
    """The one invoice in the list."""
    return page.get_by_role("table", name="Invoices").get_by_role("row").nth(1)


def status_of(member: Member) -> str:
    (invoice,) = member.account.all("invoices")
    return str(invoice["attributes"]["status"])


def wait_until_paid(member: Member) -> None:
    """Wait for what Stripe tells by itself."""
    end = time.monotonic() + PAID_WITHIN
    while status_of(member) != "paid":
        assert time.monotonic() < end, status_of(member)
        time.sleep(0.2)


def test_new_account_owes_nothing_and_is_told_what_would_cost(member_page: Page) -> None:
    member_page.goto("/billing")

    expect(member_page.get_by_role("heading", level=1, name="Billing")).to_be_visible()
    expect(member_page.get_by_text("$0.00", exact=True)).to_be_visible()
    expect(member_page.get_by_text("No invoices yet.")).to_be_visible()
    expect(member_page.get_by_role("button", name="Pay")).to_have_count(0)
    member_page.get_by_role("link", name="Usage").click()
    expect(member_page.get_by_text("Nothing was used yet.")).to_be_visible()


def test_this_month_is_explained_app_by_app(sign_in: SignIn, customer: Member) -> None:
    page = sign_in(customer)
    page.goto("/billing")

    expect(page.get_by_role("heading", name="This month so far")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Running (all )?\d+ .* at \$9\.00$"))).to_be_visible()
    expect(page.get_by_text(re.compile("if everything that runs goes on"))).to_be_visible()


def test_invoice_opens_to_its_lines_and_each_line_to_its_intervals(
    sign_in: SignIn, customer: Member
) -> None:
    page = sign_in(customer)
    page.goto("/billing")
    page.get_by_role("row").filter(has_text="To pay").get_by_role("link").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^Invoice for "))
    lines = page.get_by_role("table", name="Lines")
    wiki = lines.get_by_role("row").filter(has_text="Wiki")
    expect(wiki).to_contain_text(re.compile(r"Running 11 d 4 h of \d\d d at \$12\.00"))
    expect(lines).to_contain_text("came to too little to be charged by itself")
    expect(wiki.get_by_text("964,800 s of the")).to_be_hidden()
    wiki.get_by_role("button", name="When Wiki ran").click()
    expect(wiki.get_by_text("964,800 s of the")).to_be_visible()
    expect(wiki.get_by_role("listitem")).to_have_count(1)
    expect_accessible(page)


def test_invoice_is_printed_with_every_line_open_and_fetched_as_a_file(
    sign_in: SignIn, customer: Member
) -> None:
    page = sign_in(customer)
    page.goto("/billing")
    page.get_by_role("row").filter(has_text="To pay").get_by_role("link").click()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Download PDF").click()
    assert fetched.value.suggested_filename.endswith(".pdf")

    page.emulate_media(media="print")
    expect(page.get_by_text("964,800 s of the")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_have_count(0)


def test_declined_card_takes_nothing_and_another_pays(sign_in: SignIn, debtor: Member) -> None:
    page = sign_in(debtor)
    page.goto("/billing")
    stripe = leave_to_pay(page)
    stripe.type_card(DECLINED_CARD)
    stripe.expect_refused("Your card was declined.")
    expect_accessible(page)
    assert status_of(debtor) == "pending"

    stripe.type_card(GOOD_CARD)
    expect(outcome(page)).to_contain_text("Your payment has arrived")
    expect(outcome(page)).to_contain_text("$12.50 is paid")
    expect(row(page)).to_contain_text("Paid")
    expect(page.get_by_role("button", name="Pay", exact=True)).to_have_count(0)
    page.reload()
    expect(outcome(page)).to_contain_text("Your payment has arrived")
    expect_accessible(page)


def test_who_leaves_without_paying_goes_back_to_the_same_payment(
    sign_in: SignIn, debtor: Member
) -> None:
    page = sign_in(debtor)
    page.goto("/billing")
    stripe = leave_to_pay(page)
    checkout = page.url
    stripe.go_back()
    expect(outcome(page)).to_contain_text("You left without paying")
    page.reload()
    expect(outcome(page)).to_contain_text("Nothing was taken")
    expect_accessible(page)

    leave_to_pay(page, "Go back to the payment")
    assert page.url == checkout


def test_refused_proof_of_the_bank_takes_nothing_and_a_given_one_pays(
    sign_in: SignIn, debtor: Member
) -> None:
    page = sign_in(debtor)
    page.goto("/billing")
    stripe = leave_to_pay(page)
    stripe.type_card(SECURE_CARD)
    stripe.answer_bank(yes=False)
    stripe.expect_refused("unable to authenticate")
    assert status_of(debtor) == "pending"

    stripe.type_card(SECURE_CARD)
    stripe.answer_bank(yes=True)
    expect(outcome(page)).to_contain_text("Your payment has arrived")


def test_debit_of_a_bank_is_on_its_way_until_the_bank_has_answered(
    sign_in: SignIn, debtor: Member, platform: Json
) -> None:
    page = sign_in(debtor)
    page.goto("/billing")
    leave_to_pay(page)
    session = page.url.split("/")[-1]
    page.get_by_label("Account number").fill("000123456789")
    page.get_by_role("button", name="Pay by bank debit").click()
    expect(outcome(page)).to_contain_text("Your payment is on its way")

    answered = page.request.post(f"{platform['urls']['stripe']}/_local/sessions/{session}/settle")
    assert answered.ok
    expect(outcome(page)).to_contain_text("Your payment has arrived")


def test_payment_that_stripe_told_of_first_is_told_all_the_same(
    sign_in: SignIn, debtor: Member, page: Page
) -> None:
    """It is paid in a browser in which nobody is signed in, so that no page asks for it."""
    (invoice,) = debtor.account.all("invoices")
    opened = debtor.account.call("POST", f"/invoices/{invoice['id']}/pay")["data"]["attributes"]
    stripe = StripePage(page)
    stripe.open(opened["checkout_url"], "12.50 USD")
    stripe.type_card(GOOD_CARD)
    wait_until_paid(debtor)

    own = sign_in(debtor)
    own.goto(f"/billing?payment=success&session_id={opened['session_id']}")
    expect(outcome(own)).to_contain_text("Your payment has arrived")
    page.goto(opened["checkout_url"])
    expect(page.get_by_text("This payment is complete.")).to_be_visible()


def test_nobody_sees_or_learns_of_payments_of_others(
    sign_in: SignIn, stranger: Member, debtor: Member
) -> None:
    (invoice,) = debtor.account.all("invoices")
    opened = debtor.account.call("POST", f"/invoices/{invoice['id']}/pay")["data"]["attributes"]
    page = sign_in(stranger)
    page.goto(f"/billing?payment=success&session_id={opened['session_id']}")
    expect(outcome(page)).to_contain_text("There is no payment of this account")

    page.goto(f"/billing/{invoice['id']}")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def test_creator_sees_what_templates_earned_and_fetches_the_statement(
    sign_in: SignIn, creator: Member, customer: Member
) -> None:
    page = sign_in(creator)
    page.goto("/earnings")

    months = page.get_by_role("table", name="Months")
    expect(months).to_contain_text("Wiki template")
    expect(months.get_by_role("row").filter(has_text="Blog template")).to_contain_text("$5.00")
    expect(page.get_by_text("Pending", exact=True)).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Download statement").click()
    assert fetched.value.suggested_filename == "earnings.csv"
    expect_accessible(page)


def test_who_published_nothing_is_told_how_to_earn(member_page: Page) -> None:
    member_page.goto("/earnings")
    expect(member_page.get_by_text("You have earned nothing yet.")).to_be_visible()


def test_plan_is_bought_and_its_limits_hold_at_once(sign_in: SignIn, local: Json) -> None:
    member = Member(local)
    page = sign_in(member)
    page.goto("/plans")
    expect(page.get_by_role("heading", name="You are on Free")).to_be_visible()
    apps = page.get_by_role("meter", name="Apps in use")
    expect(apps).to_have_attribute("aria-valuetext", "0 of 1")
    expect_accessible(page)

    starter = page.get_by_role("article", name="Plan Starter")
    starter.get_by_role("button", name="Get Starter for $9.00").click()
    StripePage(page).go_back()
    expect(outcome(page)).to_contain_text("You left without paying")
    starter.get_by_role("button", name="Get Starter for $9.00").click()
    StripePage(page).type_card(GOOD_CARD)
    expect(outcome(page)).to_contain_text("Starter is yours")
    expect(page.get_by_role("heading", name="You are on Starter")).to_be_visible()
    expect(apps).to_have_attribute("aria-valuetext", "0 of 5")
    expect(page.get_by_text("It is not renewed by itself")).to_be_visible()
    upgrade = page.get_by_role("article", name="Plan Pro").get_by_role("button")
    expect(upgrade).to_have_text(re.compile(r"Upgrade to Pro for \$2\d\.\d\d"))

    page.get_by_role("link", name="See the receipt").click()
    expect(page.get_by_role("heading", level=1, name="Receipt for Starter")).to_be_visible()
    expect(page.get_by_text("$9.00").first).to_be_visible()
