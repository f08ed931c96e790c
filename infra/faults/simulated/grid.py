"""The cells of `make faults` that are simulated: one fault at one step, at each of its boundaries.

A function that is killed dies before each of its calls in turn, each time in a world of its own;
two that run at once meet at each of them. After the fault everything is let come to rest, judged,
and deleted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from chalicelib.domain.errors import Throttled
from chalicelib.ports.records import Record
from infra.faults.cells import ON_NODES, Cell, Outcome, declared_steps
from infra.faults.paths import turns_to
from infra.faults.simulated import start
from infra.faults.simulated.crashes import Fate
from infra.faults.simulated.functions import in_play, simulated
from infra.faults.simulated.interpreter import Execution
from infra.faults.simulated.invariants import breaches, emptiness
from infra.faults.simulated.schedule import calm, delete_everything, finish, pacify
from infra.faults.simulated.world import World

BROKEN = "StepBroken"
"""An error that no machine tries again."""
MOST_CROSSINGS = 80
AWAY_SECONDS = 25.0
LASTING_SECONDS = 3600.0
LAG = 55.0
HELD_SECONDS = 15.0
OWN_NAME = "shop.example.com"
"""A name that its owner brings."""
COUNTED = {"orphan": "orphans", "double": "double_creates", "stuck": "stuck", "leaked": "leaked"}
"""How breaches are counted, by their first word."""


@dataclass
class Play:
    """One cell played once."""

    cell: Cell
    seed: int
    fate: Fate
    """What happens at the cell's step."""
    world: World = field(init=False)
    record: str = ""
    came_true: bool = False
    breaches: list[str] = field(default_factory=list)
    state: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        begun = BEGINNINGS[self.cell.machine]
        self.world = start.begin(begun.start, Random(self.seed))
        self.turns = list(turns_to(self.cell.machine, self.cell.step))

    def play(self) -> Play:
        """Begin the machine, let the fault happen, and judge what it comes to."""
        with in_play(self.world):
            self.record = BEGINNINGS[self.cell.machine].begin(self)
            self.world.fates = self._fates
            finish(self.world)
            self.world.fates = lambda _name, _machine: None
            pacify(self.world)
            calm(self.world)
            self.breaches = list(breaches(self.world))
            found = self.world.store.get(self.record)
            if found is not None:
                self.state = found.status
                self.reason = str(found.attributes.get("error_message") or "")
            if not self.breaches:
                delete_everything(self.world)
                self.breaches = list(emptiness(self.world))
        return self

    def _fates(self, name: str, machine: str) -> Fate | None:
        if machine != self.cell.machine:
            return None
        if self.turns:
            if name != self.turns[0].step:
                return None
            turn = self.turns.pop(0)
            return Fate(act=self.cancel) if turn.failing == "cancel" else Fate(raises=BROKEN)
        if name != self.cell.step or self.came_true:
            return None
        self.came_true = True
        return self.fate

    def cancel(self) -> None:
        """Ask that the work be cancelled."""
        record = self.world.store.get(self.record)
        if record is not None and record.type == "domains":
            asked = "POST /v1/deployments/{id}/domains/{hostname}/cancel"
            more = {"hostname": OWN_NAME}
            self.world.ask(asked, record.attributes["deployment_id"], more=more)
        elif record is not None:
            self.world.ask(f"POST /v1/{record.type}/{{id}}/cancel", record.id)


# How each machine begins -------------------------------------------------------------------


def _order(play: Play) -> str:
    [credential] = play.world.living("cloud_credentials")
    if play.cell.fault == "list_lag":
        play.world.real.lag = LAG
    made = play.world.ask("POST /v1/cloud_provisions", "", start.provision(credential.id))
    return made.id


def _destroy(play: Play) -> str:
    [server] = play.world.living("cloud_provisions")
    play.world.fates = play._fates
    if play.cell.fault == "list_lag":
        play.world.real.lag = LAG
        [credential] = play.world.living("cloud_credentials")
        asked = start.provision(credential.id, "another")
        made = play.world.ask("POST /v1/cloud_provisions", "", asked).id
        _until(play.world, made, "AwaitServer")
        play.world.ask("DELETE /v1/cloud_provisions/{id}", made, words={"force": "true"})
        return made
    play.world.ask("DELETE /v1/cloud_provisions/{id}", server.id, words={"force": "true"})
    return server.id


def _until(world: World, entity: str, state: str) -> None:
    """Let the work on a record go on until it enters a state."""
    while (run := world.next_due()) is not None:
        if run.data["id"] == entity and run.state == state:
            return
        world.turn(run)


def _lose(play: Play) -> str:
    [node] = play.world.living("nodes")
    play.world.given_up.add(str(node.attributes["ssh_host"]))
    asked = {"name": node.attributes["name"]}
    play.world.ask("POST /v1/nodes/{id}/declare_lost", node.id, asked)
    return node.id


def _deploy(play: Play) -> str:
    [node] = play.world.living("nodes")
    app = play.world.ask("POST /v1/deployments", "", start.deployment(play.world, node.id)).id
    play.world.ask("POST /v1/deployments/{id}/start", app)
    return app


def _app(play: Play) -> Record:
    [app] = play.world.living("deployments")
    return app


def _ask(route: str) -> Callable[[Play], str]:
    def begin(play: Play) -> str:
        app = _app(play)
        play.record = app.id
        # A delete waits for its end, and so has the machine run within it.
        play.world.fates = play._fates
        play.world.ask(route, app.id)
        return app.id

    return begin


def _redeploy(play: Play) -> str:
    app = _app(play)
    given = {"variables": {"GREETING": "good day"}}
    play.world.ask("POST /v1/deployments/{id}/redeploy", app.id, given)
    return app.id


def _roll_back(play: Play) -> str:
    """Leave a redeploy half undone, and start the app again."""
    broken = {"AwaitHealthy", "UndoRedeploy"}
    play.world.fates = lambda name, _machine: Fate(raises=BROKEN) if name in broken else None
    app = _redeploy(play)
    calm(play.world, looks=0)
    play.world.fates = play._fates
    play.world.ask("POST /v1/deployments/{id}/start", app)
    return app


def _restore(play: Play) -> str:
    """Make a backup of an app, and have its data replaced by that."""
    app = _app(play)
    asked = "POST /v1/deployments/{id}/backups"
    backup = play.world.ask(asked, app.id, kind="backups").id
    finish(play.world)
    given = {"backup_id": backup}
    play.world.ask("POST /v1/deployments/{id}/restore", app.id, given)
    return app.id


def _check(play: Play) -> str:
    [node] = play.world.living("nodes")
    play.world.ask("POST /v1/nodes/{id}/check", node.id)
    return node.id


def _certify(play: Play) -> str:
    """Bring a name and prove it: the look that finds it proven asks for its certificate."""
    app, world = _app(play), play.world
    world.ask("POST /v1/deployments/{id}/domains", app.id, {"hostname": OWN_NAME}, kind="domains")
    [domain] = world.living("domains")
    play.record = domain.id
    world.dns.proves(OWN_NAME, domain.attributes["token"], app.attributes["domains"][0]["hostname"])
    asked = "POST /v1/deployments/{id}/domains/{hostname}/verify"
    world.ask(asked, app.id, more={"hostname": OWN_NAME})
    world.deliver()
    return domain.id


def _prove(play: Play) -> str:
    """Ask for the proof of a draft of one's own."""
    [credential] = play.world.living("cloud_credentials")
    draft = {**start.template(start.COMPOSE), "name": "Of my own"}
    template = play.world.ask("POST /v1/templates", "", draft).id
    given = {"cloud_credential_id": credential.id, "region": "fra1", "size": "s-1vcpu-2gb"}
    asked = "POST /v1/templates/{id}/versions/{version}/prove"
    more = {"version": "1.0.0"}
    return play.world.ask(asked, template, given, kind="template_proofs", more=more).id


def _export(play: Play) -> str:
    """Ask for an export of the account that has its app backed up first."""
    asked, given = "POST /v1/account_exports", {"include_secrets": True, "fresh_backups": True}
    return play.world.ask(asked, "", given, kind="account_exports").id


@dataclass(frozen=True)
class Beginning:
    """A world to begin in, and what begins the machine there."""

    start: str
    begin: Callable[[Play], str]


BEGINNINGS = {
    "provision": Beginning("empty", _order),
    "destroy": Beginning("app", _destroy),
    "lose": Beginning("brought", _lose),
    "deploy": Beginning("server", _deploy),
    "stop": Beginning("app", _ask("POST /v1/deployments/{id}/stop")),
    "restart": Beginning("app", _ask("POST /v1/deployments/{id}/restart")),
    "redeploy": Beginning("app", _redeploy),
    "rollback": Beginning("app", _roll_back),
    "backup": Beginning("app", _ask("POST /v1/deployments/{id}/backups")),
    "restore": Beginning("app", _restore),
    "remove": Beginning("app", _ask("DELETE /v1/deployments/{id}")),
    "check": Beginning("brought", _check),
    "certify": Beginning("app", _certify),
    "prove": Beginning("empty", _prove),
    "export": Beginning("app", _export),
}


# What each fault is ------------------------------------------------------------------------


def _plays(cell: Cell, seed: int) -> Iterator[Play]:
    """Every way in which a cell is played."""
    for fate in _fates_of(cell):
        yield Play(cell, seed, fate)
    if cell.fault == "killed":
        yield from _at_each_crossing(cell, seed, lambda _play, at: Fate(dies_at=at))
    if cell.fault == "twice":
        yield from _at_each_crossing(cell, seed, _race)
    if cell.fault in ON_NODES:
        for seconds in (AWAY_SECONDS, LASTING_SECONDS):
            yield _broken(cell, seed, seconds)


def _fates_of(cell: Cell) -> tuple[Fate, ...]:
    """The fates that a cell is played with, where the same is one in every world."""
    throttled: tuple[Fate, ...] = (Fate(raises="Throttled"),)
    if "clouds" in declared_steps()[cell.step].layers:
        calls = (1, 2)
        throttled += tuple(Fate(port="cloud", fails_at=n, error=Throttled) for n in calls)
    lost = Fate(port="cloud", fails_at=2, after_effect=True)
    found: dict[str, tuple[Fate, ...]] = {
        "error_before": (Fate(raises=BROKEN),),
        "error_after_effect": (Fate(raises_after=BROKEN),),
        "timeout": (Fate(raises_after="Sandbox.Timedout"), Fate(raises_after="States.Timeout")),
        "throttle": throttled,
        "killed": (Fate(dies_answered=True),),
        "twice": (Fate(runs_twice=True),),
        "list_lag": (lost if cell.step == "CreateServer" else Fate(act=_nothing),),
    }
    return found.get(cell.fault, ())


def _nothing() -> None:
    """Let be what is."""


def _at_each_crossing(cell: Cell, seed: int, fate: Callable[[Play, int], Fate]) -> Iterator[Play]:
    """Play a cell once for each call that its step makes."""
    for at in range(1, MOST_CROSSINGS):
        play = Play(cell, seed + at, Fate())
        play.fate = fate(play, at)
        yield play
        if not play.fate.came_true:
            return


def _race(play: Play, at: int) -> Fate:
    """Let the execution be lost in the middle of the step, and another one overtake it there."""

    def overtaken() -> None:
        for run in _runs_of(play.world, play.record):
            play.world.vanish(run)
        play.world.reconcile()
        # No function is held up for longer than it may take.
        play.world.sleep(HELD_SECONDS)

    return Fate(interrupted_at=at, interrupt=overtaken)


def _runs_of(world: World, entity: str) -> list[Execution]:
    runs = world.workflows.executions.values()
    return [run for run in runs if run.status == "running" and run.data["id"] == entity]


def _broken(cell: Cell, seed: int, seconds: float) -> Play:
    """Let every server be broken for a while from the step on."""
    play = Play(cell, seed, Fate())

    def breaks() -> None:
        until = play.world.seconds + seconds
        for server in play.world.servers.values():
            match cell.fault:
                case "node_unreachable":
                    server.unreachable_until = until
                case "docker_killed":
                    server.docker_dead_until = until
                case _:
                    server.disk_full_until = until

    play.fate = Fate(act=breaks)
    return play


def outcome(cell: Cell, seed: int) -> Outcome:
    """Play a cell in every way, and say what it came to; the first breach counts."""
    begun = time.monotonic()
    played = [play.play() for play in _plays(cell, seed)]
    wrong = next((play for play in played if play.breaches or not play.came_true), None)
    told = wrong or played[0]
    reason = told.reason
    if wrong is not None:
        reason = wrong.breaches[0] if wrong.breaches else "The fault never happened."
        reason = f"{reason} ({wrong.fate})"
    counts = dict.fromkeys(COUNTED.values(), 0)
    for breach in told.breaches:
        kind = COUNTED.get(breach.partition(":")[0])
        if kind:
            counts[kind] += 1
    return Outcome(
        cell=cell,
        mode="simulated",
        ok=wrong is None,
        state=told.state,
        reason=reason,
        seconds=round(time.monotonic() - begun, 3),
        **counts,
    )


def run(cells: Sequence[Cell], seed: int) -> Iterator[Outcome]:
    """Play cells one after the other."""
    with simulated():
        for cell in cells:
            yield outcome(cell, seed)
