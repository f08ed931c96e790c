"""Checks a whole backup, and whether it belongs into an installation, before a write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infra.backup.lines import Damaged, digest_of, item_of, sha256
from infra.backup.shelf import Json, Missing, Shelf
from infra.backup.source import Facts, key_of, pages, table_names
from infra.installations import Installation

OWN = "hoster"
"""Who owns the few records that an installation makes for itself as soon as it runs."""
SHORT_LIVED = frozenset({"rates", "idempotency"})
"""Tables of which nothing outlives a day."""


class Refused(Exception):
    """The backup does not belong there."""


def check_whole(shelf: Shelf, manifest: Json) -> None:
    """Read all of a backup. Raises `Damaged` where it is not, to the byte, what was written."""
    for name, told in manifest["tables"].items():
        digest, items = "0", 0
        for part in told["parts"]:
            lines = shelf.part(part)
            for line in lines:
                item_of(line)
            digest, items = digest_of(lines, digest), items + len(lines)
        if (items, digest) != (told["items"], told["digest"]):
            raise Damaged(f"{shelf.url} does not hold every item of {name}")
    for part in manifest["contents"]["parts"]:
        for line in shelf.part(part):
            content(shelf, line)


def content(shelf: Shelf, line: str) -> tuple[str, bytes]:
    """The key and body that a line of the contents' list names. Raises `Damaged`."""
    hashed, _, key = line.partition(" ")
    try:
        body = shelf.get(f"contents/{key}")
    except Missing as error:
        raise Damaged(str(error)) from error
    if sha256(body) != hashed:
        raise Damaged(f"{shelf.url}contents/{key} is not what was written")
    return key, body


def check_fit(installation: Installation, facts: Facts, manifest: Json) -> None:
    """Raise `Refused` where secrets could not be opened, or work of before would go on."""
    if manifest["installation"] != installation.name:
        raise Refused(
            f"The backup is of {manifest['installation']}: its secrets are sealed for that name and"
            f" open in no other installation, {installation.name} among them."
        )
    if facts.epoch <= manifest["epoch"]:
        raise Refused(
            f"The installation's epoch is {facts.epoch} and the backup's {manifest['epoch']}. Raise"
            " the parameter Epoch above it and deploy, so that no execution of before is taken for"
            " one of after, and sweeps only report."
        )
    known = {_replica(key) for key in facts.keys}
    unknown = [key for key in manifest["keys"] if _replica(key) not in known]
    if unknown:
        raise Refused(
            f"Secrets in the backup are sealed under {', '.join(unknown)}, which the installation"
            " does not know: name it as SealingKey or RetiringKey."
        )


def _replica(key: str) -> str:
    """What a key's ARN says beside the region: replicas of a multi-Region key open alike."""
    parts = key.split(":")
    return ":".join((*parts[:3], *parts[4:])) if "/mrk-" in key else key


def check_tables(installation: Installation, manifest: Json) -> None:
    """Raise `Refused` where the tables are others than those of the backup."""
    dynamodb = installation.client("dynamodb")
    names = table_names(installation)
    if set(manifest["tables"]) - set(names):
        raise Refused("The backup holds tables that this version of Hoster does not have.")
    for name, told in manifest["tables"].items():
        if key_of(dynamodb, names[name]) != told["key"]:
            raise Refused(f"The table {names[name]} has another key than in the backup.")


def found_in_tables(installation: Installation, names: Iterable[str]) -> dict[str, int]:
    """How many items stand in the way, by table: what accounts own, and what follows from it."""
    dynamodb, tables = installation.client("dynamodb"), table_names(installation)
    found: dict[str, int] = {}
    for name in names:
        if name in SHORT_LIVED:
            continue
        table = tables[name]
        count = sum(not _is_own(item) for items, _ in pages(dynamodb, table) for item in items)
        if count:
            found[name] = count
    return found


def _is_own(item: dict[str, Any]) -> bool:
    return bool(item.get("owner", {}).get("S") == OWN)
