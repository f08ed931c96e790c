"""Brings a backup back into the empty tables of an installation, and compares every item.

Nothing is written before the backup is read whole and found to belong there. Schedules are off
meanwhile. What was cut off goes on when it is asked for again; schedules stay off until it is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.backup.checking import (
    Refused,
    check_fit,
    check_tables,
    check_whole,
    content,
    found_in_tables,
)
from infra.backup.lines import Item, digest_of, item_of, line_of, sha256
from infra.backup.quiet import go_on, pause
from infra.backup.shelf import Json, Shelf
from infra.backup.source import facts_of, objects, pages, table_names
from infra.installations import Installation

AT_ONCE = 25
"""Items that DynamoDB takes in one call."""
TRIES = 12
LONGEST_WAIT = 10.0
"""Seconds between two tries, at most."""


class Different(Exception):
    """What stands there after all was written is not what the backup holds."""


@dataclass(frozen=True)
class Restoring:
    """A restore that begins, or goes on."""

    installation: Installation
    shelf: Shelf
    empties: bool
    """Whether what stands in the tables is taken away first, whosever it is."""
    tell: Callable[[str], None]
    only: str = ""
    """The one table that is brought back; empty for all of them and the contents."""

    def check(self) -> Json:
        """Read all of the backup and return the manifest. Writes nothing.

        Raises `Missing` or `Damaged`.
        """
        manifest = self._meant(self.shelf.manifest())
        self.tell("Reading the backup")
        check_whole(self.shelf, manifest)
        return manifest

    def demand_fit(self, manifest: Json) -> None:
        """Raise `Refused` where the backup does not belong into the installation as it is."""
        check_fit(self.installation, facts_of(self.installation), manifest)
        check_tables(self.installation, manifest)

    def restore(self) -> Json:
        """Bring all of it back and return the manifest.

        Raises what `check` and `demand_fit` raise, and `Different` where not every item is as it
        was.
        """
        manifest = self.check()
        self.demand_fit(manifest)
        facts = facts_of(self.installation)
        what = f"-{self.only}" if self.only else ""
        mark = f"restores/{self.installation.name}-e{facts.epoch}{what}.json"
        state = self.shelf.document(mark)
        if state is not None and state["done"]:
            raise Refused(f"It was brought back in epoch {facts.epoch} already.")
        if state is None:
            state = self._begin(mark, manifest)
        self._write(manifest, mark, state)
        self._put_contents(manifest, facts.contents)
        self.tell("Comparing every item")
        self.compare(manifest, facts.contents)
        go_on(self.installation.client("events"), state["paused"])
        self.shelf.keep(mark, {**state, "done": True})
        return manifest

    def _meant(self, manifest: Json) -> Json:
        """What of the backup is brought back. Raises `Refused`."""
        if not self.only:
            return manifest
        if self.only not in manifest["tables"]:
            raise Refused(f"The backup holds no table {self.only}.")
        tables = {self.only: manifest["tables"][self.only]}
        return {**manifest, "tables": tables, "contents": {"parts": [], "items": 0}}

    def _begin(self, mark: str, manifest: Json) -> Json:
        """Make the installation still, once nothing stands in the way. Raises `Refused`."""
        standing = {}
        if not self.empties:
            standing = found_in_tables(self.installation, manifest["tables"])
        if standing:
            told = ", ".join(f"{count} in {name}" for name, count in standing.items())
            raise Refused(
                f"The tables are not empty ({told}). To take away all that stands there, give the"
                f" installation's name: EMPTY={self.installation.name}"
            )
        paused = pause(self.installation.client("events"), f"{self.installation.name}-")
        state = {"paused": paused, "emptied": False, "parts": [], "done": False}
        self.shelf.keep(mark, state)
        return state

    def _write(self, manifest: Json, mark: str, state: Json) -> None:
        dynamodb = self.installation.client("dynamodb")
        names = table_names(self.installation)
        if not state["emptied"]:
            self.tell("Taking away what stands there")
            for name, told in manifest["tables"].items():
                _empty(dynamodb, names[name], told["key"])
            state["emptied"] = True
            self.shelf.keep(mark, state)
        for name, told in manifest["tables"].items():
            self.tell(f"Writing {told['items']} items into {names[name]}")
            for part in told["parts"]:
                if part["name"] in state["parts"]:
                    continue
                items = [item_of(line) for line in self.shelf.part(part)]
                _change(dynamodb, names[name], [{"PutRequest": {"Item": item}} for item in items])
                state["parts"].append(part["name"])
                self.shelf.keep(mark, state)

    def _put_contents(self, manifest: Json, bucket: str) -> None:
        s3 = self.installation.client("s3")
        self.tell(f"Writing {manifest['contents']['items']} contents into {bucket}")
        for part in manifest["contents"]["parts"]:
            for line in self.shelf.part(part):
                key, body = content(self.shelf, line)
                s3.put_object(Bucket=bucket, Key=key, Body=body)

    def compare(self, manifest: Json, bucket: str) -> None:
        """Compare all that stands there with the backup. Raises `Different`, which says where."""
        dynamodb = self.installation.client("dynamodb")
        names = table_names(self.installation)
        wrong = []
        for name, told in manifest["tables"].items():
            digest, count = "0", 0
            for items, _ in pages(dynamodb, names[name]):
                digest = digest_of([line_of(item) for item in items], digest)
                count += len(items)
            if (count, digest) != (told["items"], told["digest"]):
                wrong.append(f"{names[name]} ({count} items, {told['items']} in the backup)")
        wrong += self._lost_contents(manifest, bucket)
        if wrong:
            raise Different(f"Not as in the backup: {', '.join(wrong)}")

    def _lost_contents(self, manifest: Json, bucket: str) -> list[str]:
        s3 = self.installation.client("s3")
        standing = set(objects(s3, bucket))
        lost = []
        for part in manifest["contents"]["parts"]:
            for line in self.shelf.part(part):
                hashed, _, key = line.partition(" ")
                body = s3.get_object(Bucket=bucket, Key=key) if key in standing else None
                if body is None or sha256(body["Body"].read()) != hashed:
                    lost.append(key)
        return lost


def _empty(dynamodb: Any, table: str, key: list[str]) -> None:
    for items, _ in pages(dynamodb, table):
        keys = [{name: item[name] for name in key} for item in items]
        _change(dynamodb, table, [{"DeleteRequest": {"Key": one}} for one in keys])


def _change(dynamodb: Any, table: str, requests: list[Item]) -> None:
    """Put or delete items, and what DynamoDB leaves over once more. Raises `Different` at last."""
    for begin in range(0, len(requests), AT_ONCE):
        left = requests[begin : begin + AT_ONCE]
        for attempt in range(TRIES):
            found = dynamodb.batch_write_item(RequestItems={table: left})
            left = found.get("UnprocessedItems", {}).get(table, [])
            if not left:
                break
            time.sleep(min(0.1 * 2**attempt, LONGEST_WAIT))
        else:
            raise Different(f"{table} does not take more; run it again to go on")
