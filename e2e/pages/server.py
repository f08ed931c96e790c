"""A server as the page of servers shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MADE = 600_000
DESTROYED = 300_000
CHECKED = 180_000
"""Milliseconds that these may take."""


@dataclass
class Server:
    """One server, by its name."""

    page: Page
    name: str

    @property
    def card(self) -> Locator:
        return self.page.get_by_role("article", name=f"Server {self.name}")

    @property
    def steps(self) -> Locator:
        return self.card.get_by_role("region", name="Timeline").get_by_role("listitem")

    def create(self) -> None:
        self.page.get_by_role("button", name="Create a server").click()
        dialog = self.page.get_by_role("dialog", name="Create a server")
        dialog.get_by_label("Name").fill(self.name)
        dialog.get_by_role("button", name="Create server").click()
        expect(dialog).to_be_hidden()
        expect(self.card).to_be_visible()

    def expect_online(self) -> None:
        state = self.card.get_by_role("status").first
        expect(state).to_have_text(re.compile("Online|Failed"), timeout=MADE)
        expect(state).to_have_text("Online")

    @property
    def fingerprint(self) -> Locator:
        """The fingerprint of the host key that Hoster knows."""
        return self.card.get_by_role("definition").filter(has_text="Compare it")

    @property
    def comparison(self) -> str:
        """The command that prints the fingerprint on the server itself."""
        self.card.get_by_role("button", name="Compare it").click()
        return self.fingerprint.get_by_role("code").inner_text()

    def check(self) -> None:
        self.card.get_by_role("button", name="Check now").click()

    def accept_new_key(self, fingerprint: str) -> None:
        """Accept the key that is shown in place of the known one."""
        expect(self.card.get_by_role("alert")).to_contain_text(fingerprint, timeout=CHECKED)
        self.card.get_by_role("button", name="Accept the new key").click()
        dialog = self.page.get_by_role("alertdialog", name=f"Accept the new key of {self.name}")
        expect(dialog).to_contain_text(fingerprint)
        dialog.get_by_role("button", name="Accept the new key").click()
        expect(self.fingerprint).to_contain_text(fingerprint, timeout=CHECKED)
        expect(self.card.get_by_role("alert")).to_have_count(0)

    def destroy(self) -> None:
        """Destroy it, with nothing on it."""
        self.card.get_by_role("button", name="Destroy server").click()
        dialog = self.page.get_by_role("alertdialog", name=f"Destroy {self.name}")
        dialog.get_by_label(f"Type {self.name} to confirm").fill(self.name)
        dialog.get_by_role("button", name="Destroy server and lose its data").click()
        expect(self.card).to_have_count(0, timeout=DESTROYED)

    def destroy_with(self, app: str) -> None:
        """Destroy it with the app on it, which is named first."""
        self.card.get_by_role("button", name="Destroy server").click()
        dialog = self.page.get_by_role("alertdialog", name=f"Destroy {self.name}")
        button = dialog.get_by_role("button", name="Destroy server and its apps")
        expect(button).to_be_disabled()
        expect(dialog).to_contain_text(app)
        dialog.get_by_label(f"Type {self.name} to confirm").fill(self.name)
        button.click()
        expect(self.steps.filter(has_text="Delete its apps")).to_be_visible()
        expect(self.card).to_have_count(0, timeout=DESTROYED)
