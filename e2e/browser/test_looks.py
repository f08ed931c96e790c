"""Light and dark: as the system says, or as chosen, kept, and for all that is on the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from e2e.resilience.parts import until

BRIGHTNESS = """() => {
  const brush = document.createElement("canvas").getContext("2d");
  brush.fillStyle = getComputedStyle(document.body).color;
  brush.fillRect(0, 0, 1, 1);
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return (red + green + blue) / 3;
}"""
"""Of the text: it is dark where the page is light."""
MIDDLE = 128
LONGEST = """() => Math.max(...[...document.querySelectorAll("*")].flatMap(one => {
  const { transitionDuration: turns, animationDuration: moves } = getComputedStyle(one);
  return [turns, moves].flatMap(all => all.split(", ").map(parseFloat));
}))"""
LOOKS = ("light", "dark")


def expect_look(page: Page, look: str) -> None:
    """Wait until the page has that look."""
    until(lambda: (page.evaluate(BRIGHTNESS) > MIDDLE) == (look == "dark"), f"{look}", 20)


def choose(page: Page, look: str) -> None:
    """Press the button of the three looks until it is that one's turn."""
    button = page.get_by_role("button", name="Look: ")
    for _ in range(3):
        if (button.get_attribute("aria-label") or "").endswith(look):
            return
        button.click()
    expect(button).to_have_accessible_name(f"Look: {look}")


@pytest.mark.parametrize("look", LOOKS)
def test_a_page_has_the_look_of_the_system_and_follows_it(page: Page, look: str) -> None:
    other = LOOKS[1 - LOOKS.index(look)]
    page.emulate_media(color_scheme=look)
    page.goto("/templates")
    expect_look(page, look)
    page.emulate_media(color_scheme=other)
    expect_look(page, other)


@pytest.mark.parametrize("look", LOOKS)
def test_a_chosen_look_stays_whatever_the_system_says(page: Page, look: str) -> None:
    other = LOOKS[1 - LOOKS.index(look)]
    page.emulate_media(color_scheme=other)
    page.goto("/templates")
    choose(page, look)
    expect_look(page, look)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect_look(page, look)
    beside = page.context.new_page()
    beside.emulate_media(color_scheme=other)
    beside.goto("/sign-in")
    expect(beside.get_by_role("heading", level=1)).to_be_visible()
    expect_look(beside, look)


def test_nothing_moves_for_who_wants_no_motion(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/templates")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    longest = page.evaluate(LONGEST)
    assert longest <= 0.01, f"Something moves for {longest} s."
