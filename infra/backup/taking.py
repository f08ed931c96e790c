"""Takes a backup: each table page by page with consistent reads, then the contents.

How far it has come is written down after each part, so that one that was cut off goes on. It is no
picture of one moment: what changes meanwhile is in it as it was before or as it was after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from infra.backup.lines import digest_of, line_of, sha256
from infra.backup.shelf import PROGRESS, Json, Missing, Shelf
from infra.backup.source import facts_of, key_of, objects, pages, table_names
from infra.installations import Installation

PART_LETTERS = 8_000_000
"""Letters of lines after which a part is written."""
LISTED = 1_000
"""Contents after which a part of their list is written."""


@dataclass
class Taking:
    """A backup that is being taken, or goes on."""

    installation: Installation
    shelf: Shelf
    now: Callable[[], str]
    suffix: str = ""
    """What ends the names of the tables that are read, where those are copies."""
    progress: Json = field(init=False)

    def __post_init__(self) -> None:
        """Go on where an earlier one was cut off; begin where there was none."""
        fresh = {"begun_at": self.now(), "tables": {}, "contents": {}}
        self.progress = self.shelf.document(PROGRESS) or fresh

    def take(self) -> Json:
        """Take all of it and return the manifest; of one that is done, what it says already."""
        try:
            return self.shelf.manifest()
        except Missing:
            pass
        facts = facts_of(self.installation)
        for name, table in table_names(self.installation, self.suffix).items():
            self._table(name, table)
        self._contents(facts.contents)
        manifest = {
            "name": self.shelf.name,
            "installation": self.installation.name,
            "region": self.installation.region,
            "epoch": facts.epoch,
            "keys": list(facts.keys),
            "begun_at": self.progress["begun_at"],
            "ended_at": self.now(),
            "tables": self.progress["tables"],
            "contents": self.progress["contents"],
        }
        self.shelf.seal(manifest)
        return manifest

    def _table(self, name: str, table: str) -> None:
        """Write the parts of one table, from where it was cut off."""
        dynamodb = self.installation.client("dynamodb")
        told = self.progress["tables"].setdefault(
            name,
            {
                "key": key_of(dynamodb, table),
                "parts": [],
                "items": 0,
                "digest": "0",
                "next": None,
                "done": False,
            },
        )
        if told["done"]:
            return
        lines: list[str] = []
        for items, after in pages(dynamodb, table, told["next"]):
            lines += [line_of(item) for item in items]
            if after is None or sum(map(len, lines)) >= PART_LETTERS:
                self._part(f"tables/{name}", told, lines)
                told |= {"next": after, "done": after is None}
                self.shelf.keep(PROGRESS, self.progress)
                lines = []

    def _contents(self, bucket: str) -> None:
        """Copy every content, and write the parts of their list."""
        s3 = self.installation.client("s3")
        told = self.progress["contents"]
        told |= {"parts": [], "items": 0, "digest": "0", "next": "", "done": False} | told
        lines: list[str] = []
        for key in objects(s3, bucket):
            if told["done"] or key <= told["next"]:
                continue
            body = _read(s3, bucket, key)
            if body is None:
                continue
            self.shelf.put(f"contents/{key}", body)
            lines.append(f"{sha256(body)} {key}")
            if len(lines) >= LISTED:
                self._listed(told, lines, key)
                lines = []
        if not told["done"]:
            self._listed(told, lines, "")
            told["done"] = True
            self.shelf.keep(PROGRESS, self.progress)

    def _listed(self, told: Json, lines: list[str], key: str) -> None:
        self._part("contents-list", told, lines)
        told["next"] = key
        self.shelf.keep(PROGRESS, self.progress)

    def _part(self, folder: str, told: Json, lines: list[str]) -> None:
        if lines:
            number = len(told["parts"]) + 1
            told["parts"].append(self.shelf.put_part(f"{folder}/{number:06}.json.gz", lines))
            told["items"] += len(lines)
            told["digest"] = digest_of(lines, told["digest"])


def _read(s3: Any, bucket: str, key: str) -> bytes | None:
    """A content; None for one that is gone since it was listed."""
    try:
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None
