"""What happened, turned into deliveries: each account's news of a moment, grouped by channel.

The journal is where it comes from: an entry that people are to be told of carries a mark since
the transaction that wrote it, and loses it only when its deliveries and incidents are written.
So whatever dies in between is gone through again, and makes nothing twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.domain.events import sentence
from chalicelib.domain.notices.incidents import Fact, Incident, Item, Round, weigh
from chalicelib.domain.notices.messages import Message, document, messages
from chalicelib.domain.notices.rules import BY_NODE, rule_of
from chalicelib.ports.records import (
    DUE_SHARDS,
    NOTICE_SHARDS,
    Create,
    Heard,
    JournalEntry,
    Record,
    Release,
    Reserve,
    Write,
)
from chalicelib.services.notices.notice_channels import of_account, remove, takes
from chalicelib.services.tools import Tools

QUEUE = "notices"
DELIVERIES = "notice_deliveries"
PAGE = 500
"""Entries of one shard in one round; what is left comes with the next one."""
SETTLE_SECONDS = 15.0
"""How old an entry is before it is told, so that what belongs together is there together."""
UNSEEN_SECONDS = 150.0
"""How long an app that cannot be seen waits for its server to be called offline, or back."""
KEEP_DAYS = 30
"""For how long deliveries are kept."""
AT_ONCE = 40
"""Entries in one transaction with their incidents; DynamoDB takes a hundred writes."""
PREFIX = "incident#"
NOBODY = frozenset({"", "hoster"})
"""Accounts that are no person's."""


@dataclass(frozen=True)
class Due:
    """Asks for one delivery to be tried."""

    delivery: str


def go_round(tools: Tools) -> Counter[str]:
    """Turn what happened into deliveries, and have those tried that are due."""
    told = Counter(heard=0, waiting=0, deliveries=0)
    by_account: dict[str, list[JournalEntry]] = {}
    for shard in range(NOTICE_SHARDS):
        for entry in tools.records().untold(shard, limit=PAGE):
            by_account.setdefault(entry.account, []).append(entry)
    for account, entries in by_account.items():
        told.update(tell(tools, account, entries))
    told["due"] = ask_for_due(tools)
    return told


def ask_for_due(tools: Tools) -> int:
    """Ask for every delivery that is due to be tried; returns how many."""
    asked = 0
    for shard in range(DUE_SHARDS):
        due = tools.records().due(DELIVERIES, shard, before=tools.now(), limit=PAGE)
        if due:
            tools.queue(QUEUE).send_all([asdict(Due(one)) for one in due])
        asked += len(due)
    return asked


def tell(tools: Tools, account: str, entries: list[JournalEntry]) -> Counter[str]:
    """Tell an account's channels what its entries come to; what has to wait stays marked."""
    around = _around(tools, entries)
    ready = _ready(tools, sorted(entries, key=lambda entry: entry.id), around)
    facts = [fact for entry in ready if (fact := _fact(entry, around)) is not None]
    if account in NOBODY:
        facts = []
    decided = weigh(facts, _standing(tools, facts))
    made = _deliver(tools, account, decided.items) if decided.items else 0
    _forget_apps(tools, account, ready)
    _keep(tools, ready, decided)
    return Counter(heard=len(ready), waiting=len(entries) - len(ready), deliveries=made)


def _around(tools: Tools, entries: list[JournalEntry]) -> Mapping[str, Record]:
    """The records that entries are about, and what those belong to."""
    found = tools.records().get_many(tuple({entry.entity for entry in entries}))
    others = {one.node for one in found.values() if one.node} | {
        str(one.attributes["deployment_id"])
        for one in found.values()
        if one.attributes.get("deployment_id")
    }
    return {**tools.records().get_many(tuple(others - found.keys())), **found}


def _ready(
    tools: Tools, entries: list[JournalEntry], around: Mapping[str, Record]
) -> list[JournalEntry]:
    """Leave out what is too young, and what follows it of the same record."""
    now, waiting, ready = tools.now(), set[str](), []
    young = {entry.entity for entry in entries if _age(entry, now) < SETTLE_SECONDS}
    for entry in entries:
        if entry.entity in waiting or _must_wait(entry, around, young, now):
            waiting.add(entry.entity)
        else:
            ready.append(entry)
    return ready


def _age(entry: JournalEntry, now: str) -> float:
    return clock.seconds_between(entry.at, now)


def _must_wait(
    entry: JournalEntry, around: Mapping[str, Record], young: Set[str], now: str
) -> bool:
    age = _age(entry, now)
    rule = rule_of(entry.type, entry.name, entry.data)
    is_unseen = rule is not None and rule.does == "opens" and rule.rank == BY_NODE
    app = around.get(entry.entity)
    home = around.get(app.node) if app is not None and app.node else None
    is_in_doubt = app is not None and app.health == "unreachable" and home is not None
    if is_unseen and is_in_doubt and home is not None:
        if home.id in young:
            return True  # it is told with its server, which has just gone
        if home.status == "online":
            return age < UNSEEN_SECONDS
    return age < SETTLE_SECONDS


def _fact(entry: JournalEntry, around: Mapping[str, Record]) -> Fact | None:
    """What an entry means; None for what means nothing, and for the apps of proofs."""
    rule, about = rule_of(entry.type, entry.name, entry.data), around.get(entry.entity)
    if rule is None or about is None or about.attributes.get("proof_id"):
        return None
    home = around.get(about.node) if about.node else None
    is_own = home is not None and home.owner == about.owner
    app = about.id if entry.type == "deployments" else about.attributes.get("deployment_id")
    hostname = entry.data.get("hostname") or entry.data.get("host")
    if not hostname and entry.type == "domains":
        hostname = about.attributes["hostname"]
    return Fact(
        entry=entry.id,
        rule=rule,
        about=entry.entity,
        kind=entry.type,
        at=entry.at,
        name=_name(about),
        detail=sentence(entry.type, entry.name, entry.data),
        deployment=str(app or ""),
        node=home.id if home is not None and is_own else "",
        node_name=_name(home) if home is not None and is_own else "",
        hostname=str(hostname or ""),
    )


def _name(record: Record) -> str:
    """What people call a record."""
    known = record.attributes
    if record.type == "invoices":
        return f"Invoice {known.get('number') or known.get('month') or record.id}"
    names = ("name", "hostname", "deployment_name")
    return str(next((known[name] for name in names if known.get(name)), record.id))


def _standing(tools: Tools, facts: list[Fact]) -> dict[str, Incident]:
    """The incidents that stand of those that facts are about, and of their servers."""
    keys = {fact.incident for fact in facts if fact.incident}
    keys |= {f"node#{fact.node}" for fact in facts if fact.node}
    held = tools.records().reservations(PREFIX, tuple(keys)) if keys else {}
    standing = {}
    for key, holder in held.items():
        data = tools.records().reservation(PREFIX + key)
        if data is not None:
            standing[key] = Incident(
                key, holder, data["since"], int(data["rank"]), bool(data["swallowed"])
            )
    return standing


def _deliver(tools: Tools, account: str, items: tuple[Item, ...]) -> int:
    """Write a delivery for each message to each channel, and ask for them to be tried."""
    made = []
    for channel in of_account(tools, account):
        told = messages(
            items,
            events=channel.attributes["events"],
            deployment=channel.attributes["deployment_id"] or "",
        )
        wanted = (message for message in told if takes(channel, message.type))
        made += [one for message in wanted for one in _written(tools, channel, message)]
    if made:
        tools.queue(QUEUE).send_all([asdict(Due(one)) for one in made])
    return len(made)


def _written(tools: Tools, channel: Record, message: Message) -> Iterator[str]:
    """Write a delivery; what an earlier, broken round wrote of it is left out, the rest is told."""
    delivery_id = _id(channel.id, message.type, message.entries[0])
    record = delivery(tools, channel, delivery_id, document(message), entries=message.entries)
    try:
        tools.records().commit(Create(record))
    except Stale:
        told = tools.records().get(delivery_id)
        before = set(told.attributes["entries"]) if told else set()
        places = [n for n, entry in enumerate(message.entries) if entry not in before]
        if before and places:
            rest = replace(
                message,
                items=tuple(message.items[n] for n in places if n < len(message.items)),
                entries=tuple(message.entries[n] for n in places),
            )
            yield from _written(tools, channel, rest)
    else:
        yield delivery_id


def delivery(
    tools: Tools,
    channel: Record,
    delivery_id: str,
    notice: dict[str, Any],
    *,
    entries: tuple[str, ...] = (),
) -> Record:
    """Make the record of a notice that is to go to a channel, due at once."""
    now = tools.now()
    gone = clock.moment_of(now) + timedelta(days=KEEP_DAYS)
    return Record(
        id=delivery_id,
        type=DELIVERIES,
        owner=channel.owner,
        status="pending",
        created_at=now,
        updated_at=now,
        attributes={
            "channel_id": channel.id,
            "notice": notice,
            "entries": list(entries),
            "attempts": [],
            "attempt_count": 0,
            "due_at": now,
            "expires_at": int(gone.timestamp()),
        },
        parent=parent_of_deliveries(channel.id),
    )


def parent_of_deliveries(channel_id: str) -> str:
    """What a channel's deliveries hang on."""
    return f"{channel_id}#deliveries"


def _id(channel: str, kind: str, entry: str) -> str:
    """The one id of a message of a type to a channel that begins with an entry."""
    return "ntc_" + hashlib.sha256(f"{channel}|{kind}|{entry}".encode()).hexdigest()[:24]


def _forget_apps(tools: Tools, account: str, entries: list[JournalEntry]) -> None:
    """Take the channels of apps away that are gone."""
    gone = {one.entity for one in entries if (one.type, one.name) == ("deployments", "deleted")}
    if not gone or account in NOBODY:
        return
    for channel in of_account(tools, account):
        if channel.attributes["deployment_id"] in gone:
            with suppress(Stale, Conflict):
                remove(tools, channel, actor="hoster")


def _keep(tools: Tools, entries: list[JournalEntry], decided: Round) -> None:
    """Write which incidents stand, then take the marks from the entries that made them."""
    writes: list[Write] = [
        *(Reserve(PREFIX + one.key, one.about, one.data()) for one in decided.opened),
        *(Release(PREFIX + one.key, one.about) for one in decided.closed),
    ]
    marks: list[Write] = [Heard(entry.entity, entry.id) for entry in entries]
    for some in (writes, marks):
        for start in range(0, len(some), AT_ONCE):
            tools.records().commit(*some[start : start + AT_ONCE])
