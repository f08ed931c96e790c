"""What the gateway's expressions are made of: constants, and which limits a plan brings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

NO_LIMITS = {"max_deployments": 0, "max_cpu_cores": 0, "max_memory_mb": 0, "max_disk_mb": 0}
"""What a plan brings that is not known."""


def constant(text: str) -> str:
    """A text as an expression: the gateway takes every value for one."""
    return json.dumps(text) if "'" in text or "\\" in text else f"'{text}'"


def limits(plans: Mapping[str, Any]) -> str:
    """The limits of the caller's plan, as the product reads them."""
    chosen = "".join(
        f"planID == {constant(name)} ? {constant(_compact(plan['limits']))} : "
        for name, plan in plans.items()
    )
    return chosen + constant(_compact(NO_LIMITS))


def path_below(folder: str, stripped: str, index: str) -> str:
    """The path at an upstream whose things lie in a folder; empty where it is the path itself.

    `stripped` is taken off the path's beginning. `index` is the page for paths that name no file.
    """
    if folder == stripped and not index:
        return ""
    rest = f"trimPrefix(path, {constant(stripped)})" if stripped else "path"
    chosen = f"path contains '.' ? {rest} : {constant(index)}" if index else rest
    if not folder:
        return chosen
    return f"{constant(folder)} + " + (f"({chosen})" if index else chosen)


def _compact(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"))
