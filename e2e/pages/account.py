"""Signing up, in and out, and what Hoster may use in one's name."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page, expect


@dataclass
class Person:
    """Somebody at the browser."""

    page: Page
    email: str
    password: str

    def sign_up(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("link", name="Sign up").click()
        self._fill("Sign up")

    def sign_in(self) -> None:
        self.page.goto("/sign-in")
        self._fill("Sign in")

    def _fill(self, action: str) -> None:
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(self.password)
        self.page.get_by_role("button", name=action).click()
        expect(self.page.get_by_role("button", name="Account menu")).to_be_visible()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Account menu").click()
        self.page.get_by_role("menuitem", name="Sign out").click()
        expect(self.page.get_by_role("heading", name="Sign in to Hoster")).to_be_visible()

    def go(self, place: str) -> None:
        """Go to a page by the main navigation."""
        navigation = self.page.get_by_role("navigation", name="Main")
        navigation.get_by_role("link", name=place).click()
        expect(self.page.get_by_role("heading", level=1, name=place)).to_be_visible()

    def add_credential(self, name: str, token: str) -> None:
        self.go("Keys")
        self.page.get_by_role("button", name="Add a cloud credential").click()
        dialog = self.page.get_by_role("dialog", name="Add a cloud credential")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_label("API token").fill(token)
        dialog.get_by_role("button", name="Add credential").click()
        expect(dialog).to_be_hidden()
        listed = self.page.get_by_role("main").get_by_role("listitem")
        expect(listed.filter(has_text=name)).to_be_visible()
