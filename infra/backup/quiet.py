"""Keeps an installation still while its tables are filled: nothing is called by a clock."""

from __future__ import annotations

from typing import Any


def pause(events: Any, prefix: str) -> list[str]:
    """Disable the rules of an installation that are enabled, and return their names."""
    pages = events.get_paginator("list_rules").paginate(NamePrefix=prefix)
    names = [
        str(rule["Name"])
        for page in pages
        for rule in page["Rules"]
        if rule.get("State", "ENABLED") == "ENABLED"
    ]
    for name in names:
        events.disable_rule(Name=name)
    return names


def go_on(events: Any, names: list[str]) -> None:
    """Enable rules again."""
    for name in names:
        events.enable_rule(Name=name)
