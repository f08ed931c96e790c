"""A server as the page of servers shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

MADE = 240_000
DESTROYED = 120_000
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

    def destroy(self) -> None:
        self.card.get_by_role("button", name="Destroy server").click()
        dialog = self.page.get_by_role("alertdialog", name=f"Destroy {self.name}")
        button = dialog.get_by_role("button", name="Destroy server and lose its data")
        expect(button).to_be_disabled()
        dialog.get_by_label(f"Type {self.name} to confirm").fill(self.name)
        button.click()
        expect(self.card).to_have_count(0, timeout=DESTROYED)
