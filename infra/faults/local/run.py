"""Plays cells in the local cloud, several at a time, each worker as a customer of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from zlib import crc32

from infra.bench.run import Run
from infra.faults.cells import Cell, Outcome
from infra.faults.local.apps import Apps
from infra.faults.local.customer import Customer
from infra.faults.local.grounds import Ground
from infra.faults.local.judge import AT_REST, WITH_REASON, Store, double_creates, orphans
from infra.faults.local.nodes import Brought, Nodes
from infra.faults.local.plays import Play
from infra.faults.local.servers import Servers
from infra.faults.local.waits import short_waits
from infra.local.platform.progress import Progress

WORKERS = 3
CELL_SECONDS = 200.0
LASTING_SECONDS = 420.0
LASTING = frozenset({Cell("stop", "StopServices", "node_unreachable")})
"""Cells whose server does not come back before they are over."""
ENDS = {"remove": "deleted", "destroy": "destroyed"}
"""What a record that is gone ended as."""
GROUNDS = {"provision": "servers", "destroy": "servers", "check": "nodes", "lose": "brought"}


@dataclass
class Problems(Exception):
    """What was wrong after all cells were over."""

    told: list[str]

    def __str__(self) -> str:
        return "; ".join(self.told)


def run(cells: Sequence[Cell], seed: int, progress: Progress) -> Iterator[Outcome]:
    """Play cells; what is left over after them all is raised as `Problems` at the end."""
    waiting: queue.SimpleQueue[tuple[Cell, ...]] = queue.SimpleQueue()
    for share in _shares(cells):
        waiting.put(share)
    done: queue.SimpleQueue[Outcome | list[str]] = queue.SimpleQueue()
    with Run(progress) as platform, short_waits(platform):
        count = min(WORKERS, waiting.qsize())
        workers = [_Worker(platform, seed, waiting, done) for _ in range(count)]
        for worker in workers:
            threading.Thread(target=worker.work, daemon=True).start()
        problems: list[str] = []
        while count:
            told = done.get()
            if isinstance(told, Outcome):
                yield told
            else:
                problems += told
                count -= 1
    if problems:
        raise Problems(problems)


def _shares(cells: Sequence[Cell]) -> Iterator[tuple[Cell, ...]]:
    """Cells one by one, longest machines first; provisions in pairs with what destroys them."""
    provisions = [cell for cell in cells if cell.machine == "provision"]
    destroys = [cell for cell in cells if cell.machine == "destroy"]
    others = [cell for cell in cells if cell.machine not in {"provision", "destroy"}]
    for number in range(max(len(provisions), len(destroys))):
        yield (*provisions[number : number + 1], *destroys[number : number + 1])
    for cell in others:
        yield (cell,)


class _Worker:
    """One customer, and the cells that it takes."""

    def __init__(
        self,
        platform: Run,
        seed: int,
        waiting: queue.SimpleQueue[tuple[Cell, ...]],
        done: queue.SimpleQueue[Outcome | list[str]],
    ) -> None:
        self.seed = seed
        self.waiting = waiting
        self.done = done
        self.store = Store(platform.aws("dynamodb"))
        self.customer = Customer(platform.platform)
        self.grounds: dict[str, Ground] = {
            "apps": Apps(self.customer),
            "servers": Servers(self.customer),
            "nodes": Nodes(self.customer),
            "brought": Brought(self.customer),
        }

    def work(self) -> None:
        """Take cells until there are none, and leave nothing behind."""
        while True:
            try:
                share = self.waiting.get_nowait()
            except queue.Empty:
                break
            for cell in share:
                self.done.put(self._judged(cell))
        self.done.put(self._left())

    def _judged(self, cell: Cell) -> Outcome:
        began = time.monotonic()
        try:
            return self._played(cell, began)
        except Exception as error:  # one cell that cannot be played keeps no other one waiting
            reason = f"{type(error).__name__}: {error}"
            return Outcome(cell, "local", False, "", reason, seconds=_since(began))

    def _played(self, cell: Cell, began: float) -> Outcome:
        customer, ground = self.customer, self.grounds[GROUNDS.get(cell.machine, "apps")]
        lasting = cell in LASTING
        play = Play(
            cell,
            customer.cloud,
            seed=crc32(f"{self.seed} {cell}".encode()),
            lasting=lasting,
            cancel=lambda record: self._cancel(ground.resource, record),
            container=ground.container,
        )
        within = LASTING_SECONDS if lasting else CELL_SECONDS
        with ground.begun(play) as record:
            seen = customer.settled(ground.resource, record, within)
        wrong = list(play.notes) if play.happened else ["The fault never happened.", *play.notes]
        stuck = int(seen["work"] is not None)
        state = ENDS.get(cell.machine, "gone") if seen["status"] == "gone" else seen["status"]
        reason = str(seen.get("error_message") or "")
        wrong += _wrong(state, reason, stuck)
        wrong += ground.cleared(record, seen)
        doubles = self._doubles(ground, record)
        alone = self._orphans(ground, record)
        leaked = self.store.leaked({record})
        wrong += [f"Left over: {', '.join(alone + leaked)}."] if alone or leaked else []
        wrong += [f"{doubles} servers too many were made."] if doubles else []
        return Outcome(
            cell,
            "local",
            ok=not wrong,
            state=state,
            reason=" ".join([*wrong, reason]).strip(),
            orphans=len(alone),
            double_creates=doubles,
            stuck=stuck,
            leaked=len(leaked),
            seconds=_since(began),
        )

    def _cancel(self, resource: str, record: str) -> None:
        self.customer.account.call("POST", f"/{resource}/{record}/cancel")

    def _doubles(self, ground: Ground, record: str) -> int:
        servers = isinstance(ground, Servers)
        return double_creates(self.customer.cloud, record) if servers else 0

    def _orphans(self, ground: Ground, record: str) -> list[str]:
        servers = isinstance(ground, Servers)
        return orphans(self.customer.cloud, self.store, record) if servers else []

    def _left(self) -> list[str]:
        """Delete all that the customer has; what stays although it is gone."""
        try:
            customer = self.customer
            owner, nodes = customer.account.user["id"], {customer.node} - {""}
            wrong = customer.leave()
            wrong += self.store.leaked(customer.made)
            wrong += self.store.still_counted(owner, nodes)
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
        return wrong


def _wrong(state: str, reason: str, stuck: int) -> list[str]:
    if stuck:
        return [f"The work is still in hand in {state or 'an API that does not answer'}."]
    if state in AT_REST or (state in WITH_REASON and reason):
        return []
    return [f"It ended in {state} without a reason."]


def _since(began: float) -> float:
    return round(time.monotonic() - began, 2)
