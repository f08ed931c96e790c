"""APIGate's accounts, by its admin API: `chalicelib.ports.plans.AccountPlans` made real."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from chalicelib.adapters.metering.edge import Edge, NoAnswer, NotReached
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.plans import Standing

NOT_FOUND = 404
WORDS = {"plan_id": "plan", "status": "standing"}
"""What people call a field of the gateway's accounts."""


class APIGatePlans:
    """The plans of one gateway's accounts."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.edge = Edge(url, secret)

    def set(self, account: str, plan: str) -> None:
        """Give an account a plan."""
        self._change(account, "plan_id", plan)

    def stand(self, account: str, standing: Standing) -> None:
        """Let an account in, or keep it out."""
        said = self._change(account, "status", standing, missing=True)
        if said == NOT_FOUND:
            raise NotFound(f"The gateway knows no account {account}.")

    def _change(self, account: str, name: str, value: str, *, missing: bool = False) -> int:
        """Change one field of an account; `missing` has a 404 returned, which is else refused."""
        try:
            said = self.edge.ask(
                "PATCH",
                f"/users/{quote(account, safe='')}",
                json.dumps({name: value}).encode(),
                {"Content-Type": "application/json"},
            )
        except NotReached as error:
            raise GatewayUnavailable(str(error)) from error
        except NoAnswer as error:
            detail = f"The gateway did not answer a change of {WORDS[name]}: {error}."
            raise GatewayInDoubt(detail) from error
        if missing and said.status == NOT_FOUND:
            return said.status
        if said.status != 200 or not tells(said.text, name, value):
            detail = f"The gateway answered a change of {WORDS[name]} with {said.status}."
            # An edge that ran out of patience knows no more than we do.
            doubt = said.status >= 500 or said.status in {200, 408}
            raise GatewayInDoubt(detail) if doubt else GatewayUnavailable(detail)
        return said.status


def tells(text: bytes, name: str, value: str) -> bool:
    """Whether a document is the account with this value, and not a page of somebody between.

    A plan is told beside the other fields, or as a relationship: it depends on the gateway's
    version.
    """
    try:
        account = json.loads(text)["data"]
        if name == "plan_id" and name not in account["attributes"]:
            return bool(account["relationships"]["plan"]["data"]["id"] == value)
        return bool(account["attributes"][name] == value)
    except (ValueError, LookupError, TypeError):
        return False
