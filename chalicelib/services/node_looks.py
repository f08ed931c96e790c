"""One look at a node: all that runs there, over one connection, recorded where it is news.

Nothing is written to an app that is being worked on. Only Docker's own word, given twice in a
row, makes a running app `failed`; a node of which nothing can be seen changes health alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from chalicelib.domain import health
from chalicelib.domain.errors import (
    CommandFailed,
    Contended,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    Stale,
    Unavailable,
)
from chalicelib.domain.redaction import redacted
from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState, Engine, Node
from chalicelib.ports.records import Change, Record, Selection, Write
from chalicelib.services.deploying import GONE, routes_of
from chalicelib.services.incidents import TELLING, end_of
from chalicelib.services.logins import login_of
from chalicelib.services.measuring import measure
from chalicelib.services.plans import secrets_of
from chalicelib.services.sightings import Sighting, compare, kept, memory_of, restart_span
from chalicelib.services.tools import Tools
from chalicelib.services.watching import PAGE, Look, look_again

UNSEEN: Mapping[type[Exception], str] = {
    HostUnreachable: "it does not answer over SSH",
    CommandFailed: "its Docker Engine refuses to answer",
    DockerUnavailable: "its Docker Engine does not answer",
    LoginRefused: "it refuses the login",
    HostKeyChanged: "it shows another host key than the pinned one",
}
"""Why nothing can be seen of a node."""
TOO_SLOW = "it answers too slowly"
LOG_LINES = 20
LOG_CHARACTERS = 1500


def look_at_node(tools: Tools, look: Look) -> Counter[str]:
    """Look at everything that runs on a node; tells what was done with how many apps."""
    apps = _running(tools, look.node)
    if not apps:
        return Counter()
    try:
        return _look(tools, look.node, apps)
    except tuple(UNSEEN) as error:
        return _unseen(tools, look, apps, UNSEEN[type(error)])


def look_was_too_slow(tools: Tools, look: Look) -> Counter[str]:
    """Take it that nothing can be seen of a node whose look did not end in its time."""
    return _unseen(tools, look, _running(tools, look.node), TOO_SLOW)


def _running(tools: Tools, node: str) -> list[Record]:
    """Everything that runs on a node and is not being worked on."""
    found: list[Record] = []
    after: str | None = None
    here = Selection("deployments", node=node)
    while True:
        page = tools.records().select(here, limit=PAGE, after=after, before=None)
        found += [one for one in page.records if one.status == "running" and one.work is None]
        after = page.after
        if after is None:
            return found


def _look(tools: Tools, node_id: str, apps: list[Record]) -> Counter[str]:
    home = tools.records().get(node_id)
    if home is None or home.status in GONE:
        raise HostUnreachable("The server is not known any more.")
    done: Counter[str] = Counter()
    is_doubtful = False
    with tools.connect()(login_of(tools, home)) as node:
        seen = node.insight.containers()
        deaths = _deaths(node, apps, seen)
        now = tools.now()
        for app in apps:
            sighting = compare(app, seen.get(app.id, ()), deaths.get(app.id, ()), now)
            done[_record(tools, node.engine, app, sighting)] += 1
            is_doubtful |= now in sighting.memory.lost.values()
        measure(tools, home, node, apps, seen)
    if is_doubtful:
        look_again(tools, node_id)
    return done


def _deaths(
    node: Node, apps: list[Record], seen: dict[str, tuple[ContainerState, ...]]
) -> dict[str, tuple[Death, ...]]:
    """How containers ended that were restarted since the last look; asked only if any was."""
    spans = [span for app in apps if (span := restart_span(app, seen.get(app.id, ())))]
    if not spans:
        return {}
    since, until = min(first for first, _ in spans), max(last for _, last in spans)
    return node.insight.deaths(since=since, until=until)


def _record(tools: Tools, engine: Engine, app: Record, sighting: Sighting) -> str:
    """Write what is news of an app; returns what was done."""
    if not sighting.confirmed and not sighting.is_news(app):
        return "unchanged"
    attributes = sighting.attributes(app)
    events = [tools.told(app, name, "hoster", **told) for name, told in sighting.events]
    try:
        if sighting.confirmed:
            why = _why(tools, engine, app, sighting)
            tools.records().commit(*_failure(tools, app, sighting, why), *events)
            return "failed"
        changed = _unless_moved(app, health=sighting.health, attributes=attributes)
        tools.records().commit(changed, *events)
    except Stale:
        return "moved_on"
    except (Contended, Unavailable):
        return "not_recorded"
    return "changed"


def _unless_moved(app: Record, **changes: Any) -> Change:
    """Change an app on condition that it is as it was read: of two looks at once, one writes."""
    return Change(
        of=app,
        if_status=("running",),
        if_generation=app.generation,
        if_version=app.version,
        if_idle=True,
        **changes,
    )


def _failure(tools: Tools, app: Record, sighting: Sighting, why: str) -> tuple[Write, ...]:
    """End a run of which Docker says twice that something of it is gone or has given up.

    What still stands is left for its owner to look at; a start begins from there.
    """
    ended = {
        "error_code": "container_exited",
        "error_message": why,
        "failed_from": app.status,
        "stopped_at": tools.now(),
    }
    return (
        _unless_moved(
            app,
            status="failed",
            health=sighting.health,
            attributes=sighting.attributes(app) | ended,
        ),
        tools.told(app, "failed", "hoster", code="container_exited", detail=why),
        tools.used(app.owner, "deployment.stopped", app.id, "deployment"),
        *routes_of(tools, app, address="", state="failed"),
    )


def _why(tools: Tools, engine: Engine, app: Record, sighting: Sighting) -> str:
    """Say what ended and how, with its last lines, from which the app's secrets are taken."""
    lost = {service: sighting.containers[service] for service in sighting.confirmed}
    ends = "; ".join(end_of(service, one) for service, one in list(lost.items())[:TELLING])
    said = f"{ends}. Docker will not start {'it' if len(lost) == 1 else 'them'} again."
    speaker = next((s for s, one in lost.items() if one["status"] != health.MISSING), None)
    if speaker is None:
        return said
    text = engine.logs(app.id, speaker, tail=LOG_LINES)
    lines = redacted(text, secrets_of(tools, app)).strip()[-LOG_CHARACTERS:]
    return f"{said} Last lines of {speaker}: {lines}" if lines else f"{said} It printed nothing."


def _unseen(tools: Tools, look: Look, apps: list[Record], why: str) -> Counter[str]:
    """Record that nothing can be seen of a node's apps, once a second look in a row says so."""
    news = [app for app in apps if app.health != "unreachable"]
    if news and not look.again:
        look_again(tools, look.node, saw_nothing=True)
        return Counter(missed=len(apps))
    done = Counter(unreachable=len(apps) - len(news))
    for app in news:
        memory = kept(replace(memory_of(app), lost={}), app)
        change = _unless_moved(app, health="unreachable", attributes={"watch": memory})
        told = tools.told(app, "health_unreachable", "hoster", message=why)
        try:
            tools.records().commit(change, told)
        except Stale:
            done["moved_on"] += 1
        else:
            done["unreachable"] += 1
    return done
