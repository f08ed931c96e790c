"""An app's page, and the way to it from the catalogue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

STARTED = 600_000
STOPPED = 300_000
DELETED = 300_000
"""Milliseconds that these may take."""


@dataclass
class App:
    """One app, by its name."""

    page: Page
    name: str

    @property
    def head(self) -> Locator:
        return self.page.get_by_role("region", name=self.name)

    @property
    def timeline(self) -> Locator:
        return self.page.get_by_role("region", name="Timeline")

    def deploy(self, template: str, server: str) -> None:
        """Find a template as one types, open it and deploy it to a server."""
        self.page.get_by_role("searchbox", name="Search apps").fill(template)
        self.page.get_by_role("main").get_by_role("link", name=template).click()
        self.page.get_by_role("button", name="Deploy").click()
        dialog = self.page.get_by_role("dialog", name=f"Deploy {template}")
        dialog.get_by_role("radio", name=re.compile(f"^{re.escape(server)}")).check()
        dialog.get_by_label("Name").fill(self.name)
        dialog.get_by_role("button", name=f"Deploy {template}").click()
        expect(self.page.get_by_role("heading", level=1, name=self.name)).to_be_visible()

    def expect_state(self, word: str, within: float) -> None:
        state = self.head.get_by_role("status")
        expect(state).to_have_text(re.compile(f"{word}|Failed"), timeout=within)
        expect(state).to_have_text(word)

    def expect_running(self) -> None:
        self.expect_state("Running", STARTED)

    def places(self) -> list[object]:
        """Where the things stand that must not move while the app starts."""
        delete = self.head.get_by_role("button", name="Delete app")
        services = self.page.get_by_role("heading", name="Services")
        events = self.page.get_by_role("heading", name="Recent events")
        return [thing.bounding_box() for thing in (delete, services, events)]

    def address(self) -> str:
        """Where “Open app” leads."""
        href = self.head.get_by_role("link", name="Open app").get_attribute("href")
        assert href is not None
        return href

    def stop(self) -> None:
        self.head.get_by_role("button", name="Stop app", exact=True).click()
        self.expect_state("Stopped", STOPPED)

    def start(self) -> None:
        self.head.get_by_role("button", name="Start app", exact=True).click()
        self.expect_running()

    def tab(self, name: str) -> None:
        self.page.get_by_role("navigation", name=self.name).get_by_role("link", name=name).click()

    def add_domain(self, hostname: str) -> None:
        self.tab("Domains")
        self.page.get_by_role("button", name="Add a domain").click()
        dialog = self.page.get_by_role("dialog", name="Add a domain")
        dialog.get_by_label("Host name").fill(hostname)
        dialog.get_by_role("button", name="Add domain").click()
        expect(dialog).to_be_hidden()

    def domain(self, hostname: str) -> Locator:
        """What its page tells of one of its names."""
        heading = self.page.get_by_role("heading", level=3, name=hostname)
        return self.page.get_by_role("listitem").filter(has=heading)

    def delete(self) -> None:
        """Delete it and wait until it is gone."""
        self.ask_to_delete()
        expect(self.page.get_by_role("heading", level=1, name="Apps")).to_be_visible(
            timeout=DELETED
        )

    def ask_to_delete(self) -> None:
        self.head.get_by_role("button", name="Delete app").click()
        dialog = self.page.get_by_role("alertdialog", name=f"Delete {self.name}")
        button = dialog.get_by_role("button", name="Delete and lose its data")
        expect(button).to_be_disabled()
        dialog.get_by_label(f"Type {self.name} to confirm").fill(self.name)
        button.click()
