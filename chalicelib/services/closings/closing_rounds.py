"""Accounts that are being closed, taken a step further every hour until nothing is left of them.

While an account can be kept, its apps are stopped and its last bill is made. Then everything in it
is removed; what cannot be is named and tried again, and the account is not called closed. In the
end it is looked again, the gateway lets nobody in any more, and its owner gets the proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from chalicelib.domain.billing.subscription import FREE
from chalicelib.domain.errors import NotFound
from chalicelib.engine.resource import Resource
from chalicelib.ports.records import Change, Erase, Record
from chalicelib.resources.registry import RESOURCES
from chalicelib.services.accounts.belongings import buried
from chalicelib.services.billing import invoicing
from chalicelib.services.closings import clearing, closing_proof
from chalicelib.services.closings.closing_letters import ASKED, CLOSED, send
from chalicelib.services.closings.closings import SHOWN, SYSTEM, Left, debts, stop_apps
from chalicelib.services.plans import subscriptions
from chalicelib.services.tools import Tools

AT_ONCE = 25
"""Tombstones that are forgotten in one transaction."""
KEPT = frozenset({"invoices"})
"""Types whose tombstones stay: bookkeeping."""
Outcome = Literal["waiting", "left", "closed", "ended", "not_due"]


def tend(tools: Tools, closing_id: str) -> Outcome:
    """Take a closing a step further, as it is at this moment. Raises a `ProductError`."""
    closing = tools.records().get(closing_id)
    if closing is None or not closing.attributes.get("due_at"):
        return "not_due"
    if closing.status == "closed":
        return _ended(tools, closing)
    if closing.status == "waiting" and tools.now() < closing.attributes["closes_at"]:
        return _wait(tools, closing)
    if closing.status == "waiting":
        begun = Change(
            of=closing, status="removing", if_status=("waiting",), if_version=closing.version
        )
        tools.records().commit(begun, tools.told(closing, "closing_begun", SYSTEM))
    return _remove(tools, closing_id)


def _wait(tools: Tools, closing: Record) -> Outcome:
    """Stop what runs, then make the last bill; and say by letter what was asked for."""
    if not stop_apps(tools, closing.owner):
        invoicing.close_all(tools, closing.owner)
    if send(tools, closing, ASKED):
        tools.records().change(
            Change(of=closing, attributes={"letters": [ASKED]}, if_status=("waiting",))
        )
    return "waiting"


def _remove(tools: Tools, closing_id: str) -> Outcome:
    """Have everything go; close the account once nothing is left, and nothing is owed."""
    closing = tools.records().get(closing_id)
    if closing is None or closing.status != "removing":
        return "not_due"
    account = closing.owner
    left = clearing.clear(tools, account)
    if not any(one["resource_type"] == "deployments" for one in left):
        invoicing.close_all(tools, account)
    left += [_unpaid(tools, invoice) for invoice in debts(tools, account)]
    if not left:
        # What tells the account of all this goes last.
        left = clearing.clear_channels(tools, account)
    if not left:
        left = closing_proof.unseen(tools, account)
    if left:
        _note(tools, closing, left)
        return "left"
    _close(tools, closing)
    return "closed"


def _unpaid(tools: Tools, invoice: Record) -> Left:
    amount = f"{invoice.attributes['total_cents'] / 100:.2f} {tools.settings().currency}"
    month = str(invoice.attributes["month"])
    reason = f"{amount} are to be paid."
    return Left(resource_type="invoices", resource_id=invoice.id, name=month, reason=reason)


def _note(tools: Tools, closing: Record, left: list[Left]) -> None:
    """Write down what is left; told is what was not left before."""
    known = closing.attributes["left"]
    if left[:SHOWN] == known:
        return
    change = Change(of=closing, attributes={"left": left[:SHOWN]}, if_status=("removing",))
    detail = "; ".join(f"{one['name']}: {one['reason']}" for one in left[:5])
    told = tools.told(closing, "closing_waits", SYSTEM, count=len(left), detail=detail)
    tools.records().commit(change, told)


def _close(tools: Tools, closing: Record) -> None:
    """Write the proof, have the gateway keep the account out, and call it closed."""
    account = closing.owner
    proof = closing_proof.written(tools, closing)
    gateway = tools.account_plans()
    if gateway is not None:
        try:
            gateway.set(account, FREE)
            gateway.stand(account, "suspended")
        except NotFound:
            # The gateway has forgotten it: nobody is let in.
            pass
    said: dict[str, Any] = {
        "closed_at": proof["closed_at"],
        "left": [],
        "proof": tools.contents("contents").put(closing_proof.packed(proof)),
    }
    tools.records().commit(
        Change(of=closing, status="closed", attributes=said, if_status=("removing",)),
        *_without_plan(tools, account),
        tools.told(closing, "account_closed", SYSTEM, removed=len(proof["removed"])),
    )


def _without_plan(tools: Tools, account: str) -> Iterator[Change]:
    """End what is due of a plan: there is nobody to have it."""
    record = subscriptions.subscription_of(tools, account)
    if record is not None:
        ended = {"wanted": FREE, "told": FREE, "due_at": None, "order": None}
        yield Change(of=record, attributes=ended)


def _ended(tools: Tools, closing: Record) -> Outcome:
    """Forget the tombstones of what was removed, and send the proof: after that all is done."""
    for name, resource in RESOURCES.items():
        if name not in KEPT:
            _forget(tools, closing.owner, resource)
    send(tools, closing, CLOSED, closing_proof.read(tools, closing))
    tools.records().change(
        Change(of=closing, attributes={"due_at": None, "letters": [ASKED, CLOSED]})
    )
    return "ended"


def _forget(tools: Tools, account: str, resource: Resource) -> None:
    tombstones = list(buried(tools, account, resource))
    for place in range(0, len(tombstones), AT_ONCE):
        some = tombstones[place : place + AT_ONCE]
        tools.records().commit(*(Erase(record) for record in some))
