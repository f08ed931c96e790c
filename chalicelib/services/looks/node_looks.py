"""One look at a node and all that runs there, over one connection, recorded where it is news.

Nothing is written to an app that is being worked on. Only Docker's own word, given twice in a
row, makes a running app `failed`; a node of which nothing can be seen changes health alone.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from chalicelib.domain.errors import (
    CommandFailed,
    Conflict,
    Contended,
    DockerUnavailable,
    HostKeyChanged,
    HostUnreachable,
    LoginRefused,
    NotReady,
    ProductError,
    Stale,
    Unavailable,
)
from chalicelib.domain.node_health import MISSES
from chalicelib.ports.insight import Death
from chalicelib.ports.nodes import ContainerState, Engine, Node
from chalicelib.ports.records import Record
from chalicelib.services.deployments.direct_access import follow_switches
from chalicelib.services.deployments.homes import GONE
from chalicelib.services.looks.crashes import end_of_run
from chalicelib.services.looks.measuring import measure
from chalicelib.services.looks.node_news import (
    check_when_due,
    condition_of,
    note_good,
    note_trouble,
)
from chalicelib.services.looks.sightings import Sighting, compare, kept, memory_of, restart_span
from chalicelib.services.looks.watching import Look, look_again
from chalicelib.services.metering.metering import LOOKED_AT, Told, noticed
from chalicelib.services.nodes.residents import running_on, unless_moved
from chalicelib.services.secrets.logins import login_of
from chalicelib.services.tools import Tools

UNSEEN: Mapping[type[ProductError], str] = {
    HostUnreachable: "it does not answer over SSH",
    CommandFailed: "its Docker Engine refuses to answer",
    DockerUnavailable: "its Docker Engine does not answer",
    LoginRefused: "it refuses the login",
    Conflict: "its SSH key cannot be opened here",
    HostKeyChanged: "it shows another host key than the pinned one",
}
"""Why nothing can be seen of a node."""
UNSEEING = tuple(UNSEEN)
TOO_SLOW, NO_SENSE = "it answers too slowly", "what it answers cannot be understood"
WAS_TOO_SLOW = HostUnreachable(
    "The server answers too slowly: a look at it did not come to its end."
    " Look there what keeps it busy, or restart it."
)
MADE_NO_SENSE = CommandFailed(
    "The server answers what cannot be understood. Look there whether `docker ps` and `date` say"
    " what they should, or restart it."
)


def look_at_node(tools: Tools, look: Look) -> Counter[str]:
    """Look at a node and everything that runs there; tells what was done with how many apps."""
    home, apps = tools.records().get(look.node), running_on(tools, look.node)
    if home is None or home.status in GONE:
        return _unseen(tools, look, apps, UNSEEN[HostUnreachable])
    is_pinned = bool(home.attributes.get("host_key"))
    if not is_pinned:
        check_when_due(tools, home)
    if not apps and (home.work is not None or not is_pinned):
        return Counter()
    try:
        return _look(tools, home, apps)
    except UNSEEING as error:
        why = next(words for kind, words in UNSEEN.items() if isinstance(error, kind))
        return _miss(tools, look, home, apps, error=error, why=why)


def look_was_too_slow(tools: Tools, look: Look) -> Counter[str]:
    """Take it that nothing can be seen of a node whose look did not end in its time."""
    return _come_to_nothing(tools, look, WAS_TOO_SLOW, TOO_SLOW)


def look_made_no_sense(tools: Tools, look: Look) -> Counter[str]:
    """Take it that nothing can be seen of a node that answers what nothing can be made of."""
    return _come_to_nothing(tools, look, MADE_NO_SENSE, NO_SENSE)


def _come_to_nothing(tools: Tools, look: Look, error: ProductError, why: str) -> Counter[str]:
    home, apps = tools.records().get(look.node), running_on(tools, look.node)
    if home is None or home.status in GONE:
        return _unseen(tools, look, apps, why)
    return _miss(tools, look, home, apps, error=error, why=why)


def _look(tools: Tools, home: Record, apps: list[Record]) -> Counter[str]:
    done: Counter[str] = Counter()
    is_doubtful, last_look = False, home.attributes.get(LOOKED_AT) or ""
    with tools.connect()(login_of(tools, home)) as node:
        seen = node.insight.containers()
        deaths = _deaths(node, apps, seen)
        now = tools.now()
        for app in apps:
            states, ends = seen.get(app.id, ()), deaths.get(app.id, ())
            sighting = compare(app, states, ends, now, last_look=last_look)
            done[_record(tools, node.engine, app, sighting)] += 1
            is_doubtful |= now in sighting.memory.lost.values()
        measured = measure(tools, node, apps, seen)
        with contextlib.suppress(NotReady):  # the next look has the firewall take its rules
            follow_switches(tools, node, home, apps, measured.opened)
    note_good(tools, home, measured.machine)
    if is_doubtful:
        look_again(tools, home.id)
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
    run = noticed(tools, app) if not sighting.confirmed else Told()
    if not sighting.confirmed and not sighting.is_news(app) and not run.attributes:
        return "unchanged"
    attributes = {**sighting.attributes(app), **run.attributes}
    events = [tools.told(app, name, "hoster", **told) for name, told in sighting.events]
    try:
        if sighting.confirmed:
            tools.records().commit(*end_of_run(tools, engine, app, sighting), *events)
            return "failed"
        changed = unless_moved(app, health=sighting.health, attributes=attributes)
        tools.records().commit(changed, *run.writes, *events)
    except Stale:
        return "moved_on"
    except (Contended, Unavailable):
        return "not_recorded"
    return "changed"


def _miss(
    tools: Tools, look: Look, home: Record, apps: list[Record], *, error: ProductError, why: str
) -> Counter[str]:
    """Record that a look failed; what fails on our side says nothing of the node."""
    if isinstance(error, Conflict):
        return _unseen(tools, look, apps, why)
    is_noted = note_trouble(tools, home, error)
    in_doubt = is_noted and condition_of(home).misses < MISSES
    return _unseen(tools, look, apps, why, in_doubt=in_doubt)


def _unseen(
    tools: Tools, look: Look, apps: list[Record], why: str, *, in_doubt: bool = False
) -> Counter[str]:
    """Record that nothing can be seen of a node's apps, once a second look in a row says so.

    `in_doubt` asks for that look although of the apps it is known.
    """
    news = [app for app in apps if app.health != "unreachable"]
    if not look.again and (news or in_doubt):
        look_again(tools, look.node, saw_nothing=True)
    if not look.again and news:
        return Counter(missed=len(apps))
    done = Counter(unreachable=len(apps) - len(news))
    for app in news:
        memory = kept(replace(memory_of(app), lost={}), app)
        change = unless_moved(app, health="unreachable", attributes={"watch": memory})
        told = tools.told(app, "health_unreachable", "hoster", message=why)
        try:
            tools.records().commit(change, told)
        except Stale:
            done["moved_on"] += 1
        else:
            done["unreachable"] += 1
    return done
