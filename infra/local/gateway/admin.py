"""The part of the admin API that the product asks for: changes of an account's plan and status.

Only what came through the edge is heard (contract, sections 1.3 and 5.5): from anywhere else the
whole API is not there.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.local.gateway.accounts import AccountError, Accounts
from infra.local.gateway.answers import document, not_there, refusal
from infra.local.gateway.credentials import credential_of
from infra.local.gateway.keys import Keys
from infra.local.gateway.sign_in import given_in

BASE = "/_gw/admin"
THROUGH_EDGE = "gateway.edge"
"""What the edge puts into the scope of what it admits."""


class Admin:
    """Accounts changed by holders of a key that is not revoked, whatever its scopes."""

    def __init__(self, accounts: Accounts, keys: Keys) -> None:
        self.accounts = accounts
        self.keys = keys

    def routes(self) -> list[Route]:
        """The endpoints."""
        return [Route(BASE + "/users/{id}", self.change, methods=["PATCH"])]

    async def change(self, request: Request) -> Response:
        """PATCH /_gw/admin/users/{id} `{plan_id, status}`."""
        if not request.scope.get(THROUGH_EDGE):
            return not_there()
        key = self.keys.find(credential_of(request.headers))
        if key is None or key.revoked_at:
            return refusal(401, "unauthorized", "Valid JWT token or API key required")
        try:
            given = await given_in(request)
        except AccountError as error:
            return refusal(400, "bad_request", str(error))
        user = self.accounts.change(request.path_params["id"], given)
        if user is None:
            return refusal(404, "not_found", "User not found")
        shown = user.shown()
        attributes = {name: value for name, value in shown.items() if name != "id"}
        return document({"data": {"type": "users", "id": user.id, "attributes": attributes}})
