"""Tells the meter what running apps use: core-minutes and gigabyte-hours, a span at a time.

How far it was told of an account is noted in the commit that tells it, so that nothing is told
twice or left out. A span ends some minutes ago: what is still being found out is told right. Of an
app that cannot be seen nothing is told after the last look: how it is then, nobody knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from chalicelib.domain import clock, ids
from chalicelib.domain.billing.intervals import Interval
from chalicelib.domain.errors import Contended, Stale
from chalicelib.ports.records import Record, Usage
from chalicelib.ports.runs import ACCOUNT_SHARDS, MarkTold, ToldUntil
from chalicelib.services.metering.metering import last_evidence
from chalicelib.services.tools import Tools

LAG_SECONDS = 900
"""How long ago a span ends: longer than a crash goes unseen, looks being noted every 5 minutes."""
AT_ONCE = 45
"""Of how many apps is told in one transaction."""
PAGE = 100
HOUR = 3600


def tell_all(tools: Tools, *, seconds: float) -> Counter[str]:
    """Tell it of all accounts, for so long; another shard is the first one in each hour."""
    done: Counter[str] = Counter()
    begun = tools.now()
    first = clock.seconds_of(begun) // HOUR
    for turn in range(ACCOUNT_SHARDS):
        after, shard = "", (first + turn) % ACCOUNT_SHARDS
        while owners := tools.runs().accounts(shard, after=after, limit=PAGE):
            for owner in owners:
                if clock.seconds_between(begun, tools.now()) >= seconds:
                    done["left"] += 1
                    return done
                done += _tell(tools, owner)
            after = owners[-1]
    return done


def _tell(tools: Tools, owner: str) -> Counter[str]:
    try:
        events = tell_account(tools, owner)
    except (Stale, Contended):
        # Somebody else tells it, or the next hour does.
        return Counter(moved_on=1)
    return Counter(accounts=1, events=events)


def tell_account(tools: Tools, owner: str) -> int:
    """Tell what an account's apps used since it was told last; returns by how many events."""
    told = tools.runs().told_until(owner)
    until = told.part_until or clock.seconds_of(tools.now()) - LAG_SECONDS
    if until <= told.until:
        return 0
    runs = tools.runs().reaching(owner, since=told.until, until=until)
    left = sorted({run.deployment for run in runs if run.deployment > told.part_after})
    count = 0
    while left or told.part_until:
        part, left = left[:AT_ONCE], left[AT_ONCE:]
        after = ToldUntil(told.until, until, part[-1]) if left else ToldUntil(until)
        apps = tools.records().get_many(tuple(part)).values()
        span = (told.until, until)
        events = [event for app in apps for event in _used(tools, app, span, runs)]
        tools.records().commit(MarkTold(owner, told, after), *events)
        told, count = after, count + len(events)
    return count


def _used(
    tools: Tools, app: Record, span: tuple[int, int], runs: Iterable[Interval]
) -> Iterator[Usage]:
    """What an app used in a span, of what it has by now; nothing is told of what is nothing."""
    seconds = _seconds_of(tools, app, span, runs)
    cores = float(app.attributes.get("resources_cpu_cores") or 0)
    gigabytes = float(app.attributes.get("resources_disk_mb") or 0) / 1024
    for event, quantity in (
        ("compute.minutes", cores * seconds / 60),
        ("storage.gb_hours", gigabytes * seconds / HOUR),
    ):
        if round(quantity, 6) > 0:
            told = tools.used(app.owner, event, app.id, "deployment")
            yield replace(
                told,
                id=_event_id(app.id, event, span),
                at=clock.text_at(span[1]),
                quantity=round(quantity, 6),
            )


def _seconds_of(tools: Tools, app: Record, span: tuple[int, int], runs: Iterable[Interval]) -> int:
    """How long an app is known to have run within a span."""
    since, until = span
    if app.health == "unreachable":
        until = min(until, clock.seconds_of(last_evidence(tools, app)))
    return sum(
        max(0, min(run.until or until, until) - max(run.since, since))
        for run in runs
        if run.deployment == app.id
    )


def _event_id(app: str, event: str, span: tuple[int, int]) -> str:
    """The same for the same app and span, whoever tells it; it sorts by time, as others do."""
    digest = sha256(f"{app}#{event}#{span[0]}#{span[1]}".encode()).digest()
    return ids.time_ordered("evt_", span[1] * 1000, digest) + digest[4:8].hex()
