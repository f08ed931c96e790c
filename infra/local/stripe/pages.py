"""The payment page as HTML: plain, labelled, usable by keyboard and without scripts."""

from __future__ import annotations

from html import escape

from infra.local.stripe.account import Json

STYLE = """
:root{color-scheme:light dark;font:16px/1.5 Inter,system-ui,sans-serif}
html{background:light-dark(#fff,#111827);color:light-dark(#111827,#f9fafb)}
body{max-width:28rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.25rem} h2{font-size:1rem} .total{font-size:2rem;margin:0}
label{display:block;margin:.75rem 0 .25rem} input{width:100%;font:inherit;padding:.5rem}
input{background:light-dark(#fff,#1f2937);color:inherit;box-sizing:border-box}
input{border:1px solid light-dark(#6b7280,#9ca3af);border-radius:.375rem}
button{font:inherit;width:100%;margin-top:1rem;padding:.75rem;border:0;border-radius:.375rem}
button{background:#1d4ed8;color:#fff} button.other{background:#4b5563}
form{margin:1.5rem 0} a{color:light-dark(#1d4ed8,#93c5fd)}
.alert{color:light-dark(#b91c1c,#fca5a5);border:1px solid;border-radius:.375rem;padding:.5rem}
"""
MESSAGES = {
    "declined": "Your card was declined.",
    "invalid": "This number is none of the test numbers.",
    "unproven": "We are unable to authenticate your payment method. Please choose a different "
    "payment method and try again.",
}


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body><main><p>Test mode: no money moves.</p>"
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def amount(session: Json) -> str:
    """What is to be paid, for people."""
    whole, cents = divmod(session["amount_total"], 100)
    return f"{whole}.{cents:02} {session['currency'].upper()}"


def payment_page(session: Json, problem: str = "") -> str:
    """Where one pays by card or by bank account."""
    alert = f'<p class="alert" role="alert">{MESSAGES[problem]}</p>' if problem else ""
    back = (
        f'<p><a href="{escape(session["cancel_url"])}">Back without paying</a></p>'
        if session["cancel_url"]
        else ""
    )
    card = """
<form method="post" action="{action}"><h2>Pay by card</h2>
<input type="hidden" name="method" value="card">
<label for="card">Card number</label>
<input id="card" name="number" inputmode="numeric" autocomplete="cc-number" required>
<label for="expiry">Expiry (MM / YY)</label>
<input id="expiry" name="expiry" autocomplete="cc-exp" value="12 / 34">
<label for="cvc">CVC</label><input id="cvc" name="cvc" autocomplete="cc-csc" value="123">
<button>Pay</button></form>"""
    bank = """
<form method="post" action="{action}"><h2>Pay from a bank account</h2>
<input type="hidden" name="method" value="us_bank_account">
<label for="account">Account number</label>
<input id="account" name="number" inputmode="numeric" autocomplete="off" required>
<button class="other">Pay by bank debit</button></form>"""
    methods = session["payment_method_types"]
    forms = card * ("card" in methods) + bank * ("us_bank_account" in methods)
    # The page is shown after a refused proof too, at another address than its own.
    forms = forms.replace("{action}", f"/c/pay/{session['id']}")
    head = f'<p class="total">{amount(session)}</p>{alert}'
    return _page(session["line_items_name"], head + forms + back)


def proof_page(session: Json) -> str:
    """Where the card's bank asks its holder."""
    body = (
        f"<p>Your bank asks: do you pay {amount(session)}?</p>"
        '<form method="post"><input type="hidden" name="proof" value="yes">'
        "<button>Complete authentication</button></form>"
        '<form method="post"><input type="hidden" name="proof" value="no">'
        '<button class="other">Fail authentication</button></form>'
    )
    return _page("3-D Secure", body)


def closed_page(session: Json) -> str:
    """What is shown of a session that nobody can pay any more."""
    said = (
        "This payment is complete."
        if session["status"] == "complete"
        else "This payment page has expired. Go back and begin the payment again."
    )
    return _page("Nothing to pay here", f"<p>{said}</p>")
