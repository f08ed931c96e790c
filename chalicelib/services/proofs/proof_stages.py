"""A proof's stages at a running app: waited for, opened, looked at, restarted, measured.

Each stage may be repeated. Once every figure is written, another try of the work goes by without
asking the server anything.
"""

from __future__ import annotations

from chalicelib.domain import clock
from chalicelib.domain.errors import (
    DockerUnavailable,
    HostUnreachable,
    LoginRefused,
    NotProven,
)
from chalicelib.ports.records import Record
from chalicelib.services.deployments.homes import node_of
from chalicelib.services.deployments.plans import plan_of
from chalicelib.services.deployments.readiness import is_up
from chalicelib.services.deployments.visiting import is_open
from chalicelib.services.proofs.proof_figures import disk_awaited as measured_disk
from chalicelib.services.proofs.proof_figures import look
from chalicelib.services.proofs.proof_parts import app_of, server_of
from chalicelib.services.proofs.template_proofs import changed, is_measured
from chalicelib.services.provisions.provisions import cloud_of
from chalicelib.services.tools import Tools

AWAY = (HostUnreachable, DockerUnavailable, LoginRefused)
"""What a server says, or does not, while it restarts."""
BOOT = "cat /proc/sys/kernel/random/boot_id; cut -d' ' -f22 /proc/1/stat"
"""Tells one start of a machine from the next, of one that shares its kernel as well."""
OBSERVED_SECONDS = 15.0
"""For how long an app is looked at that nobody asks anything of."""


def app_awaited(tools: Tools, proof: Record) -> str:
    """What the app is waited for; empty once it runs. Raises `NotProven` with why it does not."""
    if is_measured(proof):
        return ""
    app = app_of(tools, proof)
    if app is not None and app.work is not None and app.status != "deleting":
        look(tools, proof, app)
        step = app.work.step
        return f"Starting the app: {step}." if step else "Starting the app."
    if app is None or app.status != "running":
        said = (app.attributes.get("error_message") if app else None) or "It is gone."
        raise NotProven(f"The app did not start: {said} Correct the version, and test it again.")
    asked, since = proof.attributes["app_asked_at"], app.attributes["started_at"]
    seconds = round(clock.seconds_between(asked, since), 1)
    look(tools, changed(tools, proof, healthy_seconds=seconds), app)
    return ""


def route_awaited(tools: Tools, proof: Record) -> str:
    """What the app's route is waited for; empty once the app proxies show it, or it has none."""
    if is_measured(proof):
        return ""
    app = _running(tools, proof)
    look(tools, proof, app)
    return "" if is_open(tools, app) else "Waiting for the app proxy to show the app."


def observed(tools: Tools, proof: Record) -> None:
    """Look once more at what the app uses while nobody asks anything of it."""
    if not is_measured(proof):
        look(tools, proof, _running(tools, proof))


def restart_server(tools: Tools, proof: Record) -> None:
    """Have the server restarted by its provider, and note how it was before.

    Asked again, by another try, it restarts what has not restarted yet.
    """
    if is_measured(proof):
        return
    app, server = _running(tools, proof), server_of(tools, proof)
    assert server is not None  # noqa: S101 - an app runs there
    with node_of(tools, app) as node:
        boot = node.run(BOOT).stdout.split()
    attempt = proof.work.attempt if proof.work else 0
    before = proof.attributes.get("restarted") or {}
    if before.get("attempt") == attempt and before["boot"] != boot:
        return
    noted = {"attempt": attempt, "boot": boot, "at": tools.now()}
    changed(tools, proof, restarted=noted, restart_seconds=None)
    cloud_of(tools, server).restart(server.attributes["provider_instance_id"])


def return_awaited(tools: Tools, proof: Record) -> str:
    """What is waited for after the restart; empty once the app is healthy and routed again."""
    if is_measured(proof) or proof.attributes.get("restart_seconds") is not None:
        return ""
    app, noted = _running(tools, proof), proof.attributes["restarted"]
    try:
        with node_of(tools, app) as node:
            if node.run(BOOT).stdout.split() == noted["boot"]:
                return "Waiting for the server to restart."
            now = node.engine.now()
            states = {one.service: one for one in node.engine.containers(app.id)}
    except AWAY:
        return "Waiting for the server to come back."
    services = (service.name for service in plan_of(tools, app).services)
    down = [name for name in services if not is_up(states.get(name), now)]
    look(tools, proof, app)
    if down:
        return f"Waiting for {down[0]} to be up again after the restart of the server."
    if not is_open(tools, app):
        return "Waiting for the app to be reached again after the restart of the server."
    seconds = round(clock.seconds_between(noted["at"], tools.now()), 1)
    changed(tools, proof, restart_seconds=seconds)
    return ""


def disk_awaited(tools: Tools, proof: Record, *, waited: float) -> str:
    """What the last figures are waited for; empty once all are written."""
    if is_measured(proof):
        return ""
    return measured_disk(tools, proof, _running(tools, proof), waited=waited)


def _running(tools: Tools, proof: Record) -> Record:
    """The app, which runs. Raises `NotProven` when it does not any more."""
    app = app_of(tools, proof)
    if app is None or app.status != "running":
        said = (app.attributes.get("error_message") if app else None) or "It was stopped."
        raise NotProven(f"The app does not run any more: {said}")
    return app
