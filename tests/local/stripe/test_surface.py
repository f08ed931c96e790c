"""What the local Stripe's API answers and refuses, as the real one does."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from infra.local.stripe.account import Account
from infra.local.stripe.app import make_app
from infra.local.stripe.forms import read_form
from tests.local.stripe.rig import KEY, LINE, ORDER, Rig


def refusal(answer: httpx.Response) -> tuple[int, str, str | None]:
    error = answer.json()["error"]
    assert error["message"]
    return answer.status_code, error["type"], error.get("code")


def test_brackets_become_objects_and_lists() -> None:
    read = read_form("a[0][b]=1&a[1][b]=2&c[d][e]=x%20y&f=&g[]=1&g[]=2")

    assert read == {
        "a": [{"b": "1"}, {"b": "2"}],
        "c": {"d": {"e": "x y"}},
        "f": "",
        "g": ["1", "2"],
    }


def test_key_is_asked_for_and_no_live_key_is_taken(rig: Rig) -> None:
    nobody = rig.browser.get("/v1/events")
    basic = rig.browser.get("/v1/events", auth=(KEY, ""))

    assert refusal(nobody) == (401, "invalid_request_error", None)
    assert basic.status_code == 200
    with pytest.raises(ValueError, match="sk_test_"):
        make_app(Account(), "sk_live_x", "http://x")


def test_session_is_opened_as_it_was_asked_for(rig: Rig) -> None:
    customer = rig.api.post("/v1/customers", data={"metadata[account]": "a"}).json()

    session = rig.opened(customer=customer["id"], client_reference_id="inv_1")

    assert session["id"].startswith("cs_test_")
    assert (session["object"], session["status"], session["payment_status"]) == (
        *("checkout.session", "open", "unpaid"),
    )
    assert (session["amount_total"], session["currency"]) == (500, "usd")
    assert session["metadata"] == {"invoice": "inv_1"}
    assert (session["customer"], session["client_reference_id"]) == (customer["id"], "inv_1")
    assert session["payment_intent"] is None
    assert session["url"] == f"http://stripe.test/c/pay/{session['id']}"
    assert session["expires_at"] == session["created"] + 86_400
    assert rig.api.get(f"/v1/checkout/sessions/{session['id']}").json() == session


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({f"{LINE}[unit_amount]": "49"}, "amount_too_small"),
        ({f"{LINE}[unit_amount]": "5.00"}, "parameter_invalid_integer"),
        ({"success_url": "done"}, "url_invalid"),
        ({"customer": "cus_unknown"}, "resource_missing"),
        ({"colour": "red"}, "parameter_unknown"),
        ({"mode": "subscription"}, None),
        ({"expires_at": "1"}, None),
    ],
)
def test_session_that_cannot_be_is_refused(
    rig: Rig, changes: dict[str, str], code: str | None
) -> None:
    answer = rig.api.post("/v1/checkout/sessions", data=ORDER | changes)

    assert refusal(answer) == (400, "invalid_request_error", code)


@pytest.mark.parametrize("name", ["mode", "success_url", f"{LINE}[product_data][name]"])
def test_parameter_that_is_needed_is_named(rig: Rig, name: str) -> None:
    given = {key: value for key, value in ORDER.items() if key != name}

    answer = rig.api.post("/v1/checkout/sessions", data=given)

    assert refusal(answer) == (400, "invalid_request_error", "parameter_missing")
    assert answer.json()["error"]["param"] == name


def test_what_is_not_there_is_told_as_missing(rig: Rig) -> None:
    for path in ("checkout/sessions/cs_no", "payment_intents/pi_no", "events/evt_no"):
        missing = rig.api.get(f"/v1/{path}")
        assert refusal(missing) == (404, "invalid_request_error", "resource_missing")
    assert refusal(rig.api.get("/v1/coupons"))[0] == 404


def test_key_has_one_answer_and_takes_no_other_request(rig: Rig) -> None:
    headers = {"Idempotency-Key": "k"}
    first = rig.api.post("/v1/checkout/sessions", data=ORDER, headers=headers)
    again = rig.api.post("/v1/checkout/sessions", data=ORDER, headers=headers)

    other = rig.api.post(
        "/v1/checkout/sessions", data=ORDER | {f"{LINE}[unit_amount]": "600"}, headers=headers
    )

    assert again.json() == first.json()
    assert (first.headers.get("Idempotent-Replayed"), again.headers["Idempotent-Replayed"]) == (
        *(None, "true"),
    )
    assert refusal(other) == (400, "idempotency_error", None)
    assert rig.opened()["id"] != first.json()["id"]


def test_key_of_a_wrong_request_stays_free(rig: Rig) -> None:
    headers = {"Idempotency-Key": "k"}
    wrong = ORDER | {f"{LINE}[unit_amount]": "49"}

    assert rig.api.post("/v1/checkout/sessions", data=wrong, headers=headers).status_code == 400

    assert rig.api.post("/v1/checkout/sessions", data=ORDER, headers=headers).status_code == 200


def test_session_ends_when_it_is_told_to_and_only_once(rig: Rig) -> None:
    session = rig.opened()

    ended = rig.api.post(f"/v1/checkout/sessions/{session['id']}/expire")

    assert (ended.json()["status"], ended.json()["url"]) == ("expired", None)
    again = rig.api.post(f"/v1/checkout/sessions/{session['id']}/expire")
    assert refusal(again) == (400, "invalid_request_error", None)
    assert rig.browser.get(f"/c/pay/{session['id']}").status_code == 410


def test_session_ends_by_itself_after_a_day(rig: Rig) -> None:
    session, now = rig.opened(), rig.account.clock()

    rig.account.clock = lambda: now + 86_401

    assert rig.api.get(f"/v1/checkout/sessions/{session['id']}").json()["status"] == "expired"
    kinds = [one["type"] for one in rig.api.get("/v1/events").json()["data"]]
    assert kinds == ["checkout.session.expired"]


def test_events_come_newest_first_in_pages_and_by_type(rig: Rig) -> None:
    rig.type_in(rig.opened(), "4242424242424242")

    page = rig.api.get("/v1/events", params={"limit": 2}).json()
    chosen = rig.api.get("/v1/events", params={"type": "charge.succeeded"}).json()

    assert [one["type"] for one in page["data"]] == [
        *("checkout.session.completed", "charge.succeeded"),
    ]
    assert (page["has_more"], len(chosen["data"])) == (True, 1)
    rest = rig.api.get("/v1/events", params={"starting_after": page["data"][-1]["id"]}).json()
    assert [one["type"] for one in rest["data"]] == ["payment_intent.succeeded"]


def test_refunds_add_up_to_what_was_paid(rig: Rig) -> None:
    session = rig.opened()
    rig.type_in(session, "4242424242424242")
    paid = rig.api.get(f"/v1/checkout/sessions/{session['id']}").json()
    of = {"payment_intent": paid["payment_intent"]}

    part = rig.api.post("/v1/refunds", data=of | {"amount": "200"}).json()
    too_much = rig.api.post("/v1/refunds", data=of | {"amount": "301"})
    rest = rig.api.post("/v1/refunds", data=of).json()
    once_more = rig.api.post("/v1/refunds", data=of)

    assert (part["amount"], rest["amount"]) == (200, 300)
    assert refusal(too_much)[0] == 400
    assert refusal(once_more) == (400, "invalid_request_error", "charge_already_refunded")
    charge = rig.api.get(f"/v1/charges/{part['charge']}").json()
    assert (charge["amount_refunded"], charge["refunded"]) == (500, True)
    assert charge["metadata"] == {"invoice": "inv_1"}


def test_account_is_kept_over_a_restart(tmp_path: Path) -> None:
    account = Account(tmp_path / "stripe" / "account.json")
    made = account.add("customer", metadata={})
    account.keep()

    assert Account(tmp_path / "stripe" / "account.json").get("customer", made["id"]) == made
