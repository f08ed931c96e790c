"""The page of whoever takes payments, as somebody who pays sees it."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
SECURE_CARD = "4000 0000 0000 3220"


@dataclass
class StripePage:
    """A payment page that is open in the browser."""

    page: Page

    def open(self, url: str, amount: str) -> None:
        self.page.goto(url)
        expect(self.page.get_by_text(amount)).to_be_visible()

    def type_card(self, number: str) -> None:
        self.page.get_by_label("Card number").fill(number)
        self.page.get_by_role("button", name="Pay", exact=True).click()

    def expect_refused(self, words: str) -> None:
        expect(self.page.get_by_role("alert")).to_contain_text(words)

    def answer_bank(self, *, yes: bool) -> None:
        name = "Complete authentication" if yes else "Fail authentication"
        self.page.get_by_role("button", name=name).click()

    def go_back(self) -> None:
        self.page.get_by_role("link", name="Back without paying").click()
