"""Who sends a request: a session's token or an API key (contract, sections 2.4 and 2.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.gateway.accounts import Accounts, User
from infra.local.gateway.keys import Keys, is_key

BEARER = "Bearer "


class NotAdmitted(Exception):
    """A request that is not let in; `code` is one of the proxy's errors."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Caller:
    """A user with the key or session that speaks for them."""

    user: User
    key_id: str
    quota_bypass: bool = False


def credential_of(headers: Mapping[str, str]) -> str:
    """The credential of a request; cookies and queries hold none."""
    given = headers.get("authorization", "")
    return given.removeprefix(BEARER) if given.startswith(BEARER) else headers.get("x-api-key", "")


@dataclass(frozen=True)
class Credentials:
    """Credentials and whose they are."""

    accounts: Accounts
    keys: Keys

    def caller(self, headers: Mapping[str, str]) -> Caller:
        """Who calls a route that needs an account. Raises `NotAdmitted`."""
        text = credential_of(headers)
        if not text:
            raise NotAdmitted("missing_api_key")
        found = self._of_key(text) if is_key(text) else self._of_token(text)
        if found is None:
            raise NotAdmitted("invalid_api_key")
        if found.user.status != "active":
            raise NotAdmitted("user_suspended")
        return found

    def visitor(self, headers: Mapping[str, str]) -> Caller | None:
        """Who calls a public route, as far as a valid token tells; keys tell nothing there."""
        return self._of_token(credential_of(headers))

    def _of_token(self, text: str) -> Caller | None:
        user = self.accounts.user_of(text)
        return Caller(user, f"session:{user.id}") if user else None

    def _of_key(self, text: str) -> Caller | None:
        key = self.keys.find(text)
        if key is None:
            return None
        if key.revoked_at:
            raise NotAdmitted("key_revoked")
        if key.is_expired(datetime.now(UTC)):
            raise NotAdmitted("key_expired")
        user = self.accounts.get(key.user_id)
        return Caller(user, key.id, key.quota_bypass) if user else None
