"""A server from the request to `ready`, beside the same server made without Hoster.

Both sides order the same size and image at the same provider, and ask at the same pace. The bare
one is done when its Docker tells its version; ours has by then a host key of its own, a firewall,
containers that are cut off, and is a node.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from infra.bench import bare, emulator
from infra.bench.customer import POLL_SECONDS, customer, server
from infra.bench.rows import EMULATOR, Row, differences, median
from infra.bench.run import Run
from infra.bench.story import Story, rows, told
from infra.local.journey.client import Account

CASE = "one server"
ROUNDS = 3
"""How often it is measured unless SAMPLES says otherwise; a round takes about 45 s."""
INVOCATIONS = 20


@dataclass
class Rounds:
    """What the rounds took, in seconds, in their order."""

    ours: list[float] = field(default_factory=list)
    bare: list[bare.Bare] = field(default_factory=list)
    no_op: list[float] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)


def measure(run: Run) -> Iterator[Row]:
    """Provision and destroy, ours and the bare one in turn; the functions are started before."""
    with ExitStack() as stack:
        account = stack.enter_context(customer(run.platform))
        no_op = stack.enter_context(emulator.no_op_lambda(run))
        invoked = [emulator.lambda_seconds(run, no_op) for _ in range(INVOCATIONS)]
        metric = "a Lambda that does nothing"
        yield Row("provision", EMULATOR, metric, "s", median(invoked), INVOCATIONS)
        with run.progress.stage("functions", "Every function started once"):
            first, _ = _provisioned(run, account)
        metric = "request to ready, the first since the platform's start"
        yield Row("provision", CASE, metric, "s", round(first, 4), 1)
        seen = Rounds()
        for _ in run.rounds(CASE, ROUNDS):
            seconds, story = _provisioned(run, account)
            seen.ours.append(seconds)
            seen.stories.append(story)
            seen.bare.append(bare.measure(run.platform))
            seen.no_op.append(emulator.no_op_seconds(run, no_op, story.kinds))
        yield from _rows(seen)


def _provisioned(run: Run, account: Account) -> tuple[float, Story]:
    """Order a server, see it ready, destroy it; returns the seconds from the request on."""
    with server(run.platform, account) as made:
        seen = datetime.now(UTC)
        asked = seen - timedelta(seconds=made.seconds)
        timeline = account.call("GET", f"/cloud_provisions/{made.provision}/timeline")["data"]
        story = told(run, timeline["attributes"], machine="provision", asked=asked, seen=seen)
        return made.seconds, story


def _rows(seen: Rounds) -> Iterator[Row]:
    count = len(seen.ours)
    alone = [peer.seconds for peer in seen.bare]
    peer = f"create, SSH, docker version, asked every {POLL_SECONDS} s"
    yield Row(
        *("provision", CASE, "request to ready", "s"),
        *(median(seen.ours), count, median(alone), peer),
    )
    over = median(differences(seen.ours, alone))
    yield Row("provision", CASE, "overhead over the bare server", "s", over, count)
    over = median(differences(seen.ours, alone, seen.no_op))
    yield Row("provision", CASE, "overhead over the bare server and emulator", "s", over, count)
    yield from rows("provision", CASE, seen.stories, "ready")
    for metric, values in (
        ("order to active", [peer.create for peer in seen.bare]),
        ("active to SSH", [peer.ssh for peer in seen.bare]),
        ("SSH to docker version", [peer.docker for peer in seen.bare]),
    ):
        yield Row("provision", "bare server", metric, "s", median(values), count)
    states = median([float(len(story.kinds)) for story in seen.stories])
    metric = f"machine of {states:g} states that do nothing"
    yield Row("provision", EMULATOR, metric, "s", median(seen.no_op), count)
