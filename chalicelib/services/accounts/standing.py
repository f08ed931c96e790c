"""Accounts kept out and let in again by the owner of the platform, and their apps stopped.

Who is let in is the gateway's to know; why, and since when, stands on the account's own record,
where its trail tells it. The gateway is told first, so that what the trail says is true.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.errors import Conflict, Unavailable
from chalicelib.domain.events import OPERATOR
from chalicelib.ports.plans import Standing
from chalicelib.ports.records import Change, Create, Record, Selection, Write
from chalicelib.services.deployments.starting import stop_deployment
from chalicelib.services.plans.subscriptions import begun, record_id, subscription_of
from chalicelib.services.tools import Tools

SUSPENDED = "suspended"
"""The attribute of an account's record: why it is kept out and since when; null while it is not."""
AT_ONCE = 50
"""Apps that one call begins to stop."""


def suspend(tools: Tools, account: str, *, reason: str) -> bool:
    """Keep an account out; returns whether it was not before.

    Raises `NotFound` for an account that the gateway does not know, `Unavailable` where no gateway
    is configured, and `GatewayUnavailable` or `GatewayInDoubt`, after which it is to be repeated.
    """
    _at_gateway(tools, account, "suspended")
    mark = {"reason": reason, "at": tools.now()}
    return _noted(tools, account, mark, "account_suspended", reason)


def restore(tools: Tools, account: str, *, reason: str) -> bool:
    """Let an account in again; returns whether it was kept out. What was stopped stays stopped.

    Raises as `suspend` does.
    """
    _at_gateway(tools, account, "active")
    return _noted(tools, account, None, "account_restored", reason)


def stop_app(tools: Tools, app: Record, *, reason: str) -> Record:
    """Begin the stop of an app in the name of the platform's owner; its data stays.

    Raises `Conflict` unless it runs and nothing is in hand.
    """
    told = tools.told(app, "stop_ordered", OPERATOR, why=reason)
    return stop_deployment(tools, app, actor=OPERATOR, told=told)


def stop_apps(tools: Tools, account: str, *, reason: str) -> tuple[int, bool]:
    """Begin the stop of an account's apps: of how many, and whether some that run are left.

    An app that is being worked on is left, and so is what is beyond `AT_ONCE`: ask again.
    """
    running = Selection("deployments", owner=account, status="running")
    page = tools.records().select(running, limit=AT_ONCE, after=None, before=None)
    stopped = sum(_stopped(tools, app, reason) for app in page.records)
    return stopped, stopped < len(page.records) or page.after is not None


def _stopped(tools: Tools, app: Record, reason: str) -> bool:
    try:
        stop_app(tools, app, reason=reason)
    except Conflict:
        return False
    return True


def _at_gateway(tools: Tools, account: str, standing: Standing) -> None:
    gateway = tools.account_plans()
    if gateway is None:
        raise Unavailable("It is not known where the gateway is: set MeteringURL of the stack.")
    gateway.stand(account, standing)


def _noted(tools: Tools, account: str, mark: dict[str, Any] | None, name: str, reason: str) -> bool:
    """Write down how an account stands and tell it, unless that is written already."""
    record = subscription_of(tools, account)
    before = record.attributes.get(SUSPENDED) if record else None
    if bool(before) == bool(mark):
        return False
    tools.records().commit(
        _marked(tools, account, record, mark),
        tools.told(record or _nobody_yet(tools, account), name, OPERATOR, why=reason),
    )
    return True


def _marked(
    tools: Tools, account: str, record: Record | None, mark: dict[str, Any] | None
) -> Write:
    if record is None:
        return Create(begun(tools, account, **{SUSPENDED: mark}))
    return Change(of=record, attributes={SUSPENDED: mark}, if_version=record.version)


def _nobody_yet(tools: Tools, account: str) -> Record:
    """The record of an account that has none: enough to tell its trail."""
    return begun(tools, account)


def looked_at(tools: Tools, account: str, *, reason: str) -> None:
    """Tell an account's trail that the owner of the platform looked at it, and why."""
    record = tools.records().get(record_id(account)) or _nobody_yet(tools, account)
    tools.records().tell(tools.told(record, "account_looked_at", OPERATOR, why=reason))
