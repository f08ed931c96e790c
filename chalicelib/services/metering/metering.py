"""Where a run of an app begins and ends: what the meter is told, and by what it is billed.

Nobody tells the one without the other: both come from here, with what the record says of it, for
one commit. A run ends at the last evidence of running, never when its end is found out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Interval, Price
from chalicelib.ports.records import Change, Record, Usage, Write
from chalicelib.ports.runs import BeginRun, EndRun, MarkAccount, SetPrice
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools

if TYPE_CHECKING:
    from chalicelib.ports.nodes import ContainerState

RUN = "run"
"""The attribute in which a deployment keeps its open run, so that nothing is read to end it."""
RESTED = "rested"
"""The attribute in which work keeps since when the containers stand still."""
LOOKED_AT = "looked_at"
"""The attribute in which a node keeps when its apps were looked at last; a check looks at none."""
OLDEST_DAYS = 6
"""How old an end may be for the meter, which refuses what is older than seven days."""


@dataclass(frozen=True)
class Told:
    """What is written of a beginning or an end: of the record, and beside it."""

    attributes: dict[str, Any] = field(default_factory=dict)
    writes: tuple[Write, ...] = ()


def is_metered(record: Record) -> bool:
    """Whether the meter counts a run of this deployment; a proof's is nobody's to pay."""
    known = record.attributes
    if record.type != "deployments" or is_for_proof(record):
        return False
    return bool(known.get("started_at") and not known.get("stopped_at"))


def started(tools: Tools, deployment: Record, *, node: str) -> Told:
    """Begin a run now; one that goes on already is left as it is.

    It begins where the last one ended, where a clock says that it began before.
    """
    if is_metered(deployment):
        return Told()
    at = max(tools.now(), deployment.attributes.get("stopped_at") or "")
    if is_for_proof(deployment):
        return Told({"started_at": at, "stopped_at": None})
    used = tools.used(
        deployment.owner, "deployment.started", deployment.id, "deployment", node=node
    )
    begun = _begun(tools, deployment, at)
    return Told(
        {"started_at": at, "stopped_at": None, **begun.attributes},
        (replace(used, at=at), *begun.writes),
    )


def told_to_meter(
    tools: Tools, deployment: Record, event: str, **metadata: str
) -> tuple[Usage, ...]:
    """What the meter is told of a deployment that comes or goes; of a proof's nothing."""
    if is_for_proof(deployment):
        return ()
    return (tools.used(deployment.owner, event, deployment.id, "deployment", **metadata),)


def noticed(tools: Tools, deployment: Record) -> Told:
    """Begin to bill a run that was begun before there were intervals: from now on.

    One that is open already, of which a restored record does not know, goes on.
    """
    if deployment.attributes.get(RUN) or not is_metered(deployment):
        return Told()
    left = tools.runs().open_run(deployment.owner, deployment.id)
    return Told({RUN: asdict(left)}) if left else _begun(tools, deployment, None)


def stopped(
    tools: Tools, deployment: Record, *, at: str | None = None, node: Record | None = None
) -> Told:
    """End the run, if there is one: at `at`, or at the last evidence that is known of it.

    `node` is where it lives, for who has read it.
    """
    if not is_metered(deployment):
        return Told()
    known, now = deployment.attributes, tools.now()
    shown = at or _rested(deployment) or last_evidence(tools, deployment, node)
    end = max(min(shown, now), known["started_at"])
    writes: list[Write] = [_told_end(tools, deployment, end)]
    if known.get(RUN):
        run = _run_of(deployment)
        writes.append(EndRun(run.ended(clock.seconds_of(end), now=clock.seconds_of(now))))
    return Told({"stopped_at": end, RUN: None}, tuple(writes))


def _told_end(tools: Tools, deployment: Record, end: str) -> Usage:
    """What the meter is told of an end; one of long ago comes with its true time beside it."""
    oldest = clock.text_of(clock.moment_of(tools.now()) - timedelta(days=OLDEST_DAYS))
    late = {"ended_at": end} if end < oldest else {}
    used = tools.used(deployment.owner, "deployment.stopped", deployment.id, "deployment", **late)
    return replace(used, at=max(end, oldest))


def last_evidence(tools: Tools, deployment: Record, node: Record | None = None) -> str:
    """The last moment at which an app is known to have run: never later than now.

    That is the last look at its node that found it whole; what has work in hand is not looked at.
    """
    node = node or tools.records().get(deployment.node or "")
    looked = str(node.attributes.get(LOOKED_AT) or "") if node else ""
    begun = deployment.work.started_at if deployment.work else looked
    seen = min(looked, _whole_until(deployment) or looked, begun)
    return min(max(str(deployment.attributes["started_at"]), seen), tools.now())


def _whole_until(deployment: Record) -> str | None:
    """The last look that found all of it, where looks since then, before any work, did not."""
    watched = deployment.attributes.get("watch") or {}
    looked_at = deployment.generation - (deployment.work is not None)
    return watched.get("seen_at") if watched.get("generation") == looked_at else None


def note_rest(tools: Tools, deployment: Record, states: Iterable[ContainerState]) -> None:
    """Note since when the containers stand still, once in each work: now, if one runs yet.

    Docker says when they ended; its node's clock is believed since the last look, and no further.
    """
    if deployment.work is None or not is_metered(deployment) or _rested(deployment):
        return
    shown = tuple(states)
    ends = [clock.text_of(clock.moment_of(one.finished_at)) for one in shown if one.finished_at]
    runs_yet = any(one.status == "running" for one in shown)
    at = tools.now() if runs_yet else max([last_evidence(tools, deployment), *ends])
    tools.records().change(
        Change(
            of=deployment,
            attributes={RESTED: {"generation": deployment.generation, "at": min(at, tools.now())}},
            if_generation=deployment.generation,
            if_working=True,
        )
    )


def _rested(deployment: Record) -> str | None:
    """Since when the containers stand still, by the work in hand; what is over says nothing."""
    noted = deployment.attributes.get(RESTED) or {}
    work = deployment.work
    return noted.get("at") if work and work.generation == noted.get("generation") else None


def _begun(tools: Tools, deployment: Record, at: str | None) -> Told:
    """A run that is open from a moment on, now unless it is said, under the template's price."""
    known = deployment.attributes
    template = tools.records().get(known["template_id"])
    run = Interval(
        owner=deployment.owner,
        deployment=deployment.id,
        deployment_name=known["name"],
        template=known["template_id"],
        template_name=template.attributes["name"] if template else "",
        creator=template.owner if template else "",
        since=clock.seconds_of(at or tools.now()),
        until=None,
    )
    writes: list[Write] = [BeginRun(run, over=_left_open(tools, deployment))]
    if not tools.runs().is_known(deployment.owner):
        writes.append(MarkAccount(deployment.owner))
    if template is not None and not tools.runs().prices([template.id])[template.id]:
        # It is of before there were price versions: what it costs is billed from here on.
        writes.append(first_price(template, run.since))
    return Told({RUN: asdict(run)}, tuple(writes))


def _left_open(tools: Tools, deployment: Record) -> Interval | None:
    """An open run of which a restored record does not know, with the end that it tells."""
    left = tools.runs().open_run(deployment.owner, deployment.id)
    if left is None:
        return None
    ended = deployment.attributes.get("stopped_at")
    end = clock.seconds_of(ended) if ended else left.since
    return left.ended(end, now=clock.seconds_of(tools.now()))


def first_price(template: Record, at: int) -> SetPrice:
    """What a template costs, as its first price version."""
    return SetPrice(
        Price(template.id, at, int(template.attributes.get("price_monthly_cents") or 0))
    )


def _run_of(deployment: Record) -> Interval:
    """The open run that a deployment keeps."""
    kept = deployment.attributes[RUN]
    return Interval(**{**kept, "since": int(kept["since"]), "until": None})
