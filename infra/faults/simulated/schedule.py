"""One random life of an installation, told by a seed: what is done, and everything that fails.

A storm, in which machines, users, schedules and faults take turns by chance; a calm, in which no
more fails and whatever recovers lost work runs as it would; then everything is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

from infra.faults.simulated import start
from infra.faults.simulated.crashes import Fate
from infra.faults.simulated.functions import in_play
from infra.faults.simulated.invariants import breaches, emptiness
from infra.faults.simulated.users import HAPPENINGS, USERS, Act, put_back
from infra.faults.simulated.world import World

FATES = ("dies", "dies_answered", "fails", "loses_answer", "twice", "interrupted")
"""What may happen to one call of a function."""
TURNS = {
    "machine": 58,
    "user": 18,
    "world": 6,
    "rule": 6,
    "recovery": 3,
    "schedule": 4,
    "message": 2,
    "time": 2,
    "vanishing": 1,
}
"""Whose turn it is next, and how often in a hundred."""
ROUNDS = 80
"""How many rounds of recovery may be needed until nothing is in hand."""
IDLE_ROUNDS = 5
"""How many rounds in which nothing is in hand are waited for: sweeps act upon the second look."""
SWEEP_SECONDS = 300.0
RECOVERY_SECONDS = 30.0
MOST_TURNS = 4000


@dataclass(frozen=True)
class Plan:
    """What a schedule is made of; the same plan is the same schedule."""

    seed: int
    length: int = 120
    """How many turns the storm has."""
    fates: tuple[str, ...] = FATES
    users: tuple[str, ...] = tuple(USERS)
    happenings: tuple[str, ...] = tuple(HAPPENINGS)
    start: str = ""
    """Empty: by chance."""


@dataclass
class Story:
    """How a schedule went."""

    plan: Plan
    breaches: list[str] = field(default_factory=list)
    trace: str = ""
    digest: str = ""
    """What all that happened comes down to: the same for the same plan."""
    came_true: int = 0
    """How many faults came about."""

    @property
    def kinds(self) -> set[str]:
        """What was broken, without of what."""
        return {" ".join(breach.split()[:2]) for breach in self.breaches}

    @property
    def ok(self) -> bool:
        """Whether nothing was broken."""
        return not self.breaches


@dataclass
class Storm:
    """Decides by chance."""

    plan: Plan
    world: World
    calm: bool = False
    faults: int = 0

    def __post_init__(self) -> None:
        chance = self.world.chance
        self.rate = chance.choice((0.02, 0.06, 0.12, 0.25))
        self.users, self.happenings = self.plan.users, self.plan.happenings

    def fate(self, _name: str, _machine: str) -> Fate | None:
        """What happens to a call of a function."""
        chance = self.world.chance
        if self.calm or not self.plan.fates or chance.random() >= self.rate:
            return None
        at = min(1 + int(chance.expovariate(0.25)), 30)
        self.faults += 1
        return {
            "dies": Fate(dies_at=at),
            "dies_answered": Fate(dies_answered=True),
            "fails": Fate(fails_at=at),
            "loses_answer": Fate(fails_at=at, after_effect=True),
            "twice": Fate(runs_twice=True),
            "interrupted": Fate(interrupted_at=at, interrupt=self.interrupt),
        }[chance.choice(self.plan.fates)]

    def interrupt(self) -> None:
        """Let others act in the middle of a function: they may take many turns."""
        for _ in range(self.world.chance.choice((1, 1, 3, 10))):
            self.turn()

    def turns(self, count: int) -> None:
        """Let so many things happen."""
        for _ in range(count):
            self.turn()

    def turn(self) -> None:
        """Let anybody do the next thing."""
        names, weights = zip(*TURNS.items(), strict=True)
        getattr(self, f"_{self.world.chance.choices(names, weights)[0]}")()

    def _machine(self) -> None:
        run = self.world.next_due()
        if run is not None:
            self.world.turn(run)
        else:
            self._time()

    def _user(self) -> None:
        self._one_of(self.users, USERS)

    def _world(self) -> None:
        self._one_of(self.happenings, HAPPENINGS)

    def _rule(self) -> None:
        self.world.reconcile()

    def _recovery(self) -> None:
        self.world.fire("resume_work")

    def _schedule(self) -> None:
        self.world.fire(self.world.chance.choice(list(self.world.functions.schedules)))
        self.world.deliver()

    def _message(self) -> None:
        self.world.deliver()

    def _time(self) -> None:
        self.world.sleep(self.world.chance.choice((1, 20, 60)))

    def _one_of(self, names: tuple[str, ...], known: Mapping[str, tuple[float, Act]]) -> None:
        if names:
            weights = [known[name][0] for name in names]
            name = self.world.chance.choices(names, weights)[0]
            self.world.note("acts", name)
            known[name][1](self.world)

    def _vanishing(self) -> None:
        """End any execution without a word, also one whose step is being run."""
        runs = self.world.workflows.executions.values()
        going = [run for run in runs if run.status == "running"]
        if going and self.plan.fates:
            self.faults += 1
            self.world.vanish(self.world.chance.choice(going))


def play(plan: Plan) -> Story:
    """Play one schedule to its end."""
    chance = Random(plan.seed)
    world = start.begin(plan.start or chance.choices(*start.CHOICE)[0], chance)
    story = Story(plan)
    with in_play(world):
        storm = Storm(plan, world)
        world.fates = storm.fate
        storm.turns(plan.length)
        storm.calm = True
        pacify(world, with_tokens=chance.random() < 0.7)
        calm(world)
        story.breaches = list(breaches(world))
        if not story.breaches:
            world.note("at rest", "now everything is deleted")
            delete_everything(world)
            story.breaches = list(emptiness(world))
    story.came_true = storm.faults
    story.digest = sha256(repr(world.trace).encode()).hexdigest()
    story.trace = world.told() if story.breaches else ""
    return story


def pacify(world: World, *, with_tokens: bool = True) -> None:
    """Let every fault pass; tokens that were revoked may stay so."""
    world.note("calm", "no more fails from here on")
    for server in world.servers.values():
        server.unreachable_until = server.docker_dead_until = server.disk_full_until = 0.0
    world.real.away_until = world.real.lag = 0.0
    world.real.duplicates = 0
    world.sleep(60.0)
    if with_tokens:
        put_back(world)


def calm(world: World, *, looks: int = IDLE_ROUNDS) -> None:
    """Let everything that is in hand come to its end, and whatever recovers lost work run.

    After that every schedule runs so many times more.
    """
    idle = 0
    for _ in range(ROUNDS):
        world.reconcile()
        world.deliver()
        finish(world)
        if world.ended:
            continue
        if any(item.get("work") for item in world.store.items.values()):
            idle = 0
            world.sleep(RECOVERY_SECONDS)
            world.fire("resume_work")
            continue
        idle += 1
        if idle > looks:
            return
        world.sleep(SWEEP_SECONDS)
        for name in world.functions.schedules:
            world.fire(name)
        world.deliver()


def finish(world: World) -> None:
    """Let every execution that goes on come to its end."""
    for _ in range(MOST_TURNS):
        run = world.next_due()
        if run is None:
            return
        world.turn(run)


def delete_everything(world: World) -> None:
    """Delete all there is, as an owner who wants to be rid of it does."""
    for _ in range(3):
        for app in world.living("deployments"):
            world.ask("DELETE /v1/deployments/{id}", app.id, user=app.owner)
        for one in world.living("cloud_provisions"):
            asked = world.ask("DELETE /v1/cloud_provisions/{id}", one.id, words={"force": "true"})
            if asked.status == 409:
                given = {"name": one.attributes["instance_name"]}
                world.ask("POST /v1/cloud_provisions/{id}/declare_gone", one.id, given)
        calm(world, looks=0)
        for node in world.living("nodes"):
            asked = world.ask("DELETE /v1/nodes/{id}", node.id)
            if asked.status == 409:
                world.given_up.add(str(node.attributes.get("ssh_host")))
                given = {"name": node.attributes["name"]}
                world.ask("POST /v1/nodes/{id}/declare_lost", node.id, given)
                calm(world, looks=0)
                world.ask("DELETE /v1/nodes/{id}", node.id)
        calm(world, looks=2)
        kinds = ("deployments", "cloud_provisions", "nodes")
        if not any(world.living(kind) for kind in kinds):
            return


def shrunk(plan: Plan, *, tries: int = 150) -> Story:
    """Make a schedule that breaks something smaller as long as it still breaks the same."""
    story = play(plan)
    is_smaller = not story.ok
    while is_smaller:
        is_smaller = False
        for smaller in _smaller(story.plan):
            tries -= 1
            if tries < 0:
                return story
            found = play(smaller)
            if found.kinds & story.kinds:
                story, is_smaller = found, True
                break
    return story


def _smaller(plan: Plan) -> Iterator[Plan]:
    for length in (plan.length // 2, plan.length * 3 // 4, plan.length - 5, plan.length - 1):
        if 0 < length < plan.length:
            yield replace(plan, length=length)
    for name in plan.fates:
        yield replace(plan, fates=tuple(one for one in plan.fates if one != name))
    for name in plan.users:
        yield replace(plan, users=tuple(one for one in plan.users if one != name))
    for name in plan.happenings:
        yield replace(plan, happenings=tuple(one for one in plan.happenings if one != name))
