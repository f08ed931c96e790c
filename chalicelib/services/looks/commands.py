"""A command in a container of a running app, for its owner: recorded, bounded, without secrets."""

from __future__ import annotations

import contextlib
import json
import shlex
import time
from typing import Any

from chalicelib.domain.errors import (
    Conflict,
    ContainerExited,
    Contended,
    Fault,
    Invalid,
    NodeUnreachable,
    Unavailable,
)
from chalicelib.domain.redaction import Redact, beginning, forms_of, redactor
from chalicelib.ports.inside import Ended, Inside, Source
from chalicelib.ports.records import Record
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.looks.looking import UNASKABLE, node_of
from chalicelib.services.tools import Tools

SHELL = ("/bin/sh", "-c")
"""What runs a command that is one text."""
RECORDED = 500
"""Characters of a command that its event holds."""
SHOWN = 64 * 1024
"""Characters of each output that are shown."""
SHOWN_AS_JSON = 150_000
"""And as JSON, which is written into JSON once more for API Gateway."""
LEFT = 3.0
"""Seconds that are left, after a command, to kill it and to tell."""


def run_command(
    tools: Tools,
    deployment: Record,
    *,
    service: str,
    command: str | list[str],
    seconds: float,
    until: float,
) -> dict[str, Any]:
    """Run a command in a service's container, and return how it ended.

    It is recorded before it runs, so that none runs unrecorded, and again when it has ended.
    `until` is the moment, by the monotonic clock, at which an answer must be there.
    Raises `Conflict` unless app and container run, and `Invalid` for a service that is none.
    """
    if deployment.status != "running":
        detail = f"A command runs in a running app; this one is {deployment.status}."
        raise Conflict(detail, code="wrong_state")
    words = (*SHELL, command) if isinstance(command, str) else tuple(command)
    secrets = secrets_of(tools, deployment)
    told = {"service": service, "command": _told(command, redactor(secrets))}
    with node_of(tools, deployment) as node:
        source = _source(node.inside, deployment, service)
        seconds = min(seconds, until - time.monotonic() - LEFT)
        if seconds <= 0:
            raise NodeUnreachable("Cannot reach the app's server in time; nothing was run.")
        tools.records().tell(tools.told(deployment, "command_begun", deployment.owner, **told))
        begun = time.monotonic()
        try:
            ended = node.inside.execute(source, words, seconds=seconds)
        except ContainerExited as error:
            raise _not_running(service) from error
        except UNASKABLE as error:
            detail = (
                "The app's server gave no answer. The command may have run: see the app's events."
            )
            raise NodeUnreachable(detail) from error
        took = round(time.monotonic() - begun, 2)
    _tell_end(tools, deployment, {**told, "exit_code": ended.exit_code, "seconds": took})
    return {**_shown(ended, secrets), "seconds": took}


def _told(command: str | list[str], redact: Redact) -> str:
    """A command as it is recorded: the words are masked before quotes stand in them."""
    said = command if isinstance(command, str) else shlex.join(map(redact, command))
    return redact(said)[:RECORDED]


def _tell_end(tools: Tools, deployment: Record, told: dict[str, Any]) -> None:
    """Record how a command ended; that it was begun is told already, and its answer not lost."""
    name = "command_killed" if told["exit_code"] is None else "command_run"
    with contextlib.suppress(Unavailable, Contended):
        tools.records().tell(tools.told(deployment, name, deployment.owner, **told))


def _source(inside: Inside, deployment: Record, service: str) -> Source:
    """The newest container of a service. Raises `Invalid` or `Conflict`."""
    sources = inside.sources(deployment.id)
    found = [source for source in sources if source.service == service]
    if not found:
        names = ", ".join(sorted({source.service for source in sources})) or "none"
        detail = f"There is no such service here; there are: {names}."
        raise Invalid((Fault("/data/attributes/service", detail),))
    running = [source for source in found if source.is_running]
    if not running:
        raise _not_running(service)
    return max(running, key=lambda source: source.generation)


def _not_running(service: str) -> Conflict:
    detail = f"The container of {service} does not run; see its health and its logs."
    return Conflict(detail, code="container_not_running")


def _shown(ended: Ended, secrets: tuple[str, ...]) -> dict[str, Any]:
    """Show how a command ended, without secrets."""
    redact, longest = redactor(secrets), max(map(len, forms_of(secrets)), default=0)

    def shown(text: str) -> tuple[str, bool]:
        whole = beginning(text, redact, longest=longest, most=SHOWN, is_cut=ended.is_truncated)
        kept = whole
        while len(json.dumps(kept)) > SHOWN_AS_JSON:
            kept = kept[: len(kept) // 2]
        return kept, len(kept) < len(whole)

    (stdout, is_cut), (stderr, is_cut_too) = shown(ended.stdout), shown(ended.stderr)
    return {
        "exit_code": ended.exit_code,
        "timed_out": ended.exit_code is None,
        "stdout": stdout,
        "stderr": stderr,
        "truncated": ended.is_truncated or is_cut or is_cut_too,
    }
