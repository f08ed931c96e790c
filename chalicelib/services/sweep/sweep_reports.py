"""What a sweep tells: its findings in plain words, kept until the next one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.domain.sweep import Finding, Kind, answers

MOST_FINDINGS = 200
MOST_LETTERS = 250_000
"""Of a report as JSON, which is then no longer in bytes than the store takes."""
MOST_NAMED = 100
"""Letters of a name that are told."""
NEVER: Mapping[str, Any] = {
    "state": "never",
    "report_only": False,
    "report_only_reason": None,
    "started_at": None,
    "ended_at": None,
    "servers": 0,
    "provisions": 0,
    "findings": [],
    "left_out": 0,
    "errors": [],
    "regions": [],
    "clearing": [],
    "counts": {},
}
"""What is told of an account before its first sweep."""

SERVER = "The server {server} ({server_id})"
WORDS: Mapping[str, str] = {
    "orphan": f"{SERVER} carries this installation's tag, and no record knows it. It costs money "
    "until it is destroyed, and may hold somebody's data: look at it before you destroy it.",
    "unclear": f"{SERVER} carries the tag of another installation beside this one's. It is never "
    "touched from here.",
    "extra": f"{SERVER} is one too many for {{order}}.",
    "adopted": f"{SERVER} carries the tag of {{order}}, which failed and knew no server that "
    "stands. A retry goes on with it, a destroy takes it down.",
    "returned": f"{SERVER} belongs to {{order}}, which is destroyed.",
    "missing": "The provider does not know the server {recorded} of {order} any more. If it is "
    "missing in the next sweep too, {order} ends with the apps that were there.",
    "gone": "The server {recorded} of {order} is gone at the provider, in two sweeps in a row.",
    "unproven": "The account knows neither the server {recorded} of {order} nor its key: the token "
    "may be another account's. Put the right token into the credential, or declare the server "
    "gone.",
    "stuck": "{order} is {status} for longer than that may take.",
    "waiting": f"{SERVER} stands and costs money, though {{order}} has failed. Try again, or "
    "destroy it.",
}
"""Each kind of finding in a sentence."""
ANSWERS = (
    "The provider does not know the server {recorded} of {order} any more, and yet it answers. "
    "Nothing ends while it does: was it moved to another project or account? Put a token into the "
    "credential that shows it."
)
"""What is said of one that is missing and answers."""
REPAIRED: Mapping[str, str] = {
    "adopt": "It is recorded now.",
    "destroy": "It is destroyed.",
    "mark": "That is written down.",
    "end": "Its end has begun.",
}
INTENDED: Mapping[str, str] = {
    "adopt": "It would be recorded.",
    "destroy": "It would be destroyed.",
    "mark": "That would be written down.",
    "end": "Its end would begin.",
}
"""What is said in place of that while sweeps only report."""


class ShownFinding(TypedDict):
    """One thing that is not as it should be."""

    kind: Kind
    message: str
    server_id: str | None
    server_name: str | None
    server_address: str | None
    server_created_at: str | None
    region: str | None
    provision_id: str | None
    repaired: bool
    """Whether the sweep did something about it."""
    error: str | None
    """Why it could not, where it wanted to."""


class SweepError(TypedDict):
    """What a provider said in place of an answer."""

    region: str | None
    code: str
    message: str


class ShownSweep(TypedDict):
    """The last sweep of an account. Times are RFC 3339."""

    state: Literal["never", "done", "failed"]
    """`failed`: nothing could be listed, as `errors` tells."""
    report_only: bool
    """Whether nothing is repaired until an operator lifts that."""
    report_only_reason: str | None
    started_at: str | None
    ended_at: str | None
    servers: int
    """How many servers of the account carry this installation's tag."""
    provisions: int
    """How many living provisions were looked at."""
    findings: list[ShownFinding]
    left_out: int
    """How many more findings there are than are told."""
    errors: list[SweepError]


def shown_finding(finding: Finding, *, repaired: bool, error: str) -> ShownFinding:
    """Say one finding."""
    server, order = finding.server, finding.order
    alive = finding.kind == "missing" and order is not None and answers(order)
    said = (ANSWERS if alive else WORDS[finding.kind]).format(
        server=_short(server.name) if server else "",
        server_id=server.id if server else "",
        order=_short(order.name) if order else "",
        recorded=order.server if order else "",
        status=order.status if order else "",
    )
    doing = (REPAIRED if repaired else INTENDED).get(finding.repair, "") if not error else ""
    return {
        "kind": finding.kind,
        "message": f"{said} {doing}".strip(),
        "server_id": server.id if server else (order.server if order else None),
        "server_name": _short(server.name if server else order.name if order else "") or None,
        "server_address": server.address if server else None,
        "server_created_at": (server.created_at or None) if server else None,
        "region": (server.region if server else order.region if order else "") or None,
        "provision_id": order.id if order else None,
        "repaired": repaired,
        "error": error or None,
    }


def _short(name: str) -> str:
    return name if len(name) <= MOST_NAMED else f"{name[: MOST_NAMED - 1]}…"


def fitting(report: dict[str, Any]) -> dict[str, Any]:
    """A report with as many findings as are told, and as one record can hold."""
    told = report["findings"]
    kept = told[:MOST_FINDINGS]
    while kept and len(json.dumps({**report, "findings": kept})) > MOST_LETTERS:
        kept = kept[: len(kept) * 3 // 4]
    return {**report, "findings": kept, "left_out": len(told) - len(kept)}


def shown(report: Mapping[str, Any] | None) -> dict[str, Any]:
    """The attributes of the last sweep, for the owner of the account."""
    known = {**NEVER, **(report or {})}
    return {name: known[name] for name in ShownSweep.__annotations__}
