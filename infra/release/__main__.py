"""`make notes`: print what CHANGELOG.md says of a version, or of what is not released yet.

    make notes VERSION=1.2.0

A topic that stands twice in the section is told once, with all its points.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[2] / "CHANGELOG.md"
UNRELEASED = "Unreleased"


def main() -> int:
    """Print the notes; a version of which nothing is told ends with 1."""
    try:
        print(notes(CHANGELOG.read_text(), os.environ.get("VERSION", "").removeprefix("v")))
    except LookupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def notes(changelog: str, version: str = "") -> str:
    """The notes of a version, or of what is not released yet.

    Raises `LookupError` when the changelog has no section of that version, or nothing in it.
    """
    wanted = version or UNRELEASED
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        if title.strip().partition(" ")[0].strip("[]") == wanted:
            topics = _topics(body)
            if topics:
                return "\n\n".join(f"### {name}\n\n{points}" for name, points in topics.items())
    detail = f"{CHANGELOG.name} tells nothing of {wanted}"
    raise LookupError(detail)


def _topics(body: str) -> dict[str, str]:
    """The points of each topic, in the order in which the topics first stand."""
    found: dict[str, list[str]] = {}
    for topic in re.split(r"^### ", body, flags=re.MULTILINE)[1:]:
        name, _, points = topic.partition("\n")
        if points.strip():
            found.setdefault(name.strip(), []).append(points.strip())
    return {name: "\n".join(points) for name, points in found.items()}


if __name__ == "__main__":
    sys.exit(main())
