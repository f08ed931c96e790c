"""Why work failed, in words that a person can act on."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools
from chalicelib.services.work import fail_work

UNSPOKEN = {
    "States.Timeout": ("step_timeout", "A step took longer than it may."),
    "Sandbox.Timedout": ("step_timeout", "A step took longer than it may."),
}


def reason_of(tools: Tools, record: Record, error: str) -> tuple[str, str]:
    """Why the work in hand fails: a code and a sentence.

    The failing step wrote it into the timeline; `error`, the name of what the machine caught,
    says it for a step that could not.
    """
    timeline = tools.records().timeline(record.id, record.generation)
    if timeline is not None and timeline.error_code and timeline.error_detail:
        return timeline.error_code, timeline.error_detail
    return UNSPOKEN.get(error, ("step_crashed", "A step ended without a word. Try again."))


def fail_run(tools: Tools, record: Record, error: str) -> None:
    """End the work in `failed` with its reason."""
    code, detail = reason_of(tools, record, error)
    fail_work(tools, record, code=code, detail=detail)
