"""Why work failed, in words that a person can act on."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.services.tools import Tools
from chalicelib.services.work import fail_work

UNSPOKEN = {
    "States.Timeout": ("step_timeout", "A step took longer than it may."),
    "Sandbox.Timedout": ("step_timeout", "A step took longer than it may."),
}


def fail_run(tools: Tools, record: Record, error: str) -> None:
    """End the work in `failed` with the reason in its timeline, or what the machine's error says.

    `error` is the name of the error that the machine caught.
    """
    timeline = tools.records().timeline(record.id, record.generation)
    if timeline is not None and timeline.error_code and timeline.error_detail:
        code, detail = timeline.error_code, timeline.error_detail
    else:
        code, detail = UNSPOKEN.get(
            error, ("step_crashed", "A step ended without a word. Try again.")
        )
    fail_work(tools, record, code=code, detail=detail)
