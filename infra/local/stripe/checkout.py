"""The payment page in the browser: pay, be declined, be asked by one's bank, go away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from infra.local.stripe import pages, paying, sessions
from infra.local.stripe.account import Account, Json
from infra.local.stripe.forms import read_form
from infra.local.stripe.refusals import Refused

PROBLEM_STATUS = 402


class Checkout:
    """The pages of one account's sessions."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def routes(self) -> list[Route]:
        """Every page."""
        both = ["GET", "POST"]
        return [
            Route("/c/pay/{id}", self.pay, methods=both),
            Route("/c/pay/{id}/proof", self.prove, methods=both),
        ]

    async def pay(self, request: Request) -> Response:
        """Show the page, and take what is typed into it."""
        session = self._session(request)
        if session is None or session["status"] != "open":
            return _closed(session)
        if request.method == "GET":
            return HTMLResponse(pages.payment_page(session))
        given = read_form((await request.body()).decode())
        method = given.get("method", "card")
        do = paying.pay_by_card if method == "card" else paying.pay_by_bank
        outcome = do(self.account, session, given.get("number", ""))
        self.account.keep()
        if outcome == "asks":
            return RedirectResponse(f"{request.url.path}/proof", 303)
        if outcome != "paid":
            return HTMLResponse(pages.payment_page(session, outcome), PROBLEM_STATUS)
        return _on(session)

    async def prove(self, request: Request) -> Response:
        """Show what the bank asks, and take what its customer answers."""
        session = self._session(request)
        if session is None or session["status"] != "open":
            return _closed(session)
        if request.method == "GET":
            return HTMLResponse(pages.proof_page(session))
        given = read_form((await request.body()).decode())
        if given.get("proof") != "yes":
            paying.refuse_proof(self.account, session)
            self.account.keep()
            return HTMLResponse(pages.payment_page(session, "unproven"), PROBLEM_STATUS)
        paying.pay_by_card(self.account, session, paying.SECURE_CARD, proven=True)
        self.account.keep()
        return _on(session)

    def _session(self, request: Request) -> Json | None:
        sessions.end_those_that_are_over(self.account)
        try:
            return self.account.get(sessions.KIND, request.path_params["id"])
        except Refused:
            return None


def _closed(session: Json | None) -> Response:
    return HTMLResponse(
        pages.closed_page(session or {"status": "expired"}), 410 if session else 404
    )


def _on(session: Json) -> Response:
    """Go where the shop wants its customers after they have paid."""
    url = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
    return RedirectResponse(url, 303)
