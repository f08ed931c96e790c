"""The route agent: keep HAProxy's map of routes equal to the route table.

It looks at the table's change counters a few times a second, reads the shards that changed, and
sends HAProxy the difference. When the table or HAProxy is away it keeps what it has and goes on
trying; what HAProxy knew when it ended is in the map's file, from which it starts again.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.proxy import logs
from infra.proxy.balancer import Balancer, Silent
from infra.proxy.routes import Networks, Routes, carry, save
from infra.proxy.settings import Files, source
from infra.proxy.table import SHARD_NAMES, RouteTable

POLL_SECONDS = 0.3
RECONCILE_SECONDS = 60.0
"""Within this time every shard is read again, whether it is said to have changed or not."""

log = logging.getLogger("route agent")


@dataclass
class Outage:
    """Tells once that something is away, and once that it is back."""

    what: str
    lasting: bool = False

    def begin(self, error: Exception) -> None:
        """Tell that it is away, unless that was told."""
        if not self.lasting:
            log.warning("%s is away; the last good routes stay: %s", self.what, error)
        self.lasting = True

    def end(self) -> None:
        """Tell that it is back, if it was away."""
        if self.lasting:
            log.warning("%s is back", self.what)
        self.lasting = False


@dataclass
class Agent:
    """What one agent last read, and what it last sent."""

    table: RouteTable
    balancer: Balancer
    files: Files
    networks: Networks
    counters: dict[str, int] = field(default_factory=dict)
    """The counter of each shard that was read, as it was before the reading."""
    shards: dict[str, Routes] = field(default_factory=dict)
    complaints: dict[str, list[str]] = field(default_factory=dict)
    want: Routes = field(default_factory=dict)
    """What the shards hold together; replaced, never changed, so that `is` tells whether it is."""
    saved: Routes | None = None
    sent: Routes | None = None
    """What HAProxy's map holds; None when that has to be asked."""
    facts: Routes = field(default_factory=dict)
    """What HAProxy was told of this agent."""
    table_outage: Outage = field(default_factory=lambda: Outage("The route table"))
    balancer_outage: Outage = field(default_factory=lambda: Outage("HAProxy"))

    def look(self, again: str | None = None) -> None:
        """Read the shards that changed, and `again` in any case, and have HAProxy follow."""
        try:
            self._read(again)
            self.table_outage.end()
        except (BotoCoreError, ClientError) as error:
            self.table_outage.begin(error)
        # Before every shard was read once, what is missing is not known to be gone.
        if len(self.shards) < len(SHARD_NAMES):
            return
        try:
            # Once a round, HAProxy's own map is compared as well.
            self._send(compare=again == SHARD_NAMES[0])
            self.balancer_outage.end()
        except Silent as error:
            self.sent = None
            self.balancer_outage.begin(error)
        # After HAProxy was told: writing a large file would delay what people see.
        if self.saved is not self.want:
            save(self.want, self.files.routes)
            self.saved = self.want

    def _read(self, again: str | None) -> None:
        fresh = {}
        try:
            for shard, counter in self.table.counters().items():
                if shard == again or self.counters.get(shard) != counter:
                    fresh[shard], complaints = carry(self.table.routes(shard), self.networks)
                    # A change since the counter was read raises it again, for the next look.
                    self.counters[shard] = counter
                    self._complain(shard, complaints)
        finally:
            if any(self.shards.get(shard) != routes for shard, routes in fresh.items()):
                self.shards |= fresh
                self.want = {h: e for routes in self.shards.values() for h, e in routes.items()}

    def _complain(self, shard: str, complaints: list[str]) -> None:
        for complaint in complaints:
            if complaint not in self.complaints.get(shard, []):
                log.error("%s", complaint)
        self.complaints[shard] = complaints

    def _send(self, *, compare: bool) -> None:
        known = self.balancer.read(self.files.facts)
        # A HAProxy that does not know what it was told has just started.
        if compare or known != self.facts:
            self.sent = None
        if self.sent is not self.want:
            have = self.balancer.read(self.files.routes) if self.sent is None else self.sent
            self.balancer.update(self.files.routes, have, self.want)
            self.sent = self.want
        facts = {"ready": "yes", "routes": str(len(self.want))}
        self.balancer.update(self.files.facts, known, facts)
        self.facts = facts


def run(agent: Agent, stopping: threading.Event) -> None:
    """Look again and again until told to stop."""
    rounds = cycle(SHARD_NAMES)
    due = time.monotonic()
    while not stopping.is_set():
        began = time.monotonic()
        if began >= due:
            agent.look(next(rounds))
            due = began + RECONCILE_SECONDS / len(SHARD_NAMES)
        else:
            agent.look()
        stopping.wait(max(0.0, began + POLL_SECONDS - time.monotonic()))


def main() -> int:
    """Run the agent of the proxy whose state folder is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    state = parser.parse_args().state
    logs.configure()
    given = source()
    # A socket's path may have 107 letters; a relative one always fits.
    os.chdir(state)
    files = Files(Path())
    agent = Agent(RouteTable(given.table), Balancer(files.socket), files, given.networks)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    run(agent, stopping)
    return 0


if __name__ == "__main__":
    sys.exit(main())
