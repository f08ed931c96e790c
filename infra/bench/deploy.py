"""Click to running beside the same app started without Hoster, its images present and absent.

Each round deploys a new app, then starts the same one by plain Docker calls and by docker-compose,
and then runs a machine of as many states that do nothing. Where images are absent, they are removed
from the server before each of the three.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

from infra.bench import emulator, peers
from infra.bench.apps import APPS, App
from infra.bench.customer import Server, customer, made, server, until_status
from infra.bench.rows import EMULATOR, Row, differences, median
from infra.bench.run import Run
from infra.bench.story import Story, rows, told
from infra.local.journey.client import Account

DEPLOY_SECONDS = 180.0
ROUNDS = 3
"""How often each case is measured unless SAMPLES says otherwise; a round of all takes 2 minutes."""
INVOCATIONS = 20


@dataclass(frozen=True)
class Bench:
    """What every round of the bench uses."""

    run: Run
    account: Account
    server: Server
    no_op: str
    """The Lambda that does nothing."""
    compose_version: str


@dataclass
class Case:
    """One app with its images there or not; what its rounds took, in seconds, in their order."""

    app: App
    absent: bool
    ours: list[float] = field(default_factory=list)
    docker: list[float] = field(default_factory=list)
    compose: list[float] = field(default_factory=list)
    no_op: list[float] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the rows call it."""
        return f"{self.app.name}, images {'absent' if self.absent else 'present'}"


def measure(run: Run) -> Iterator[Row]:
    """Measure every app, and the provisioning of the server that they run on."""
    with ExitStack() as stack:
        account = stack.enter_context(customer(run.platform))
        no_op = stack.enter_context(emulator.no_op_lambda(run))
        invoked = [emulator.lambda_seconds(run, no_op) for _ in range(INVOCATIONS)]
        metric = "a Lambda that does nothing"
        yield Row("deploy", EMULATOR, metric, "s", median(invoked), INVOCATIONS)
        with run.progress.stage("server", "Provision a server"):
            ordered = stack.enter_context(server(run.platform, account))
        yield Row("deploy", "provision", "order to ready", "s", round(ordered.seconds, 3), 1)
        with run.progress.stage("compose", "Install docker-compose in it") as stage:
            stage.detail = peers.install_compose(ordered)
        bench = Bench(run, account, ordered, no_op, stage.detail)
        with run.progress.stage("functions", "Every function started once"):
            _measure_case(bench, Case(APPS[0], absent=True), range(1))
        for app, absent in product(APPS, (True, False)):
            case = Case(app, absent)
            _measure_case(bench, case, run.rounds(case.name, ROUNDS))
            yield from _rows(bench, case)


def _measure_case(bench: Bench, case: Case, rounds: Iterable[int]) -> None:
    app = case.app
    template = {"name": f"Bench {app.name}", "version": "1.0.0", "compose_spec": app.text}
    with made(bench.account, "templates", template) as record:
        for _ in rounds:
            _round(bench, case, record["id"])


def _round(bench: Bench, case: Case, template: str) -> None:
    _make_ready(bench, case)
    seconds, story = _deployed(bench, template)
    case.ours.append(seconds)
    case.stories.append(story)
    ways: tuple[tuple[peers.Way, list[float]], ...]
    ways = (("docker", case.docker), ("docker-compose", case.compose))
    for way, times in ways:
        _make_ready(bench, case)
        times.append(peers.seconds(bench.server, case.app.text, way, pull=case.absent))
    case.no_op.append(emulator.no_op_seconds(bench.run, bench.no_op, story.kinds))


def _make_ready(bench: Bench, case: Case) -> None:
    if case.absent:
        peers.remove_images(bench.server, case.app.text)


def _deployed(bench: Bench, template: str) -> tuple[float, Story]:
    """Deploy an app, see it running, delete it; returns the seconds from the click on."""
    given = {
        "name": f"bench {secrets.token_hex(4)}",
        "template_id": template,
        "node_id": bench.server.node,
    }
    account = bench.account
    with made(account, "deployments", given) as record:
        asked, began = datetime.now(UTC), time.monotonic()
        account.call("POST", f"/deployments/{record['id']}/start")
        until_status(account, "deployments", record["id"], "running", DEPLOY_SECONDS)
        seconds, seen = time.monotonic() - began, datetime.now(UTC)
        timeline = account.call("GET", f"/deployments/{record['id']}/timeline")["data"]
        story = told(bench.run, timeline["attributes"], machine="deploy", asked=asked, seen=seen)
        return seconds, story


def _rows(bench: Bench, case: Case) -> Iterator[Row]:
    count, ours = len(case.ours), median(case.ours)
    for peer, name in (
        (case.docker, "docker"),
        (case.compose, f"docker-compose {bench.compose_version}"),
    ):
        yield Row("deploy", case.name, "click to running", "s", ours, count, median(peer), name)
    over = median(differences(case.ours, case.docker))
    goal = None if case.absent else case.app.goal
    metric = "overhead over docker"
    yield Row("deploy", case.name, metric, "s", over, count, goal, "goal" if goal else None)
    alone = median(differences(case.ours, case.docker, case.no_op))
    yield Row("deploy", case.name, "overhead over docker and emulator", "s", alone, count)
    yield from rows("deploy", case.name, case.stories, "running")
    states = [len(story.kinds) for story in case.stories]
    metric = f"{case.name}: machine of {median(states):g} states that do nothing"
    yield Row("deploy", EMULATOR, metric, "s", median(case.no_op), count)
