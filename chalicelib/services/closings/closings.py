"""Closings of accounts: asked for by their owners, and taken back while there is time.

An account has one record of it. From the moment it is asked for, apps are stopped and nothing is
begun any more; what is there is removed when the time to keep the account is over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

from typing_extensions import TypedDict

from chalicelib.domain import clock
from chalicelib.domain.billing.invoice import invoice_id
from chalicelib.domain.billing.month import Month
from chalicelib.domain.errors import Conflict, Fault, Invalid, Stale, Taken, Unavailable
from chalicelib.ports.ledger import creator
from chalicelib.ports.records import DUE_SHARDS, Change, Create, Record, Release, Reserve, Selection
from chalicelib.services.accounts.accounts import had_of
from chalicelib.services.accounts.belongings import AT_ONCE, living
from chalicelib.services.counters import closing_key
from chalicelib.services.deployments.starting import stop_deployment
from chalicelib.services.nodes.residents import residents
from chalicelib.services.plans.subscriptions import PAYABLE, is_order
from chalicelib.services.tools import Tools

TYPE = "closings"
CONFIRMATION = "close my account"
"""What one types who means it."""
SYSTEM = "hoster"
SHOWN = 100
"""How many things that stand in the way are named."""
DUE_AT_ONCE = 500
"""Closings of one shard that a round looks after."""
NOT_ASKED = "not_asked"


class Obstacle(TypedDict):
    """Something that its owner has to do before the account can be closed."""

    code: Literal["unpaid", "public_server", "others_apps"]
    resource_type: str
    resource_id: str
    detail: str


class Left(TypedDict):
    """Something that is not removed yet, and why."""

    resource_type: str
    resource_id: str
    name: str
    reason: str


class Closing(TypedDict):
    """How the closing of an account stands, and what it means. Times are RFC 3339 UTC."""

    state: Literal["not_asked", "waiting", "removing", "closed"]
    """`waiting` while the account can be kept, then `removing`."""
    asked_at: str | None
    closes_at: str | None
    """Until when the account can be kept; from then on everything is removed."""
    grace_days: int
    """For how many days an account can be kept whose closing is asked for."""
    confirmation: str
    """What is typed to ask for it."""
    must_be_done_first: list[Obstacle]
    """What has to be done before it can be asked for."""
    has: dict[str, int]
    """How many things of each type are there, which are removed."""
    month_cents: int
    """What the bill of the present month comes to by now; it is made once no app runs."""
    earned_cents: int
    """What was earned with templates and is not paid out; it stays owed."""
    currency: str
    left: list[Left]
    """What could not be removed when that was tried last, and why; at most 100."""


def record_id(account: str) -> str:
    """The id of the one record of an account."""
    return f"closing-{account}"


def closing_of(tools: Tools, account: str) -> Record | None:
    """The closing of an account, be it that it was taken back; None where none was asked for."""
    return tools.records().get(record_id(account))


def shown(tools: Tools, account: str) -> Closing:
    """Write down for its owner how the closing of an account stands."""
    record = closing_of(tools, account)
    known = record.attributes if record and record.status != "cancelled" else {}
    state: Any = record.status if record and known else NOT_ASKED
    month = Month.at(clock.seconds_of(tools.now()))
    bill = tools.records().get(invoice_id(account, month))
    return {
        "state": state,
        "asked_at": known.get("asked_at"),
        "closes_at": known.get("closes_at"),
        "grace_days": tools.settings().closing_grace_days,
        "confirmation": CONFIRMATION,
        "must_be_done_first": [] if known else list(obstacles(tools, account)),
        "has": {name: count for name, count in had_of(tools, account).items() if count > 0},
        "month_cents": int(bill.attributes["total_cents"]) if bill else 0,
        "earned_cents": earned_cents(tools, account),
        "currency": tools.settings().currency,
        "left": known.get("left") or [],
    }


def standing_of(tools: Tools, account: str) -> dict[str, Any] | None:
    """How the closing of an account stands, for the owner of the platform; None without one."""
    record = closing_of(tools, account)
    if record is None or record.status == "cancelled":
        return None
    told = ("asked_at", "closes_at", "closed_at", "left")
    return {"state": record.status, **{name: record.attributes.get(name) for name in told}}


def refuse_closed(tools: Tools, account: str) -> None:
    """Raise `Conflict` with code `account_closed` for an account of which nothing is left."""
    record = closing_of(tools, account)
    if record is not None and record.status == "closed":
        detail = f"This account was closed on {record.attributes['closed_at']}; nothing is left."
        raise Conflict(detail, code="account_closed")


def earned_cents(tools: Tools, account: str) -> int:
    """What a creator earned and was not paid out."""
    return -sum(entry.cents for entry in tools.ledger().of_account(creator(account)))


def ask(tools: Tools, account: str, confirmation: str) -> Record:
    """Begin to close an account; one that is being closed goes on as it is.

    Raises `Invalid` for another confirmation, `Unavailable` where no gateway could be told, and
    `Conflict` with code `not_closable` naming all that has to be done first.
    """
    if confirmation.strip().casefold() != CONFIRMATION:
        detail = f"Type “{CONFIRMATION}” to say that you mean it."
        raise Invalid((Fault("/data/attributes/confirmation", detail, "not_confirmed"),))
    if tools.account_plans() is None:
        raise Unavailable("It is not known where the gateway is: set MeteringURL of the stack.")
    before = closing_of(tools, account)
    if before is not None and before.status != "cancelled":
        return before
    if found := list(obstacles(tools, account)):
        detail = "First: " + " ".join(one["detail"] for one in found)
        raise Conflict(detail, code="not_closable", meta={"must_be_done_first": found})
    return _begun(tools, account, before)


def _begun(tools: Tools, account: str, before: Record | None) -> Record:
    now = tools.now()
    ends = clock.moment_of(now) + timedelta(days=tools.settings().closing_grace_days)
    closes_at = clock.text_of(ends)
    said = {"asked_at": now, "closes_at": closes_at, "due_at": now, "left": [], "letters": []}
    record = before or Record(record_id(account), TYPE, account, "waiting", now, now)
    begun = Record(record.id, TYPE, account, "waiting", now, now, attributes=said)
    change = Change(of=record, status="waiting", attributes=said, if_version=record.version)
    try:
        tools.records().commit(
            Create(begun) if before is None else change,
            Reserve(closing_key(account), record.id, {"closes_at": closes_at}),
            tools.told(record, "closing_asked", account, until=closes_at),
        )
    except (Stale, Taken) as error:
        raise Conflict("It changed meanwhile; look at it again.", code="stale") from error
    return tools.records().get(record.id) or begun


def keep(tools: Tools, account: str) -> None:
    """Take the closing of an account back; what was stopped stays stopped.

    Raises `Conflict` with code `closing_begun` once things are being removed, and `not_closing`
    where nothing was asked for.
    """
    record = closing_of(tools, account)
    if record is None or record.status == "cancelled":
        raise Conflict("This account is not being closed.", code="not_closing")
    if record.status != "waiting" or record.attributes["closes_at"] <= tools.now():
        detail = "The time to keep the account is over: everything in it is being removed."
        raise Conflict(detail, code="closing_begun")
    try:
        tools.records().commit(
            Change(
                of=record,
                status="cancelled",
                attributes={"due_at": None},
                if_status=("waiting",),
                if_version=record.version,
            ),
            Release(closing_key(account), record.id),
            tools.told(record, "closing_cancelled", account),
        )
    except Stale as error:
        raise Conflict("It changed meanwhile; look at it again.", code="stale") from error


def due(tools: Tools) -> Iterator[str]:
    """The ids of closings that go on."""
    for shard in range(DUE_SHARDS):
        yield from tools.records().due(TYPE, shard, before=tools.now(), limit=DUE_AT_ONCE)


def stop_apps(tools: Tools, account: str, *, most: int = AT_ONCE) -> int:
    """Begin the stop of the apps that run, among so many; returns how many may run yet."""
    count = 0
    for app in living(tools, account, "deployments", most=most):
        if app.work is not None or app.status == "running":
            count += 1
            try:
                stop_deployment(tools, app, actor=SYSTEM)
            except Conflict:
                # It is worked on; the next round stops what came of it.
                continue
    return count


def obstacles(tools: Tools, account: str) -> Iterator[Obstacle]:
    """What has to be done before an account can be closed."""
    for invoice in debts(tools, account):
        cents, currency = invoice.attributes["total_cents"], tools.settings().currency
        amount = f"{cents / 100:.2f} {currency}"
        detail = f"Pay {amount} for {invoice.attributes['month']} (invoice {invoice.id})."
        yield Obstacle(
            code="unpaid", resource_type="invoices", resource_id=invoice.id, detail=detail
        )
    every = Selection("nodes", owner=account)
    page = tools.records().select(every, limit=SHOWN, after=None, before=None)
    for node in page.records:
        yield from _of_server(tools, account, node)


def _of_server(tools: Tools, account: str, node: Record) -> Iterator[Obstacle]:
    """What of a server of one's own concerns others: it must be nobody's but one's own."""
    about = {"resource_type": "nodes", "resource_id": node.id}
    name = node.attributes["name"]
    if node.public:
        detail = f"Take the server {name} out of those that others may use."
        yield Obstacle(code="public_server", detail=detail, **about)  # type: ignore[typeddict-item]
    if count := others_on(tools, account, node.id):
        detail = f"Apps of others live on the server {name}, {count} of them: they have to go."
        yield Obstacle(code="others_apps", detail=detail, **about)  # type: ignore[typeddict-item]


def others_on(tools: Tools, account: str, node: str) -> int:
    """How many apps of others live on a node; of very many, some."""
    found = residents(tools, node, limit=1000).records
    return sum(app.owner != account for app in found)


def debts(tools: Tools, account: str) -> Iterator[Record]:
    """The invoices that an account has to pay; orders of plans are none."""
    for status in PAYABLE:
        owed = Selection("invoices", owner=account, status=status)
        page = tools.records().select(owed, limit=SHOWN, after=None, before=None)
        yield from (invoice for invoice in page.records if not is_order(invoice))
