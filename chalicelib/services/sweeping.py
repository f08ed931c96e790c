"""A sweep of one account: servers and records compared, repaired where that is certain, told."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.sweep import Comparison, compare, unlisted
from chalicelib.ports.records import WATCH_SHARDS, Record
from chalicelib.services import sweep_reports
from chalicelib.services.sweep_account import Account, scope_of
from chalicelib.services.sweep_repairs import Repairs
from chalicelib.services.sweep_reports import MOST_FINDINGS, ShownFinding, shown_finding
from chalicelib.services.sweep_state import mode
from chalicelib.services.tools import Tools

QUEUE = "sweep"
CREDENTIALS = "cloud_credentials"
PAGE = 1000
FRESH_SECONDS = 600.0
"""A message that is due for longer than this is dropped: the next one is there."""


@dataclass(frozen=True)
class Sweep:
    """Asks for a sweep of one credential's account."""

    credential: str
    due: str


def read(message: Any) -> Sweep:
    """Read a message. Raises `ValueError` for what is none."""
    try:
        made = Sweep(**message)
        clock.moment_of(made.due)
    except (TypeError, AttributeError) as error:
        raise ValueError(str(message)[:100]) from error
    return made


def is_stale(message: Sweep, now: str) -> bool:
    """Whether a message comes so late that the next one is there."""
    return clock.seconds_between(message.due, now) > FRESH_SECONDS


def ask_for_sweep(tools: Tools, credential_id: str) -> None:
    """Ask for a sweep of one account. Raises `Unavailable`."""
    tools.queue(QUEUE).send(asdict(Sweep(credential_id, tools.now())))


def ask_for_sweeps(tools: Tools) -> int:
    """Ask for a sweep of every account; returns of how many. Raises `Unavailable`."""
    count = 0
    for shard in range(WATCH_SHARDS):
        after = ""
        while ids := tools.records().watched(CREDENTIALS, shard, after=after, limit=PAGE):
            now = tools.now()
            tools.queue(QUEUE).send_all([asdict(Sweep(one, now)) for one in ids])
            count, after = count + len(ids), ids[-1]
    return count


def sweep_account(tools: Tools, credential_id: str) -> dict[str, Any] | None:
    """Sweep the account of a credential and keep the report; None when it is gone.

    What the provider refuses is told in the report. Raises what the store raises.
    """
    credential = tools.records().get(credential_id)
    if credential is None or credential.type != CREDENTIALS or credential.status == "deleted":
        return None
    started, allowed = tools.now(), mode(tools)
    before = tools.reports().of(credential_id) or sweep_reports.NEVER
    account = Account(tools, credential)
    regions = account.regions(before["regions"])
    servers, silent = account.listed(regions)
    records = account.records(servers)
    orders = [account.order(record) for record in records.values()]
    scope = scope_of(tools, repairs=allowed.repairs, silent=silent)
    evidence = account.evidence(unlisted(servers, orders, scope), records)
    found = compare(servers, orders, evidence, scope)
    told = _repaired(tools, account, records, found)
    report = {
        "state": "failed" if len(silent) == len(regions) else "done",
        "report_only": not allowed.repairs,
        "report_only_reason": allowed.reason or None,
        "started_at": started,
        "ended_at": tools.now(),
        "servers": len(servers),
        "provisions": sum(order.own and order.status != "destroyed" for order in orders),
        "findings": told[:MOST_FINDINGS],
        "left_out": max(0, len(told) - MOST_FINDINGS),
        "errors": [{**error, "region": error["region"] or None} for error in account.errors],
        "regions": list(regions),
        "counts": _counts(told),
    }
    tools.reports().keep(credential_id, report)
    return report


def _repaired(
    tools: Tools, account: Account, records: dict[str, Record], found: Comparison
) -> list[ShownFinding]:
    """Make the repairs, and tell every finding with what became of it."""
    repairs = Repairs(tools, account, records)
    failed = {id(one): repairs.make(one) for one in found.repairs}
    return [
        shown_finding(
            one,
            repaired=failed.get(id(one)) == "",
            error=failed.get(id(one)) or "",
        )
        for one in found.findings
    ]


def _counts(told: list[ShownFinding]) -> dict[str, int]:
    """What alarms go by."""
    kinds = [finding["kind"] for finding in told]
    return {
        "OrphanServers": kinds.count("orphan"),
        "LostServers": kinds.count("missing") + kinds.count("gone"),
    }
