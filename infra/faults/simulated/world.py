"""One installation in memory on a clock of its own: what every function reaches, and who acts.

Nothing runs by itself. Whoever plays a schedule lets an execution make its next step, a schedule
fire, a message arrive or time pass; a function may be interrupted by any of these.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.errors import HostUnreachable, ProductError
from chalicelib.ports.nodes import Login
from chalicelib.ports.records import Record
from chalicelib.ports.vaults import BucketAccess
from infra.faults.simulated import crashes
from infra.faults.simulated.cloud import SimulatedAccount
from infra.faults.simulated.crashes import DEATHS, Fate, Killed, Watched
from infra.faults.simulated.functions import SECRET, Functions, functions
from infra.faults.simulated.interpreter import Execution, TaskFailed
from infra.faults.simulated.ports import (
    NoRates,
    OpenSeal,
    Published,
    SimulatedHoldings,
    SimulatedPaces,
    SimulatedQueue,
    SimulatedReports,
    SimulatedWorkflows,
    probes_of,
)
from infra.faults.simulated.servers import SimulatedServer
from tests.fakes.archives import FakeArchives
from tests.fakes.authority import FakeAuthority
from tests.fakes.contents import FakeContents
from tests.fakes.dns import FakeDns
from tests.fakes.ledger import FakeLedger
from tests.fakes.proxies import FakeZones
from tests.fakes.record_items import record_in
from tests.fakes.records import FakeRecords
from tests.fakes.runs import FakeRuns
from tests.fakes.vault import FakeVault
from tests.fakes.volume_archives import FakeVolumeArchives

BEGINNING = datetime(2026, 3, 1, tzinfo=UTC)
MOST_NESTED = 2
"""How many functions may be suspended while others act in the middle of them."""


@dataclass
class Reply:
    """What a user is answered; status 502 when the function died."""

    status: int
    body: Any = None

    @property
    def id(self) -> str:
        return str(self.body["data"]["id"])

    @property
    def attributes(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["data"]["attributes"]
        return found

    @property
    def codes(self) -> list[str]:
        return [error["code"] for error in (self.body or {}).get("errors", ())]


@dataclass
class World:
    """The state of everything. `chance` decides what is left to chance, and nothing else does."""

    chance: Random
    seconds: float = 0.0
    """Since the beginning."""
    store: FakeRecords = field(init=False)
    accounts: dict[str, SimulatedAccount] = field(default_factory=dict)
    """By token."""
    servers: dict[str, SimulatedServer] = field(default_factory=dict)
    """By address: what answers there. A server that is gone answers nowhere."""
    answering: bool = True
    texts: dict[str, FakeContents] = field(default_factory=dict)
    vault: FakeVault = field(default_factory=FakeVault)
    """The bucket of archives."""
    messages: list[tuple[float, str, str]] = field(default_factory=list)
    ended: list[Execution] = field(default_factory=list)
    """Executions that failed and of which the event rule was not told yet."""
    trace: list[tuple[float, int, str, str]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Errors that no function may meet, with their traces."""
    fates: Callable[[str, str], Fate | None] = field(default=lambda _name, _machine: None)
    """Decides what happens to a call of a function, by its name and, for a step, its machine."""
    stack: list[Fate] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)
    """Executions whose step is being run."""
    real: SimulatedAccount = field(init=False)
    """The account that its owner has, whichever tokens it has by now."""
    given_up: set[str] = field(default_factory=set)
    """Addresses of servers that their owner declared lost: nobody cleans up there."""
    ran_until: dict[str, str] = field(default_factory=dict)
    """Until when a container of each app ran."""
    others: int = 0
    """How many accounts of others there are."""
    ids: int = 0

    def __post_init__(self) -> None:
        self.store = FakeRecords(self.now)
        self.real = SimulatedAccount(number=1, world=self)
        self.workflows = SimulatedWorkflows(self)
        self.functions: Functions = functions()
        self.records_port = Watched(self.store, self, "records")
        self.workflows_port = Watched(self.workflows, self, "workflows")
        self.paces_port = Watched(SimulatedPaces(), self, "paces")
        self.seal_port = Watched(OpenSeal(), self, "seal")
        self.holdings_port = Watched(SimulatedHoldings(self.store), self, "holdings")
        self.reports_port = Watched(SimulatedReports(), self, "reports")
        self.ledger_port = Watched(FakeLedger(self.store), self, "ledger")
        self.runs_port = Watched(FakeRuns(self.store), self, "runs")
        self.archives_port = Watched(FakeArchives(), self, "archives")
        self.rates_port = NoRates()
        self.vault_port = Watched(self.vault, self, "vault")
        self.dns = FakeDns()
        self.authority = FakeAuthority(
            answers=Published(self.store),
            now=lambda: BEGINNING + timedelta(seconds=self.seconds),
        )
        self.dns_port = Watched(self.dns, self, "dns")
        self.authority_port = Watched(self.authority, self, "authority")
        self.probes_port = Watched(probes_of(self.store), self, "probes")
        self.zones_port = Watched(FakeZones(), self, "zones")
        self._now: tuple[float, str] = (-1.0, "")

    # Time -------------------------------------------------------------------------------------

    def now(self, later: float = 0.0) -> str:
        """The present as text."""
        at = self.seconds + later
        if self._now[0] != at:
            self._now = (at, clock.text_of(BEGINNING + timedelta(seconds=at)))
        return self._now[1]

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        """Let time pass in the middle of a function: what is due goes on meanwhile."""
        end = self.seconds + seconds
        while (run := self.next_due(end)) is not None:
            self.turn(run)
        self._pass_until(end)

    def _pass_until(self, end: float) -> None:
        """Let time pass, and note of what runs that it ran."""
        self.seconds = max(self.seconds, end)
        for server in self.servers.values():
            for (app, _), state in server.engine.running.items():
                if state.status == "running":
                    self.ran_until[app] = self.now()

    def next_due(self, end: float = float("inf")) -> Execution | None:
        """The execution that goes on next, if any does until then and is not busy."""
        going = [
            run
            for run in self.workflows.executions.values()
            if run.status == "running" and run.due <= end and run.name not in self.busy
        ]
        return min(going, key=lambda run: run.due, default=None)

    # Ports that wiring asks for ---------------------------------------------------------------

    def account(self, token: str) -> SimulatedAccount:
        """The account of a token; one that nobody knows is a revoked one."""
        if token not in self.accounts:
            return SimulatedAccount(number=0, world=self, revoked=True)
        return self.accounts[token]

    def cloud(self, _provider: str, credentials: dict[str, str], _region: str = "") -> Any:
        return Watched(self.account(credentials["api_token"]), self, "cloud")

    def bucket(self, access: BucketAccess) -> Any:
        return Watched(self.vault.bucket(access), self, "bucket")

    def queue(self, name: str) -> Any:
        return Watched(SimulatedQueue(name, self), self, "queue")

    def contents(self, folder: str) -> Any:
        kept = self.texts.setdefault(folder, FakeContents())
        return Watched(kept, self, "contents")

    def addresses(self, host: str) -> tuple[str, ...]:
        return (host,)

    def admits(self, address: str, _name: str, card: Any) -> bool:
        """Whether a server is there whose door runs, asked with a card."""
        self.cross("answers", "admits", None)
        server = self.servers.get(address)
        return server is not None and server.is_reachable and bool(card.chain)

    def answers(self, address: str, port: int, _host: str, _door: Any = None) -> bool:
        """Whether a container that runs there publishes the port."""
        self.cross("answers", "answers", None)
        server = self.servers.get(address)
        if server is None or not server.is_reachable or not self.answering:
            return False
        return any(
            outer == port
            for one in server.engine.running.values()
            if one.status == "running"
            for _, outer, _ in one.ports
        )

    @contextmanager
    def connect(self, login: Login) -> Iterator[Any]:
        server = self.servers.get(login.host)
        self.cross("node", "connect", server)
        if server is None:
            raise HostUnreachable("Nobody answers there.")
        with server.connect(login) as node:
            yield Watched(node, self, "node")

    def new_id(self, prefix: str | None) -> str:
        self.ids += 1
        number = f"{self.ids:016x}"
        return f"{prefix}{number}" if prefix else f"01900000-0000-7000-8000-{number[4:]}"

    def new_event_id(self) -> str:
        self.ids += 1
        return f"evt_{int(self.seconds * 1000):012x}{self.ids:08x}"

    # Looking at it ----------------------------------------------------------------------------

    def living(self, kind: str, *, named: str = "") -> list[Record]:
        """The records of a type that are no tombstones, oldest first."""
        found = [
            record_in(item)
            for item in self.store.items.values()
            if item["type"] == kind and item["status"] not in {"deleted", "destroyed", "removed"}
        ]
        return [one for one in found if not named or one.attributes.get("name") == named]

    def open(self, sealed: str, record: str, field_name: str) -> Any:
        """Unseal a secret that is JSON."""
        return json.loads(OpenSeal().open(sealed, record=record, field=field_name))

    # Servers ----------------------------------------------------------------------------------

    def add_server(self, address: str) -> SimulatedServer:
        """Let a server answer at an address."""
        made = SimulatedServer(address=address, world=self)
        made.volume_archives = FakeVolumeArchives(made, self.vault)
        self.servers[address] = made
        return made

    def forget_server(self, address: str) -> None:
        self.servers.pop(address, None)

    # Crossings --------------------------------------------------------------------------------

    def cross(self, port: str, call: str, target: Any) -> Exception | None:
        """Note a call to the world; returns the error with which it ends after its effect.

        Raises what it fails with before its effect, and `Killed`.
        """
        if self.stack:
            lost = self._meet_fate(self.stack[-1], port, call)
            if lost is not None:
                return lost
        node = target if isinstance(target, SimulatedServer) else getattr(target, "node", None)
        if isinstance(node, SimulatedServer):
            trouble = node.trouble(port, call)
            if trouble is not None:
                raise trouble
        return None

    def _meet_fate(self, fate: Fate, port: str, call: str) -> Exception | None:
        fate.crossings += 1
        if self.seconds > fate.ends:
            self.note("timed out", f"before {port}.{call}")
            raise Killed
        if fate.dies_at == fate.crossings:
            fate.came_true = True
            self.note("killed", f"before {port}.{call}")
            raise Killed
        now = fate.interrupted_at == fate.crossings and len(self.stack) <= MOST_NESTED
        if now and fate.interrupt is not None:
            fate.came_true = True
            self.note("interrupted", f"before {port}.{call}")
            fate.interrupt()
        if not fate.port or fate.port == port:
            fate.matched += 1
            if fate.fails_at == fate.matched:
                return self._fail(fate, port, call)
        return None

    def _fail(self, fate: Fate, port: str, call: str) -> Exception | None:
        error = crashes.failure(fate, port, self)
        if error is None:
            return None
        fate.came_true = True
        self.note(
            "failed", f"{'after' if fate.after_effect else 'before'} {port}.{call}: {error!r}"
        )
        if not fate.after_effect:
            raise error
        return error

    # Functions --------------------------------------------------------------------------------

    def run(self, name: str, call: Callable[[], Any], *, machine: str = "") -> Any:
        """Run a function as Lambda would, under its fate. Raises `Killed` and what it raises."""
        fate = self.fates(name, machine) or Fate()
        if fate.act is not None:
            fate.came_true = True
            fate.act()
        fate.ends = self.seconds + self.functions.seconds(name)
        self.stack.append(fate)
        self.note("run", name)
        try:
            if fate.raises:
                fate.came_true = True
                raise TaskFailed(fate.raises)
            answer = call()
            if fate.runs_twice:
                fate.came_true = True
                self.note("again", name)
                answer = call()
            if fate.raises_after:
                fate.came_true = True
                raise TaskFailed(fate.raises_after)
            if fate.dies_answered:
                fate.came_true = True
                self.note("killed", "before its answer was heard")
                raise Killed
        finally:
            self.stack.pop()
        return answer

    def turn(self, run: Execution) -> None:
        """Let an execution go on until it has called a function, waits, or is over."""
        self._pass_until(run.due)
        at_work = False
        while run.status == "running" and not at_work and run.due <= self.seconds:
            at_work = run.is_at_work
            self.busy.add(run.name)
            try:
                run.advance(self.seconds, self._step(run), self.chance)
            finally:
                self.busy.discard(run.name)
        if run.status != "running":
            self.note("ended", f"{run.name} {run.status} {run.error}")
            if run.status == "failed":
                self.ended.append(run)

    def _step(self, run: Execution) -> Callable[[str, dict[str, Any]], Any]:
        def invoke(state: str, given: dict[str, Any]) -> Any:
            handler = self.functions.steps[state]
            try:
                copied = json.loads(json.dumps(given))
                return self.run(state, lambda: handler(copied, None), machine=run.kind)
            except Killed:
                raise TaskFailed(self.chance.choice(DEATHS)) from None
            except TaskFailed as failure:
                self.note("error", f"{state}: {failure.error}")
                raise
            except Exception as error:
                self.note("error", f"{state}: {error!r}")
                raise TaskFailed(type(error).__name__, str(error)) from None

        return invoke

    def vanish(self, run: Execution) -> None:
        """End an execution without a word, as an abort or a timeout of the machine does."""
        run.end("failed", "States.Runtime")
        self.note("vanished", run.name)
        self.ended.append(run)

    def reconcile(self) -> None:
        """Tell the event rule of every execution that ended without success."""
        ended, self.ended = self.ended, []
        for run in ended:
            given = {"id": run.data["id"], "generation": run.data["generation"], "kind": run.kind}
            detail = {"name": run.name, "status": "FAILED", "input": json.dumps(given)}
            self.background("reconcile_execution", self.functions.reconcile, {"detail": detail})

    def background(self, name: str, handler: Callable[..., Any], event: dict[str, Any]) -> None:
        """Run a function for which nobody waits."""
        try:
            self.run(name, lambda: handler(event, None))
        except Killed:
            return
        except ProductError as error:
            self.note("error", f"{name}: {error!r}")
        except Exception:
            self.broken.append(traceback.format_exc())

    def fire(self, name: str) -> None:
        """Let a schedule call its function, and deliver what it sends."""
        self.background(name, self.functions.schedules[name], {})

    def deliver(self) -> None:
        """Deliver every message that is due, each in a call of its own."""
        due = [message for message in self.messages if message[0] <= self.seconds]
        self.messages = [message for message in self.messages if message[0] > self.seconds]
        for _, queue, body in due:
            consumer = self.functions.consumers.get(queue)
            if consumer is not None:
                event = {"Records": [{"messageId": "1", "body": body}]}
                self.background(queue, consumer, event)

    def ask(
        self,
        route: str,
        record_id: str = "",
        attributes: dict[str, Any] | None = None,
        *,
        user: str = "user-a",
        words: dict[str, str] | None = None,
        kind: str = "",
        more: dict[str, str] | None = None,
    ) -> Reply:
        """Call the operation behind `POST /v1/deployments/{id}/start`, as API Gateway would.

        `kind` is the type of what is sent, `more` what else the path names.
        """
        method, path = route.split(" ")
        handler = self.functions.operations[route]
        body = {"data": {"type": kind or path.split("/")[2], "attributes": attributes}}
        parameters = {"id": record_id, **(more or {})}
        named = path
        for name, value in parameters.items():
            named = named.replace("{" + name + "}", value)
        event = {
            "httpMethod": method,
            "path": named,
            "resource": path,
            "pathParameters": parameters,
            "multiValueHeaders": {
                "X-Gateway-Secret": [SECRET],
                "Content-Type": ["application/vnd.api+json"],
                "X-User-ID": [user],
                "X-Plan-ID": ["pro"],
                "X-Key-ID": [f"session:{user}"],
            },
            "multiValueQueryStringParameters": {n: [v] for n, v in (words or {}).items()} or None,
            "body": json.dumps(body) if attributes is not None else None,
            "requestContext": {"requestId": "req-1"},
        }
        try:
            self.note("asks", f"{route} {record_id} as {user}")
            answer = self.run(route, lambda: handler(event, None))
        except Killed:
            return Reply(502)
        reply = Reply(answer["statusCode"], json.loads(answer["body"]) if answer["body"] else None)
        self.note("answer", f"{reply.status} {reply.codes}")
        return reply

    def note(self, what: str, detail: str) -> None:
        """Add a line to what is told of this schedule."""
        self.trace.append((self.seconds, len(self.stack), what, detail))

    def told(self) -> str:
        """The trace as text."""
        return "\n".join(
            f"{at:9.2f} {'  ' * depth}{what} {detail}" for at, depth, what, detail in self.trace
        )
