"""What one app or server asks of each part, the part's limit, and the size at which it is hit."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.adapters.records.outbox import shard_of as outbox_of
from chalicelib.domain.routes import shard_of as route_shard_of
from infra.packaging.registry import consumers
from infra.proxy.agent import POLL_SECONDS
from infra.scale.looks import Rounds, most
from infra.scale.shards import spread

APPS_PER_SERVER = 3.0
PEAK = 10.0
"""How much more than the mean a busy minute asks."""
LIVES = 4.0
"""Executions of a machine that an app begins in a month of 730 hours."""
TRANSITIONS = 60.0
"""Of one execution, the longest usual one."""
MONTH_SECONDS = 730 * 3600.0
ROUTE_BYTES, ROUTES_PER_APP = 320.0, 1.2
METRIC_BYTES, METRIC_SECONDS = 1500.0, 300.0
PARTITION_READS, PARTITION_WRITES = 3000.0, 1000.0
"""Units a second that one partition of a table gives."""
FRESH_TABLE_WRITES, TABLE_WRITES = 4000.0, 40_000.0
"""Units a second of a table that is new, and of one in an account as AWS opens it."""
ACCOUNT_CONCURRENCY = 1000.0
STARTS_A_SECOND, TRANSITIONS_A_SECOND = 150.0, 800.0
"""What Step Functions refills in the smaller regions; the largest have 300 and 5,000."""
EVENTS_A_SECOND = 5000.0
"""What the reporter of usage takes (`make bench ONLY=metering`)."""
METERED_A_DAY = 26.0
"""Usage events of an app: an hour's use each hour, and what is done to it."""
ROUTES_IN_MEMORY = 600_000.0
"""Routes at which the proxy's task has no memory left: 100,000 take 160 MB of 1,024."""
QUEUE_IN_FLIGHT = 120_000.0


@dataclass(frozen=True)
class Limit:
    """Something that grows with apps, until it meets a bound."""

    name: str
    each: float
    """What one app asks for."""
    bound: float
    unit: str
    lift: str
    """What moves the bound."""

    @property
    def apps(self) -> int:
        """The number of apps at which it is met."""
        return int(self.bound / self.each)


def limits() -> list[Limit]:
    """Every limit, the first that is met before the others."""
    [watch] = [given for _, given in consumers() if given.queue == "watch"]
    rounds = Rounds(watch.batch, watch.at_once or 1000)
    servers = most(rounds)
    hosts = (f"app-{number}.apps.example.com" for number in range(100_000))
    routes = spread(hosts, route_shard_of)
    outbox = spread((f"user-{number}" for number in range(100_000)), outbox_of)
    begun = LIVES * PEAK / MONTH_SECONDS
    shard = ROUTES_PER_APP * routes.skew / routes.shards
    found = [
        Limit(
            "looks at servers, each minute",
            1 / APPS_PER_SERVER,
            servers,
            "servers",
            "`at_once` of the consumer of `watch`, with Lambda's concurrency raised alike",
        ),
        Limit(
            "Lambda's concurrency, looks alone",
            rounds.at_once / servers / APPS_PER_SERVER,
            ACCOUNT_CONCURRENCY,
            "calls at once",
            "a quota of the account: tens of thousands on request",
        ),
        Limit(
            "executions begun, at a peak",
            begun,
            STARTS_A_SECOND,
            "a second",
            "a quota of the account and region",
        ),
        Limit(
            "state transitions, at a peak",
            begun * TRANSITIONS,
            TRANSITIONS_A_SECOND,
            "a second",
            "a quota of the account and region",
        ),
        Limit(
            "metrics written, a table that is new",
            METRIC_BYTES / 1000 / METRIC_SECONDS,
            FRESH_TABLE_WRITES,
            "writes a second",
            "nothing: an on-demand table doubles by itself; warm throughput sets it before",
        ),
        Limit(
            "metrics written, the account's bound of a table",
            METRIC_BYTES / 1000 / METRIC_SECONDS,
            TABLE_WRITES,
            "writes a second",
            "a quota of the account",
        ),
        Limit(
            "usage events into the fullest outbox shard, at a peak",
            METERED_A_DAY / 86400 * PEAK * 2 * outbox.skew / outbox.shards,
            PARTITION_WRITES,
            "writes a second",
            "`OUTBOX_SHARDS`: more shards, drained alike",
        ),
        Limit(
            "usage events through the reporter",
            METERED_A_DAY / 86400 * PEAK,
            EVENTS_A_SECOND,
            "a second",
            "the reporter's shards drained by calls of their own",
        ),
        Limit(
            "rereading the fullest shard of routes within a second, two proxies",
            shard * ROUTE_BYTES / 4096 * 0.5 * 2,
            PARTITION_READS,
            "reads a second",
            "`SHARDS` of routes, or a longer `RECONCILE_SECONDS`",
        ),
        Limit(
            "routes in the memory of a proxy's task",
            ROUTES_PER_APP,
            ROUTES_IN_MEMORY,
            "routes",
            "`ProxyMemory`, up to 8,192 MB",
        ),
        Limit(
            "looks in flight in the queue",
            1 / APPS_PER_SERVER,
            QUEUE_IN_FLIGHT,
            "messages",
            "a queue for each shard of the watch",
        ),
    ]
    return sorted(found, key=lambda one: one.apps)


def counter_reads(proxies: int) -> float:
    """Reads a second of one shard's counter; they are the same for any number of apps."""
    return proxies * 0.5 / POLL_SECONDS
