"""The counting agent: read what HAProxy counts of each app, sum it up, and report it.

It reads every worker of HAProxy each two seconds, and all the time from when HAProxy is about to
stop or to reload (`SIGUSR1` tells it), since a worker that stops forgets what it counted. What was
read is on disk before it is reported. At `SIGTERM` it reads and reports for the last time.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from infra.proxy import logs
from infra.proxy.master import Away, Master
from infra.proxy.reports import Report, Send, queue_at, report_of
from infra.proxy.settings import Files, reporting
from infra.proxy.sums import Sums, load
from infra.proxy.workers import Workers, is_running

READ_SECONDS = 2.0
OLD_SECONDS = 0.1
"""How often is read while there are workers of before a reload, or HAProxy drains."""
LAST_MOMENT_SECONDS = 0.005
"""The pause between readings from when it is told that HAProxy stops or reloads."""
RELOAD_SECONDS = 5.0
"""How long HAProxy may take until its worker stops: it reads its configuration before."""
DRAIN_SECONDS = 60.0
SHARE = 5
"""Of its time at most one in so many is spent on reading, where no moment matters."""
SAVE_SECONDS = 1.0
RETRY_SECONDS = 15.0
YOUNG_SECONDS = 60
"""A worker that runs for longer, when there is no file of sums, may have been reported already."""

log = logging.getLogger("traffic")


@dataclass
class Counter:
    """What one agent counted, and when it does what next, by the monotonic clock."""

    workers: Workers
    file: Path
    send: Send
    every: float
    sums: Sums
    due: float = field(default_factory=time.monotonic)
    saved: float = 0.0
    is_changed: bool = False
    warned: float | None = None
    """When it was told that HAProxy stops or reloads."""
    sending: tuple[Report, Future[None]] | None = None
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    away: set[str] = field(default_factory=set)
    """What does not answer now: that is told once."""

    def read(self) -> None:
        """Read every worker once; what cannot be read now is read the next time."""
        try:
            readings = self.workers.read()
        except Away as error:
            self._tell("HAProxy", error)
            return
        self._tell("HAProxy", None)
        for reading in readings:
            # Without its sums nobody knows what of this was told already.
            is_counted = (
                not self.sums.is_resumed
                and reading.worker not in self.sums.workers
                and reading.uptime > YOUNG_SECONDS
            )
            if is_counted:
                log.error("What HAProxy counted so far is left out: its sums are lost.")
            self.is_changed |= self.sums.take(reading.worker, reading.table, is_counted=is_counted)
        # One that does not answer now may do so later, and then nothing may count again.
        self.sums.keep([name for name in self.sums.workers if is_running(name)])

    def go_on(self) -> None:
        """Do what is due beside reading: write the sums down, report them."""
        now = time.monotonic()
        self._receive()
        if self.sending is None and now >= self.due:
            self.due = now + self.every
            report = self._report()
            self.sending = report, self.pool.submit(report.send, self.send)
        elif self.is_changed and now - self.saved >= SAVE_SECONDS:
            self._save()

    def _report(self) -> Report:
        """Make a report, and write down what it tells before anybody is told."""
        at = int(time.time())
        self.sums.turn(at)
        report = report_of(self.sums, at)
        self._save(surely=True)
        return report

    def _receive(self) -> None:
        """See what became of the report that was sent."""
        if self.sending is None or not self.sending[1].done():
            return
        report, sent = self.sending
        self.sending = None
        try:
            sent.result()
        except (BotoCoreError, ClientError) as error:
            self._tell("The queue of reports", error)
            self.due = min(self.due, time.monotonic() + RETRY_SECONDS)
        else:
            report.arrived()
            self._tell("The queue of reports", None)
        self.is_changed = True

    def finish(self) -> None:
        """Read and report for the last time."""
        self.read()
        self.pool.shutdown(wait=True)
        self._receive()
        report = self._report()
        try:
            report.send(self.send)
        except (BotoCoreError, ClientError) as error:
            log.error("The last report did not arrive; the next start tells it: %s", error)
        else:
            report.arrived()
        self._save(surely=True)

    def pause(self, took: float) -> float:
        """How long to wait before the next reading, after one that took so long."""
        since = time.monotonic() - self.warned if self.warned is not None else DRAIN_SECONDS
        if since < RELOAD_SECONDS and not self.workers.are_many:
            return LAST_MOMENT_SECONDS
        if since < DRAIN_SECONDS or self.workers.are_many:
            return OLD_SECONDS
        return max(READ_SECONDS, took * SHARE)

    def _save(self, *, surely: bool = False) -> None:
        self.saved = time.monotonic()
        try:
            self.sums.save(self.file, surely=surely)
        except OSError as error:
            self._tell("The disk", error)
            return
        self.is_changed = False
        self._tell("The disk", None)

    def _tell(self, what: str, error: Exception | None) -> None:
        """Tell once that something is away, and once that it is back."""
        if error is not None and what not in self.away:
            log.warning("%s is away; counting goes on: %s", what, error)
            self.away.add(what)
        elif error is None and what in self.away:
            log.warning("%s is back", what)
            self.away.remove(what)


def run(counter: Counter, stopping: threading.Event, woken: threading.Event) -> None:
    """Read and report until told to stop; `woken` ends a pause."""
    while not stopping.is_set():
        began = time.monotonic()
        counter.read()
        counter.go_on()
        if woken.wait(counter.pause(time.monotonic() - began)):
            woken.clear()
    counter.finish()


def main() -> int:
    """Run the counting agent of the proxy whose state folder is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", type=Path, required=True)
    state = parser.parse_args().state
    logs.configure()
    stopping, woken = threading.Event(), threading.Event()
    given = reporting()
    if given is None:
        log.error("HOSTER_TRAFFIC_QUEUE must name the queue that is reported to.")
        return 1
    # A socket's path may have 107 letters; a relative one always fits.
    os.chdir(state)
    files = Files(Path())
    counter = Counter(
        Workers(files.socket, Master(files.master_socket)),
        files.traffic,
        queue_at(given.queue),
        given.seconds,
        load(files.traffic, int(time.time())),
    )

    def stop(*_: object) -> None:
        stopping.set()
        woken.set()

    def warn(*_: object) -> None:
        counter.warned = time.monotonic()
        woken.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    signal.signal(signal.SIGUSR1, warn)
    run(counter, stopping, woken)
    return 0


if __name__ == "__main__":
    sys.exit(main())
