"""A store with one app whose runs begin and end, at a time of its own."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any, cast

from chalicelib.domain import clock
from chalicelib.ports.nodes import ContainerState
from chalicelib.ports.records import Change, Create, Record, Usage, Work, Write
from chalicelib.services.metering.metering import (
    Told,
    started,
    stopped,
)
from chalicelib.services.tools import Tools
from infra.faults.simulated.billing import unbilled
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns

BEGINNING = 1_790_000_000
BORN = clock.text_at(BEGINNING)


@dataclass
class Bench:
    """A store with an app, its template and its node, at a time of its own."""

    seconds: float = BEGINNING
    ids: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self.store = FakeRecords(self.now)
        self.runs = FakeRuns(self.store)
        known = {"name": "An app", "price_monthly_cents": 500}
        self.put(
            Record("tmpl_a", "templates", "creator", "published", BORN, BORN, attributes=known)
        )
        self.put(Record("node_1", "nodes", "user-a", "online", BORN, BORN))
        known = {"name": "my app", "template_id": "tmpl_a"}
        app = Record("app-1", "deployments", "user-a", "starting", BORN, BORN, attributes=known)
        self.put(replace(app, node="node_1", generation=1))

    def put(self, record: Record) -> None:
        self.store.commit(Create(record))

    @property
    def tools(self) -> Tools:
        given = SimpleNamespace(
            records=lambda: self.store, runs=lambda: self.runs, now=self.now, used=self.used
        )
        return cast("Tools", given)

    def now(self) -> str:
        return clock.text_of(clock.EPOCH + timedelta(seconds=self.seconds))

    def used(self, user: str, event: str, resource: str, kind: str, **metadata: str) -> Usage:
        return Usage(
            f"evt_{next(self.ids):04}", user, event, resource, kind, self.now(), metadata=metadata
        )

    @property
    def app(self) -> Record:
        found = self.store.get("app-1")
        assert found
        return found

    def write(self, told: Told) -> tuple[Write, ...]:
        self.store.commit(Change(of=self.app, attributes=told.attributes), *told.writes)
        assert list(unbilled(self.store.runs.values(), [self.app])) == []
        return told.writes

    def start(self) -> tuple[Write, ...]:
        return self.write(started(self.tools, self.app, node="node_1"))

    def stop(self, at: str | None = None) -> tuple[Write, ...]:
        return self.write(stopped(self.tools, self.app, at=at))

    def seen(self, seconds: float) -> None:
        node = self.store.get("node_1")
        assert node
        self.store.commit(Change(of=node, attributes={"looked_at": at(seconds)}))

    def checked(self, seconds: float) -> None:
        """A check found the server well, and looked at no app."""
        node = self.store.get("node_1")
        assert node
        self.store.commit(Change(of=node, attributes={"last_seen_at": at(seconds)}))

    def done(self) -> None:
        """The work in hand ended well."""
        self.store.commit(Change(of=self.app, clear_work=True))

    def work(self) -> None:
        generation = self.app.generation + 1
        work = Work("stop", generation, "x", self.now())
        self.store.commit(Change(of=self.app, set_work=work, generation=generation))

    @property
    def spans(self) -> list[tuple[int, int | None]]:
        """When it ran, in seconds since the beginning."""
        found = self.runs.reaching("user-a", since=0, until=BEGINNING * 2)
        return [
            (one.since - BEGINNING, None if one.until is None else one.until - BEGINNING)
            for one in found
        ]


def at(seconds: float) -> str:
    return clock.text_of(clock.EPOCH + timedelta(seconds=BEGINNING + seconds))


def running() -> ContainerState:
    return replace(ended(None), status="running")


def ended(finished_at: str | None) -> ContainerState:
    return ContainerState(
        *("id", "web", "image", "exited", "none", 0, 0, None, False, (), "", 1),
        finished_at=finished_at,
    )


def told(writes: tuple[Write, ...]) -> list[tuple[str, str]]:
    return [(one.event, one.at) for one in writes if isinstance(one, Usage)]
