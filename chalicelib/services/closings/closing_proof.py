"""The proof of a closed account: each thing that was removed, when, and what remains and why.

It is made by looking again: at the counters of what an account has, which are exact, and at the
tombstones of what it had. What the providers said stands with the credentials.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from typing_extensions import TypedDict

from chalicelib.ports.records import Record
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.accounts.accounts import had_of
from chalicelib.services.accounts.belongings import buried, living
from chalicelib.services.backups.backups import LEFT_IN
from chalicelib.services.closings.closings import Left, earned_cents
from chalicelib.services.tools import Tools

STAYS = frozenset({"invoices", "templates"})
"""Types of which something may stay."""
PROVIDER_SAID = "provider_said"
"""The attribute of a credential that is gone: what its provider said when it was looked last."""
TRAIL_DAYS = 90
"""How long what happened is kept (`JOURNAL_DAYS` of the store)."""
RECOVERY_DAYS = 35
"""How far the store can be taken back after a disaster, which no request can do."""


class Removed(TypedDict):
    """One thing that is gone."""

    resource_type: str
    resource_id: str
    name: str
    removed_at: str
    provider_said: str | None
    """What was seen at the provider before its credential was forgotten."""


class Remaining(TypedDict):
    """Something that is kept, and why."""

    what: str
    why: str


class Proof(TypedDict):
    """What was removed of an account, and what remains. Times are RFC 3339 UTC."""

    account: str
    asked_at: str
    closed_at: str
    removed: list[Removed]
    counted: dict[str, int]
    """How many things of each type were there when it was looked last."""
    remains: list[Remaining]


def unseen(tools: Tools, account: str) -> list[Left]:
    """What is counted although no list shows it: it is looked again, and nothing is called gone."""
    return [
        Left(
            resource_type=name,
            resource_id=account,
            name=name,
            reason=f"{count} are counted that no list shows yet.",
        )
        for name, count in had_of(tools, account).items()
        if count > 0 and name not in STAYS
    ]


def written(tools: Tools, closing: Record) -> Proof:
    """Look again, and write down what was found."""
    account = closing.owner
    return {
        "account": account,
        "asked_at": closing.attributes["asked_at"],
        "closed_at": tools.now(),
        "removed": sorted(_removed(tools, account), key=lambda one: one["removed_at"]),
        "counted": had_of(tools, account),
        "remains": list(_remaining(tools, account)),
    }


def packed(proof: Proof) -> bytes:
    """A proof as it is kept."""
    return json.dumps(proof, indent=1).encode()


def read(tools: Tools, closing: Record) -> Proof:
    """The proof of a closed account. Raises `Unavailable`."""
    found: Proof = json.loads(tools.contents("contents").get(closing.attributes["proof"]))
    return found


def _removed(tools: Tools, account: str) -> Iterator[Removed]:
    for resource in RESOURCES.values():
        for record in buried(tools, account, resource):
            yield _of(record)


def _of(record: Record) -> Removed:
    known: dict[str, Any] = record.attributes
    return {
        "resource_type": record.type,
        "resource_id": record.id,
        "name": str(known.get("name") or known.get("instance_name") or record.id),
        "removed_at": record.updated_at,
        "provider_said": known.get(PROVIDER_SAID),
    }


def _left_in_buckets(tools: Tools, account: str) -> Counter[str]:
    """How many backups were forgotten whose archives stay, by the buckets of the account's own."""
    gone = buried(tools, account, RESOURCES["backups"])
    return Counter(str(one.attributes[LEFT_IN]) for one in gone if one.attributes.get(LEFT_IN))


def _remaining(tools: Tools, account: str) -> Iterator[Remaining]:
    invoices = len(list(living(tools, account, "invoices")))
    if invoices:
        yield Remaining(
            what=f"{invoices} invoices, and the ledger's entries about them",
            why="The law demands bookkeeping, in most places for ten years. They say what ran, when"
            " and for how much, under the account's id; no address and no name of yours.",
        )
    for template in living(tools, account, "templates"):
        yield Remaining(
            what=f"The template {template.attributes['name']} ({template.id})",
            why="Apps of others run of it. Nobody can find or start it any more.",
        )
    for place, count in sorted(_left_in_buckets(tools, account).items()):
        yield Remaining(
            what=f"The archives of {count} {'backup' if count == 1 else 'backups'} in {place}",
            why="The bucket is yours. They are encrypted, and what opens them is gone with the"
            " backups here, unless you have it from an export or a download.",
        )
    if cents := earned_cents(tools, account):
        yield Remaining(
            what=f"{cents / 100:.2f} {tools.settings().currency} that were earned with templates",
            why="They are owed to you: whoever runs this installation pays them out.",
        )
    yield Remaining(
        what=f"The trail of what happened, for {TRAIL_DAYS} days",
        why="It is forgotten by itself; nobody but whoever runs this installation can read it.",
    )
    yield Remaining(
        what="A digest of each mail address of yours from which letters came back, if any did",
        why="They are written to no more because of it. It tells nobody the address.",
    )
    yield Remaining(
        what=f"Copies of the store for recovery, for {RECOVERY_DAYS} days",
        why="They are there for disasters and are forgotten by themselves.",
    )
    yield Remaining(
        what="The sign-in at the gateway, with its mail address",
        why="It is suspended: nobody signs in. Whoever runs the gateway removes it when asked.",
    )
    yield Remaining(what="This proof", why="It shows what was done; it names what was removed.")
