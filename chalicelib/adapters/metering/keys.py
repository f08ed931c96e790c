"""APIGate's keys, by its admin API: `chalicelib.ports.keys.Keys` made real."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NoReturn
from urllib.parse import quote

from chalicelib.adapters.metering.edge import Edge, NoAnswer, NotReached, Said
from chalicelib.domain.errors import GatewayInDoubt, GatewayUnavailable, NotFound
from chalicelib.ports.keys import MadeKey

SCOPE = "hoster"
"""What keys have for a scope: one without any could write to the gateway's meter."""
PAGE = 100
"""More than an account can have tokens."""
NOT_FOUND = 404


class APIGateKeys:
    """The keys of one gateway's accounts."""

    def __init__(self, url: str, secret: Callable[[], str]) -> None:
        self.edge = Edge(url, secret)

    def make(self, account: str, name: str, expires_at: str) -> MadeKey:
        """Make a key that is good for nothing but the API."""
        given = {"user_id": account, "name": name, "scopes": [SCOPE], "expires_at": expires_at}
        said = self._do("POST", "/keys", "make a key", json.dumps(given).encode())
        if said.status == NOT_FOUND:
            raise NotFound(f"The gateway knows no account {account}.")
        if said.status != 201:
            _refuse(said, "make a key")
        try:
            data = json.loads(said.text)["data"]
            return MadeKey(str(data["id"]), str(data["meta"]["key"]))
        except (ValueError, LookupError, TypeError):
            detail = "The gateway says that it made a key, and does not tell it."
            raise GatewayInDoubt(detail) from None

    def named(self, account: str, name: str) -> tuple[str, ...]:
        """Look through the keys of an account, and once more over a new connection."""
        # The edge admits these two words, in this order, and no others.
        path = f"/keys?user_id={quote(account, safe='')}&page%5Bsize%5D={PAGE}"
        try:
            said = self._do("GET", path, "tell keys")
        except GatewayInDoubt:
            said = self._told_again(path)
        if said.status != 200:
            raise GatewayUnavailable(f"The gateway answered about keys with {said.status}.")
        try:
            found = [(one["id"], one["attributes"]) for one in json.loads(said.text)["data"]]
            return tuple(str(key) for key, told in found if _is_living(told, name))
        except (ValueError, LookupError, TypeError, AttributeError):
            detail = "The gateway's answer about keys is no document of its own."
            raise GatewayUnavailable(detail) from None

    def revoke(self, key: str) -> None:
        """End a key."""
        said = self._do("DELETE", f"/keys/{quote(key, safe='')}", "revoke a key")
        if said.status not in {204, NOT_FOUND}:
            _refuse(said, "revoke a key")

    def _told_again(self, path: str) -> Said:
        try:
            return self._do("GET", path, "tell keys")
        except GatewayInDoubt as error:
            raise GatewayUnavailable(error.detail) from error

    def _do(self, method: str, path: str, what: str, body: bytes = b"") -> Said:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            return self.edge.ask(method, path, body, headers)
        except NotReached as error:
            raise GatewayUnavailable(str(error)) from error
        except NoAnswer as error:
            detail = f"The gateway was asked to {what} and did not answer: {error}."
            raise GatewayInDoubt(detail) from error


def _is_living(told: dict[str, Any], name: str) -> bool:
    return told.get("name") == name and not told.get("revoked_at")


def _refuse(said: Said, what: str) -> NoReturn:
    """Raise what another answer means; an edge that ran out of patience knows no more than we."""
    detail = f"The gateway was asked to {what} and answered {said.status}."
    doubt = said.status >= 500 or said.status in {200, 408}
    raise GatewayInDoubt(detail) if doubt else GatewayUnavailable(detail)
