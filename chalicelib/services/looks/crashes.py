"""Ends the run of an app of which a container is gone or has given up, and says why."""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import Conflict
from chalicelib.domain.health import MISSING
from chalicelib.domain.redaction import redacted
from chalicelib.ports.nodes import Engine
from chalicelib.ports.records import Record, Write
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.deployments.routes import routes_of
from chalicelib.services.looks.incidents import TELLING, end_of
from chalicelib.services.looks.sightings import Sighting
from chalicelib.services.metering.metering import stopped
from chalicelib.services.nodes.residents import unless_moved
from chalicelib.services.tools import Tools

LOG_LINES = 20
LOG_CHARACTERS = 1500


def end_of_run(tools: Tools, engine: Engine, app: Record, sighting: Sighting) -> tuple[Write, ...]:
    """End a run of which Docker says twice that something of it is gone or has given up.

    What still stands is left for its owner to look at; a start begins from there.
    """
    why = _why(tools, engine, app, sighting)
    run = stopped(tools, app, at=_evidence(sighting))
    ended = {
        "error_code": "container_exited",
        "error_message": why,
        "failed_from": app.status,
        **run.attributes,
    }
    return (
        unless_moved(
            app,
            status="failed",
            health=sighting.health,
            attributes=sighting.attributes(app) | ended,
        ),
        tools.told(app, "failed", "hoster", code="container_exited", detail=why),
        *run.writes,
        *routes_of(tools, app, node=None, state="failed"),
    )


def _evidence(sighting: Sighting) -> str | None:
    """Until when the app ran, by Docker; of what is gone, until the last look that found it.

    That look was ours, so that a node's clock that is slow counts from there.
    """
    seen = sighting.memory.seen_at
    lost = [sighting.containers[service] for service in sighting.confirmed]
    ends = [seen if one["status"] == MISSING else _moment(one["since"]) for one in lost]
    return max(min(ends), seen) or None


def _moment(text: str | None) -> str:
    return clock.text_of(clock.moment_of(text)) if text else ""


def _why(tools: Tools, engine: Engine, app: Record, sighting: Sighting) -> str:
    """Say what ended and how, with its last lines, from which the app's secrets are taken."""
    lost = {service: sighting.containers[service] for service in sighting.confirmed}
    ends = "; ".join(end_of(service, one) for service, one in list(lost.items())[:TELLING])
    said = f"{ends}. Docker will not start {'it' if len(lost) == 1 else 'them'} again."
    speaker = next((s for s, one in lost.items() if one["status"] != MISSING), None)
    if speaker is None:
        return said
    text = engine.logs(app.id, speaker, tail=LOG_LINES)
    try:
        lines = redacted(text, secrets_of(tools, app)).strip()[-LOG_CHARACTERS:]
    except Conflict:
        return f"{said} Its last lines are not shown, since its secrets cannot be opened here."
    return f"{said} Last lines of {speaker}: {lines}" if lines else f"{said} It printed nothing."
