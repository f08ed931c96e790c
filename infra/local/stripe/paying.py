"""How a session is paid: the test cards, a bank debit that is settled later, refunds, disputes."""

from __future__ import annotations

from typing import Literal

from infra.local.stripe.account import Account, Json
from infra.local.stripe.refusals import Refused, missing
from infra.local.stripe.sessions import shown

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
SECURE_CARD = "4000000000003220"
GOOD_ACCOUNT = "000123456789"
EMPTY_ACCOUNT = "000222222227"
Outcome = Literal["paid", "declined", "asks", "invalid"]


def pay_by_card(account: Account, session: Json, number: str, *, proven: bool = False) -> Outcome:
    """Pay by a card: `asks` where the bank wants to hear from its holder first."""
    digits = number.replace(" ", "")
    if digits == DECLINED_CARD:
        _note_failure(account, session, "card_declined")
        return "declined"
    if digits == SECURE_CARD and not proven:
        return "asks"
    if digits not in {GOOD_CARD, SECURE_CARD}:
        return "invalid"
    intent = _intent(account, session)
    session |= {"status": "complete", "payment_status": "paid"}
    _receive(account, intent)
    account.tell("checkout.session.completed", shown(session))
    return "paid"


def refuse_proof(account: Account, session: Json) -> None:
    """The holder of the card did not say yes at the bank."""
    _note_failure(account, session, "payment_intent_authentication_failure")


def pay_by_bank(account: Account, session: Json, number: str) -> Outcome:
    """Order a debit: the session is complete, and whether money comes is told later."""
    if number not in {GOOD_ACCOUNT, EMPTY_ACCOUNT}:
        return "invalid"
    intent = _intent(account, session)
    intent |= {"status": "processing", "bank_account": number}
    session["status"] = "complete"
    account.tell("checkout.session.completed", shown(session))
    return "paid"


def settle(account: Account, session: Json) -> None:
    """Have the bank answer an ordered debit. Raises `Refused` where none is."""
    intent = account.objects["payment_intent"].get(session["payment_intent"] or "", {})
    if intent.get("status") != "processing":
        raise Refused("Nothing of this session is being processed.")
    if intent["bank_account"] == GOOD_ACCOUNT:
        session["payment_status"] = "paid"
        _receive(account, intent)
        account.tell("checkout.session.async_payment_succeeded", shown(session))
    else:
        intent["status"] = "requires_payment_method"
        account.tell("payment_intent.payment_failed", intent)
        account.tell("checkout.session.async_payment_failed", shown(session))


def _intent(account: Account, session: Json) -> Json:
    """The payment that a session is for; it begins when somebody first tries to pay."""
    if session["payment_intent"]:
        return account.get("payment_intent", session["payment_intent"])
    intent = account.add(
        "payment_intent",
        amount=session["amount_total"],
        amount_received=0,
        currency=session["currency"],
        customer=session["customer"],
        last_payment_error=None,
        latest_charge=None,
        metadata=session["payment_intent_data"].get("metadata") or {},
        status="requires_payment_method",
    )
    session["payment_intent"] = intent["id"]
    return intent


def _note_failure(account: Account, session: Json, code: str) -> None:
    intent = _intent(account, session)
    intent["last_payment_error"] = {"code": code, "type": "card_error"}
    account.tell("payment_intent.payment_failed", intent)


def _receive(account: Account, intent: Json) -> None:
    charge = account.add(
        "charge",
        amount=intent["amount"],
        amount_captured=intent["amount"],
        amount_refunded=0,
        captured=True,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        metadata=dict(intent["metadata"]),
        paid=True,
        payment_intent=intent["id"],
        refunded=False,
        status="succeeded",
    )
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "last_payment_error": None,
    }
    account.tell("payment_intent.succeeded", intent)
    account.tell("charge.succeeded", charge)


def refund(account: Account, given: Json) -> Json:
    """Give money back, of a payment or a charge; all that is left where no amount is said."""
    charge = _charge(account, given)
    left = charge["amount"] - charge["amount_refunded"]
    text = str(given.get("amount", left))
    amount = int(text) if text.isdigit() else 0
    if not 0 < amount <= left:
        if left == 0:
            message = f"Charge {charge['id']} has already been refunded."
            raise Refused(message, code="charge_already_refunded")
        message = f"Refund amount ({text}) is not between 1 and what is left ({left})."
        raise Refused(message, param="amount")
    made = account.add(
        "refund",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=given.get("metadata") or {},
        payment_intent=charge["payment_intent"],
        reason=given.get("reason"),
        status="succeeded",
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.tell("refund.created", made)
    account.tell("charge.refunded", charge)
    return made


def dispute(account: Account, intent_id: str, reason: str = "fraudulent") -> Json:
    """Have the holder of a card ask its bank for the money back."""
    charge = _charge(account, {"payment_intent": intent_id})
    charge["disputed"] = True
    made = account.add(
        "dispute",
        amount=charge["amount"] - charge["amount_refunded"],
        charge=charge["id"],
        currency=charge["currency"],
        is_charge_refundable=False,
        metadata={},
        payment_intent=intent_id,
        reason=reason,
        status="needs_response",
    )
    account.tell("charge.dispute.created", made)
    return made


def close_dispute(account: Account, dispute_id: str, outcome: str) -> Json:
    """Have the bank decide a dispute: `won`, or `lost`."""
    found = account.get("dispute", dispute_id)
    found["status"] = outcome
    account.tell("charge.dispute.closed", found)
    return found


def _charge(account: Account, given: Json) -> Json:
    if given.get("charge"):
        return account.get("charge", given["charge"], param="charge")
    intent_id = given.get("payment_intent", "")
    intent = account.get("payment_intent", intent_id, param="payment_intent")
    if not intent["latest_charge"]:
        raise missing("charge", intent_id, param="payment_intent", status=400)
    return account.get("charge", intent["latest_charge"])
