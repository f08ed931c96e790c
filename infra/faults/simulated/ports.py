"""The smaller ports in memory: executions, queues, seals, paces."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import Conflict
from chalicelib.domain.paces import Paces
from chalicelib.ports.holdings import Holding
from chalicelib.ports.records import Work
from chalicelib.ports.workflows import ExecutionState
from infra.faults.simulated.interpreter import Execution
from tests.fakes.proxies import FakeProbes
from tests.fakes.records import FakeRecords

if TYPE_CHECKING:
    from infra.faults.simulated.world import World


@dataclass
class SimulatedWorkflows:
    """Executions by name; a name is given once."""

    world: World
    executions: dict[str, Execution] = field(default_factory=dict)

    def start(self, entity: str, work: Work) -> None:
        if work.execution not in self.executions:
            given = {"id": entity, "generation": work.generation, "kind": work.kind}
            started = Execution(work.execution, work.kind, given, self.world.seconds)
            self.executions[work.execution] = started
            self.world.note("started", work.execution)

    def state(self, work: Work) -> ExecutionState:
        found = self.executions.get(work.execution)
        return "absent" if found is None else found.status

    def running(self, kind: str, *, limit: int) -> tuple[str, ...]:
        runs = [run for run in reversed(self.executions.values()) if run.status == "running"]
        return tuple(run.name for run in runs if run.kind == kind)[:limit]


@dataclass
class SimulatedHoldings:
    """A walk over what is reserved, a page of the sorted keys at a time."""

    store: FakeRecords

    def page(self, after: str, *, limit: int) -> tuple[tuple[Holding, ...], str]:
        keys = sorted(key for key in self.store.holders if key > after)
        found = tuple(Holding(key, self.store.holders[key][0]) for key in keys[:limit])
        return found, keys[limit - 1] if len(keys) > limit else ""


@dataclass
class SimulatedReports:
    """The last reports."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, subject: str) -> dict[str, Any] | None:
        return self.kept.get(subject)

    def keep(self, subject: str, report: Mapping[str, Any]) -> None:
        self.kept[subject] = json.loads(json.dumps(report))


@dataclass
class SimulatedQueue:
    """One queue: messages arrive when their delay is over."""

    name: str
    world: World

    def send(self, message: Mapping[str, Any], *, delay: int = 0) -> None:
        self.world.messages.append((self.world.seconds + delay, self.name, json.dumps(message)))

    def send_all(self, messages: Sequence[Mapping[str, Any]]) -> None:
        for message in messages:
            self.send(message)


@dataclass
class SimulatedPaces:
    """How long work usually takes."""

    known: dict[tuple[str, str], Paces] = field(default_factory=dict)
    begun: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def of(self, parent: str, kind: str) -> Paces:
        return self.known.get((parent, kind), {})

    def keep(self, parent: str, kind: str, known: Paces) -> None:
        self.known[parent, kind] = known

    def starts(self, parent: str) -> tuple[float, ...]:
        return self.begun.get(parent, ())

    def keep_starts(self, parent: str, seconds: tuple[float, ...]) -> None:
        self.begun[parent] = seconds


class OpenSeal:
    """Hides nothing, and opens for the record and field alone that a text was sealed for."""

    key = "simulated"
    retiring: tuple[str, ...] = ()

    def seal(self, clear: str, *, record: str, field: str) -> str:
        text = base64.b64encode(json.dumps([record, field, clear]).encode()).decode()
        return f"v0.{self.key}.1.{text}"

    def open(self, sealed: str, *, record: str, field: str) -> str:
        held, of, clear = json.loads(base64.b64decode(sealed.rsplit(".", 1)[1]))
        if (held, of) != (record, field):
            raise Conflict("It was not sealed for this.", code="seal_broken")
        return str(clear)


class NoRates:
    """Everybody may do everything at once."""

    def take(self, bucket: str, allowance: Any) -> None:
        """Let pass."""

    def wait(self, _bucket: str, _allowance: Any) -> int:
        """Let pass."""
        return 0


@dataclass
class Published:
    """What the proxies answer to challenges, by token: what the store tells them, at once."""

    store: FakeRecords

    def get(self, token: str) -> str | None:
        """The answer to one."""
        found = self.store.challenges.get(token)
        return found.answer if found else None


def probes_of(store: FakeRecords) -> FakeProbes:
    """Proxies that show what the store tells them, at once."""

    def certificate(host: str) -> str | None:
        found = store.certificates.get(host)
        return found.fingerprint if found else None

    return FakeProbes("test", challenge=Published(store).get, certificate=certificate)
