"""Errors of commands that a template runs in an app's containers, without the app's secrets."""

from __future__ import annotations

from chalicelib.domain.errors import CommandFailed, DiskFull
from chalicelib.domain.redaction import ending, forms_of, redactor
from chalicelib.ports.records import Record
from chalicelib.services.deployments.plans import secrets_of
from chalicelib.services.tools import Tools

SHOWN = 600
"""Characters of what a command said that are told."""
KEPT = 500
"""Characters beyond which what it said may be cut at its beginning."""


def said_inside(tools: Tools, deployment: Record, what: str, tail: str) -> CommandFailed | DiskFull:
    """The error of work that failed, with the end of what it and the app's command printed.

    The command may have printed its environment: what is a secret's value is masked.
    """
    secrets = secrets_of(tools, deployment)
    longest = max(map(len, forms_of(secrets)), default=0)
    said = ending(
        tail.strip(), redactor(secrets), longest=longest, most=SHOWN, is_cut=len(tail) > KEPT
    )
    kind = DiskFull if "No space left" in tail else CommandFailed
    return kind(f"{what}: {said.strip() or 'nothing was said'}")
