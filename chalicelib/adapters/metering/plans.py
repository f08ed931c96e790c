"""APIGate's accounts, by its admin API: `chalicelib.ports.plans.AccountPlans` made real."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

from chalicelib.adapters.metering.edge import Edge, NoAnswer, NotReached, Said
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable


class APIGatePlans:
    """The plans of one gateway's accounts."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.edge = Edge(url, secret)

    def set(self, account: str, plan: str) -> None:
        """Give an account a plan."""
        try:
            said = self.edge.ask(
                "PATCH",
                f"/users/{quote(account, safe='')}",
                json.dumps({"plan_id": plan}).encode(),
                {"Content-Type": "application/json"},
            )
        except NotReached as error:
            raise GatewayUnavailable(str(error)) from error
        except NoAnswer as error:
            detail = f"The gateway did not answer a change of plan: {error}."
            raise GatewayInDoubt(detail) from error
        if not _says_so(said, plan):
            detail = f"The gateway answered a change of plan with {said.status}."
            # An edge that ran out of patience knows no more than we do.
            doubt = said.status >= 500 or said.status in {200, 408}
            raise GatewayInDoubt(detail) if doubt else GatewayUnavailable(detail)


def _says_so(said: Said, plan: str) -> bool:
    """Whether the answer is the account with its plan, and not a page of somebody between."""
    if said.status != 200:
        return False
    try:
        return bool(json.loads(said.text)["data"]["attributes"]["plan_id"] == plan)
    except (ValueError, LookupError, TypeError):
        return False
