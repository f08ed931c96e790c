"""Tokens: those of the command line, and those that are issued and revoked while it runs.

`POST /_local/tokens {"account": "…"}` answers 201 with another token of that account, or, without
one, with the first token of a new account; `DELETE /_local/tokens/{token}` revokes it. A token of
the command line names the account that it opens, and is never revoked.
"""

from __future__ import annotations

import secrets

from infra.local.digitalocean.store import Store


class Tokens:
    """Who may call, and which account each token opens."""

    def __init__(self, store: Store, standing: frozenset[str]) -> None:
        self.store = store
        self.standing = standing

    def account_of(self, token: str) -> str | None:
        """The name of the account that a token opens; None for a token of nobody."""
        if token in self.standing:
            return token
        with self.store.lock:
            accounts = self.store.accounts.items()
            return next((name for name, account in accounts if token in account.tokens), None)

    def issue(self, account: str = "") -> tuple[str, str]:
        """Make a token of an account, or of a new one; returns it and the account's name."""
        name = account or f"account-{secrets.token_hex(8)}"
        token = "dop_v1_" + secrets.token_hex(32)
        with self.store.changing(name) as kept:
            kept.tokens.append(token)
        return token, name

    def revoke(self, token: str) -> bool:
        """Have a token open nothing any more; False when it was never issued."""
        name = self.account_of(token)
        if name is None or token in self.standing:
            return False
        with self.store.changing(name) as kept:
            kept.tokens.remove(token)
        return True
