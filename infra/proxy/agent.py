"""The route agent: keep HAProxy's maps and certificates equal to the route table.

It looks at the table's change counters a few times a second, reads what changed, and sends HAProxy
the difference. When the table or HAProxy is away it keeps what it has and goes on
trying; what HAProxy knew when it ended is in files, from which it starts again.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.routes import CERTIFICATES, CHALLENGES
from infra.proxy import logs
from infra.proxy.balancer import Balancer, Silent
from infra.proxy.keeper import Keeper
from infra.proxy.maps import KeptMap
from infra.proxy.outages import UNWRITABLE, Outage
from infra.proxy.routes import (
    Routes,
    Secured,
    carry,
    certificates_in,
    challenges_in,
    redirected,
)
from infra.proxy.seals import opener
from infra.proxy.served import Served
from infra.proxy.settings import Files, Source, source
from infra.proxy.shelf import Shelf
from infra.proxy.table import COUNTED, SHARD_NAMES, Count, Item, RouteTable, hosts_changed

POLL_SECONDS = 0.3
RECONCILE_SECONDS = 60.0
"""Within this time every shard is read again, whether it is said to have changed or not."""

log = logging.getLogger("route agent")


@dataclass
class Agent:
    """What one agent last read, and what it last sent."""

    table: RouteTable
    balancer: Balancer
    files: Files
    given: Source
    keeper: Keeper
    counters: dict[str, Count] = field(default_factory=dict)
    """The counter of each shard that was read, as it was before the reading."""
    shards: dict[str, Routes] = field(default_factory=dict)
    named: dict[str, Routes] = field(default_factory=dict)
    """The certificates that each shard's routes name."""
    complaints: dict[str, list[str]] = field(default_factory=dict)
    secured: Secured = field(default_factory=Secured)
    """Which names the shards were carried as led to HTTPS."""
    loaded_at: int = 0
    """When the table was last read as it is, in seconds since 1970."""
    facts: Routes = field(default_factory=dict)
    """What HAProxy was told of this agent."""
    table_outage: Outage = field(default_factory=lambda: Outage("The route table"))
    balancer_outage: Outage = field(default_factory=lambda: Outage("HAProxy"))
    disk_outage: Outage = field(default_factory=lambda: Outage("The disk for maps", how=UNWRITABLE))
    now: Callable[[], float] = time.time

    def __post_init__(self) -> None:
        """Begin with maps of which nothing is known."""
        self.routes = KeptMap(self.files.routes, self.balancer)
        self.challenges = KeptMap(self.files.challenges, self.balancer)

    @property
    def is_loaded(self) -> bool:
        """Whether all was read once: before that, what is missing is not known to be gone."""
        return len(self.shards) == len(SHARD_NAMES) and self.challenges.want is not None

    def look(self, again: str | None = None) -> None:
        """Read what changed, and the shard `again` in any case, and have HAProxy follow."""
        try:
            self._read(again)
            self.table_outage.end()
        except (BotoCoreError, ClientError) as error:
            self.table_outage.begin(error)
        self._secure()
        try:
            # Once a round, HAProxy's own maps are compared as well.
            self._send(compare=again == SHARD_NAMES[0])
            self.balancer_outage.end()
        except Silent as error:
            self.routes.sent = self.challenges.sent = None
            self.balancer_outage.begin(error)
        # After HAProxy was told: writing a large file would delay what people see.
        self._save()

    def end(self) -> None:
        """Leave on disk what is known."""
        self._save(at_once=True)

    def _save(self, *, at_once: bool = False) -> None:
        """Write what changed; a disk that takes nothing keeps nobody from being served."""
        if not self.is_loaded:
            return
        maps = (self.routes, self.challenges)
        for one in maps:
            try:
                one.save(at_once=at_once)
            except OSError as error:
                self.disk_outage.begin(error)
        if all(one.is_saved for one in maps):
            self.disk_outage.end()

    # The table -------------------------------------------------------------------------------

    def _read(self, again: str | None) -> None:
        counters = self.table.counters()
        changed = [s for s in counters if s == again or self.counters.get(s) != counters[s]]
        fresh: set[str] = set()
        try:
            for shard in changed:
                if shard == again or not self._read_few(shard, counters[shard]):
                    self._read_shard(shard)
                # A change since the counter was read raises it again, for the next look.
                self.counters[shard] = counters[shard]
                fresh.add(shard)
            if len(counters) == len(COUNTED):
                self.loaded_at = int(self.now())
        finally:
            if fresh & set(SHARD_NAMES) and self.is_loaded:
                self._join()

    def _read_few(self, shard: str, counter: Count) -> bool:
        """Read the routes that a shard's counter tells of, if it tells of all that changed."""
        hosts = hosts_changed(self.counters.get(shard), counter)
        if shard not in self.shards or hosts is None:
            return False
        items = self.table.some(shard, hosts)
        if items is None:
            return False
        self._carry(shard, items, hosts)
        return True

    def _read_shard(self, shard: str) -> None:
        if shard == CERTIFICATES:
            # Material is read by host; what failed may have been put right.
            self.keeper.try_again()
            return
        items = self.table.items(shard)
        if shard != CHALLENGES:
            self._carry(shard, items)
            return
        answers, complaints = challenges_in(items, self.now())
        if answers != self.challenges.want:
            self.challenges.want = answers
        self._complain(shard, complaints)

    def _carry(self, shard: str, items: list[Item], hosts: list[str] | None = None) -> None:
        """Take over the items of a shard, or those that there are of some of its hosts."""
        routes, complaints = carry(items, self.given.networks)
        routes = redirected(routes, self.secured)
        named, more = certificates_in(items)
        complaints += more
        if hosts is None:
            self.shards[shard], self.named[shard] = routes, named
            self._complain(shard, complaints)
            return
        self.shards[shard] = _with(self.shards[shard], hosts, routes)
        self.named[shard] = _with(self.named[shard], hosts, named)
        # What else there was to complain of is known once the whole shard is read.
        self._complain(shard, [*self.complaints.get(shard, ()), *complaints])

    def _complain(self, shard: str, complaints: list[str]) -> None:
        for complaint in complaints:
            if complaint not in self.complaints.get(shard, []):
                log.error("%s", complaint)
        self.complaints[shard] = complaints

    def _join(self) -> None:
        """Put the shards together."""
        want: Routes = {}
        named: Routes = {}
        for shard in SHARD_NAMES:
            want |= self.shards[shard]
            named |= self.named[shard]
        if want != self.routes.want:
            self.routes.want = want
        self.keeper.want(named)

    def _secure(self) -> None:
        """Lead names to HTTPS whose certificate has been loaded, and no longer where it went."""
        secured = Secured(self.keeper.secured, automatic=self.given.is_secure)
        if secured.hosts is self.secured.hosts or not self.is_loaded:
            return
        self.secured = secured
        self.shards = {s: redirected(routes, secured) for s, routes in self.shards.items()}
        self._join()

    # HAProxy ---------------------------------------------------------------------------------

    def _send(self, *, compare: bool) -> None:
        known = self.balancer.read(self.files.facts)
        # A HAProxy that does not know what it was told has just started.
        has_started = known != self.facts
        if has_started or compare:
            self.keeper.compare()
        if self.is_loaded:
            # Challenges first: who asks for one waits for nothing else.
            self.challenges.send(compare=compare or has_started)
            self.routes.send(compare=compare or has_started)
        facts = self._facts()
        self.balancer.update(self.files.facts, known, facts)
        self.facts = facts

    def _facts(self) -> Routes:
        """What HAProxy answers for this agent on its internal port."""
        facts = {"installation": self.given.installation} if self.given.installation else {}
        if not self.is_loaded:
            return facts
        if self.keeper.has_tried:
            facts["ready"] = "yes"
        return facts | {
            "routes": str(len(self.routes.want or ())),
            "challenges": str(len(self.challenges.want or ())),
            "certificates": str(len(self.secured.hosts)),
            "missing": str(len(self.keeper.troubles)),
            "loaded": str(self.loaded_at),
        }


def _with(before: Routes, hosts: list[str], fresh: Routes) -> Routes:
    """What there was, with what some hosts have now."""
    left = dict(before)
    for host in hosts:
        left.pop(host, None)
    return left | fresh


def run(agent: Agent, stopping: threading.Event) -> None:
    """Look again and again until told to stop."""
    rounds = cycle(COUNTED)
    due = time.monotonic()
    while not stopping.is_set():
        began = time.monotonic()
        if began >= due:
            agent.look(next(rounds))
            due = began + RECONCILE_SECONDS / len(COUNTED)
        else:
            agent.look()
        stopping.wait(max(0.0, began + POLL_SECONDS - time.monotonic()))
    agent.end()


def agent_of(given: Source, files: Files) -> Agent:
    """The agent of a proxy, with what it knew before."""
    table, balancer = RouteTable(given.table), Balancer(files.socket)
    keeper = Keeper(table, Served(balancer, files), Shelf(files), opener(given))
    keeper.open()
    return Agent(table, balancer, files, given, keeper)


def main() -> int:
    """Run the agent of the proxy whose state folder is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    state = parser.parse_args().state
    logs.configure()
    given = source()
    # A socket's path may have 107 letters; a relative one always fits.
    os.chdir(state)
    agent = agent_of(given, Files(Path()))
    supervisor = os.getppid()
    agent.keeper.reload = lambda: os.kill(supervisor, signal.SIGHUP)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    keeping = threading.Thread(target=agent.keeper.run, args=(stopping,), daemon=True)
    keeping.start()
    run(agent, stopping)
    return 0


if __name__ == "__main__":
    sys.exit(main())
