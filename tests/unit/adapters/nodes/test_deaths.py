"""Ends of containers and the kernel's word about memory, in whichever order they are told."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.adapters.nodes import deaths
from chalicelib.domain import names_on_node as names


def event(action: str, at: float, container: str = "one", code: str = "137") -> dict[str, Any]:
    labels = {names.DEPLOYMENT: "app", names.SERVICE: "web", "exitCode": code}
    return {
        "Action": action,
        "Actor": {"ID": container, "Attributes": labels},
        "timeNano": int((1_700_000_000 + at) * 1e9),
    }


@pytest.mark.parametrize(
    "order",
    ["oom die oom die oom die", "die oom die oom die oom", "die die die oom oom oom"],
)
def test_each_end_for_want_of_memory_is_told_as_such(order: str) -> None:
    told = [event(word, number / 10) for number, word in enumerate(order.split())]

    assert [one.out_of_memory for one in deaths.read(told)["app"]] == [True] * 3


def test_word_about_memory_is_about_one_end_of_its_own_container() -> None:
    told = [event("oom", 0), event("die", 0.1), event("die", 0.2, code="3")]
    other = [event("die", 0.1, "two")]

    found = deaths.read([*told, *other])["app"]

    assert [(one.exit_code, one.out_of_memory) for one in found] == [
        (137, True),
        (3, False),
        (137, False),
    ]


def test_process_that_was_ended_long_ago_explains_no_later_end() -> None:
    assert not deaths.read([event("oom", 0), event("die", 60)])["app"][0].out_of_memory
