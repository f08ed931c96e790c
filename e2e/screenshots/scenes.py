"""What is taken a picture of: every page, and what pages show in a state or with something open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playwright.sync_api import Page

from e2e.browser.places import LISTS, THINGS, VISITED, Place

Who = Literal["visitor", "member", "newcomer"]
"""A new account has nothing yet."""
OVER = "[role=dialog], [role=alertdialog]"
"""What stands over a page."""


def _nothing(page: Page) -> None:
    """Show the page as it comes."""


@dataclass(frozen=True)
class Scene:
    """A page as somebody sees it, once something was done on it."""

    name: str
    path: str
    """Words in braces are the ids of things, by what they are."""
    who: Who = "member"
    act: Callable[[Page], None] = _nothing
    is_whole: bool = True
    """Whether the picture is as high as the page; what stands over a page is taken as seen."""


def _of(place: Place) -> Scene:
    """The scene of a page; its name is its path without the ids."""
    kept = [part.strip("{}") for part in place.path.split("/") if part]
    who: Who = "member" if place.needs_account else "visitor"
    is_log = place.path.endswith("/logs")  # is as high as the window, whatever that is
    return Scene("-".join(kept) or "landing", place.path, who, is_whole=not is_log)


def _opened(name: str, path: str, button: str) -> Scene:
    """A dialog, opened by its button."""

    def act(page: Page) -> None:
        page.get_by_role("button", name=button, exact=True).first.click()
        page.locator(OVER).wait_for()

    return Scene(f"dialog-{name}", path, act=act, is_whole=False)


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator(OVER).wait_for()


def _offline(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_text("You are offline.").wait_for()


STATES = (
    Scene("state-working", "/deployments/{working}"),
    Scene("state-failed", "/deployments/{failed}"),
    Scene("state-not-started", "/deployments/{waiting}"),
    Scene("state-backed-up", "/deployments/{kept}/backups"),
    Scene("state-gone", "/deployments/dep_00000000"),
    Scene("state-offline", "/deployments/{app}", act=_offline, is_whole=False),
)
EMPTY = tuple(
    Scene(f"empty-{path.strip('/')}", path, "newcomer")
    for path in ("/home", "/deployments", "/nodes", "/credentials", "/billing", "/activity")
)
OPEN = (
    _opened("deploy", "/templates/{template}", "Deploy"),
    _opened("create-server", "/nodes", "Create a server"),
    _opened("add-server", "/nodes", "Add a server of yours"),
    _opened("destroy-server", "/nodes/{node}", "Destroy server"),
    _opened("add-credential", "/credentials", "Add a cloud credential"),
    _opened("add-domain", "/deployments/{app}/domains", "Add a domain"),
    _opened("delete-app", "/deployments/{app}", "Delete app"),
    Scene("dialog-palette", "/home", act=_palette, is_whole=False),
)
SCENES = (*STATES, *(_of(place) for place in (*VISITED, *LISTS, *THINGS)), *EMPTY, *OPEN)
