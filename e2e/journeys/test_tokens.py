"""A program with a token of its own: what it may, what it may not, and how that ends."""

from __future__ import annotations

import secrets
from typing import Any

import httpx

from infra.local.journey.client import Account, Json

PATIENCE_SECONDS = 20


def test_token_does_what_it_may_until_it_is_revoked(platform: Json) -> None:
    web = platform["urls"]["web"]
    account = Account(web)
    account.sign_up(f"program-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
    made = account.create("api_tokens", {"name": "program", "scope": "read"})
    text = made["attributes"]["token"]

    def ask(method: str, path: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {text}"}
        return httpx.request(
            method,
            f"{web}/api/v1{path}",
            headers=headers,
            trust_env=False,
            timeout=PATIENCE_SECONDS,
            **given,
        )

    assert ask("GET", "/deployments").status_code == 200
    assert ask("GET", "/templates?scope=mine").json()["data"] == []
    narrow, closed = ask("POST", "/ssh_keys", json={}), ask("GET", "/api_tokens")
    [refused], [shut] = narrow.json()["errors"], closed.json()["errors"]
    shown = account.get("api_tokens", made["id"])
    account.call("DELETE", f"/api_tokens/{made['id']}")
    after = ask("GET", "/deployments")

    assert (narrow.status_code, refused["code"]) == (403, "scope_missing")
    assert refused["meta"] == {"scope": "read", "needed": "manage"}
    assert (closed.status_code, shut["code"]) == (403, "session_required")
    assert shown["attributes"]["last_used_at"] is not None
    assert shown["attributes"]["token"] is None
    assert (after.status_code, after.json()["errors"][0]["code"]) == (401, "key_revoked")
