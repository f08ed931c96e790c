"""Writes `template.schema.json` anew, after the format changed: `python -m infra.seed.schema`."""

from __future__ import annotations

import json

from infra.seed.folder import SCHEMA
from infra.seed.format import schema


def written() -> str:
    """The schema as its file holds it."""
    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(written(), encoding="utf-8")
