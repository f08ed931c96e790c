"""Why work failed, in words that a person can act on."""

from __future__ import annotations

from chalicelib.ports.records import Record
from chalicelib.services.throwaways import is_for_proof
from chalicelib.services.tools import Tools
from chalicelib.services.work.work import fail_work

UNSPOKEN = {
    "States.Timeout": ("step_timeout", "A step took longer than it may."),
    "Sandbox.Timedout": ("step_timeout", "A step took longer than it may."),
}


def reason_of(tools: Tools, record: Record, error: str) -> tuple[str, str]:
    """Why the work in hand fails: a code and a sentence.

    The failing step wrote it into the timeline; `error`, the name of what the machine caught,
    says it for a step that could not. An error that passed when its step was tried again is none.
    """
    timeline = tools.records().timeline(record.id, record.generation)
    failed = timeline.standing if timeline is not None else None
    if failed is not None and failed.code and failed.message:
        return failed.code, failed.message
    return UNSPOKEN.get(error, ("step_crashed", "A step ended without a word. Try again."))


def fail_run(tools: Tools, record: Record, error: str) -> None:
    """End the work in `failed` with its reason."""
    code, detail = reason_of(tools, record, error)
    fail_work(tools, record, code=code, detail=f"{detail}{_what_is_kept(record)}")


def _what_is_kept(record: Record) -> str:
    """What a provision that was not finished leaves at the provider, and what can be done."""
    if record.work is None or record.work.kind != "provision" or is_for_proof(record):
        return ""
    server, known = record.attributes.get("provider_instance_id"), record.attributes
    if server:
        return f" The server {server} is kept: try again to go on with it, or destroy it."
    if known.get("ordered_at") and not known.get("refused"):
        return " It is not known whether there is a server: try again, or destroy it, to find out."
    return " There is no server; try again, or delete this one."
