"""Click to running with the images present, beside the same app started without Hoster.

Each round deploys a new app, then starts the same one by plain Docker calls, by docker-compose,
and then runs a machine of as many states that do nothing.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime

from infra.bench import emulator, peers
from infra.bench.apps import APPS
from infra.bench.customer import Server, customer, made, server, until_status
from infra.bench.rows import EMULATOR, Row, differences, median
from infra.bench.run import Run
from infra.bench.story import Story, told
from infra.local.journey.client import Account

DEPLOY_SECONDS = 180.0


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
class Times:
    """What the rounds of one case took, in seconds, in the order of the rounds."""

    ours: list[float] = field(default_factory=list)
    docker: list[float] = field(default_factory=list)
    compose: list[float] = field(default_factory=list)
    no_op: list[float] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)


def measure(run: Run) -> Iterator[Row]:
    """Measure every app, and the provisioning of the server that they run on."""
    with ExitStack() as stack:
        account = stack.enter_context(customer(run.platform))
        no_op = stack.enter_context(emulator.no_op_lambda(run))
        with run.progress.stage("server", "Provision a server"):
            ordered = stack.enter_context(server(run.platform, account))
        yield Row("deploy", "provision", "order to ready", "s", round(ordered.seconds, 3), 1)
        with run.progress.stage("compose", "Install docker-compose in it") as stage:
            stage.detail = peers.install_compose(ordered)
        bench = Bench(run, account, ordered, no_op, stage.detail)
        for case, text in APPS.items():
            yield from _rows(bench, case, _rounds(bench, case, text))


def _rounds(bench: Bench, case: str, text: str) -> Times:
    template = {"name": f"Bench {case}", "version": "1.0.0", "compose_spec": text}
    times = Times()
    with made(bench.account, "templates", template) as record:
        with bench.run.progress.stage("images", f"{case}: tried once, images pulled"):
            _round(bench, record["id"], text, Times())
        for _ in bench.run.rounds(case):
            _round(bench, record["id"], text, times)
    return times


def _round(bench: Bench, template: str, text: str, times: Times) -> None:
    seconds, story = _deployed(bench, template)
    times.ours.append(seconds)
    times.stories.append(story)
    times.docker.append(peers.seconds(bench.server, text, "docker"))
    times.compose.append(peers.seconds(bench.server, text, "docker-compose"))
    times.no_op.append(emulator.no_op_seconds(bench.run, bench.no_op, story.kinds))


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
        story = told(bench.run, timeline["attributes"], asked=asked, seen=seen)
        return seconds, story


def _rows(bench: Bench, case: str, times: Times) -> Iterator[Row]:
    count = len(times.ours)
    ours = median(times.ours)

    def row(metric: str, value: float, unit: str = "s") -> Row:
        return Row("deploy", case, metric, unit, value, count)

    for peer, name in (
        (times.docker, "docker"),
        (times.compose, f"docker-compose {bench.compose_version}"),
    ):
        yield Row("deploy", case, "click to running", "s", ours, count, median(peer), name)
    yield row("overhead over docker", median(differences(times.ours, times.docker)))
    alone = differences(times.ours, times.docker, times.no_op)
    yield row("overhead over docker and emulator", median(alone))
    yield from _story_rows(case, times.stories)
    states = [len(story.kinds) for story in times.stories]
    metric = f"{case}: machine of {median(states):g} states that do nothing"
    yield Row("deploy", EMULATOR, metric, "s", median(times.no_op), count)


def _story_rows(case: str, stories: list[Story]) -> Iterator[Row]:
    """Where the time went: around the machine, in each step, in its Lambdas and in its waits."""
    count = len(stories)

    def row(metric: str, values: list[float], unit: str = "s") -> Row:
        return Row("deploy", case, metric, unit, median(values), count)

    yield row("request to first step", [story.before for story in stories])
    for name in stories[0].steps:
        yield row(f"step {name}", [story.steps[name] for story in stories])
        tries = [float(story.tries.get(name, 0)) for story in stories]
        if max(tries) > 1:
            yield row(f"step {name}: asked", tries, "times")
    yield row("last step to seen running", [story.after for story in stories])
    calls = [float(story.kinds.count("Task")) for story in stories]
    yield row("all steps: Lambda calls", calls, "times")
    yield row("all steps: in Lambdas", [story.in_tasks for story in stories])
    yield row("all steps: in Wait states", [story.in_waits for story in stories])
