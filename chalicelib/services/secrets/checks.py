"""What is written down of a credential that was tried where it opens something."""

from __future__ import annotations

from chalicelib.domain.errors import Conflict, Stale
from chalicelib.ports.records import Change, Record
from chalicelib.services.tools import Tools


def note_check(
    tools: Tools, credential: Record, outcome: str, *, actor: str, **said: str | None
) -> None:
    """Write down what a provider, a registry or a bucket says of a credential, and who asked.

    `said` are attributes that tell more of it.

    Raises `Conflict` when it was changed meanwhile: what was asked about is not it any more.
    """
    checked = Change(
        of=credential,
        status=outcome,
        attributes={**said, "last_checked_at": tools.now()},
        if_version=credential.version,
    )
    try:
        tools.records().commit(checked, tools.told(credential, "checked", actor, outcome=outcome))
    except Stale as error:
        detail = "It changed while it was checked; check it again."
        raise Conflict(detail, code="conflict") from error
