"""API keys, kept in SQLite by their digest (contract, section 1.5)."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PREFIX = "ak_"
LENGTH = 67
METER = "meter:write"


@dataclass(frozen=True)
class Key:
    """One key; times are RFC 3339 or None. No scopes means all."""

    id: str
    user_id: str
    name: str = ""
    scopes: tuple[str, ...] = ()
    quota_bypass: bool = False
    expires_at: str | None = None
    revoked_at: str | None = None

    def may(self, scope: str) -> bool:
        """Whether the key opens what asks for a scope."""
        return not self.scopes or bool({scope, "*"} & set(self.scopes))

    def is_expired(self, moment: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and datetime.fromisoformat(self.expires_at) <= moment

    def shown(self) -> dict[str, Any]:
        """The key without what opens anything."""
        return asdict(self)


SERVICE = Key("key_" + "0" * 16, user_id="", name="service", scopes=(METER,))
"""The product's own key: nobody's, so it opens the metering alone."""


def is_key(text: str) -> bool:
    """Whether a credential looks like a key; anything else is taken for a token."""
    return text.startswith(PREFIX) and len(text) == LENGTH


class Keys:
    """The keys of this gateway, with the product's own from the configuration."""

    def __init__(self, path: Path, service: str) -> None:
        self.service = service
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.execute(
            "create table if not exists keys (digest text primary key, id text unique,"
            " user_id text, name text, scopes text, quota_bypass int, expires_at text,"
            " revoked_at text)"
        )

    def make(self, given: dict[str, Any]) -> tuple[Key, str]:
        """Make a key for a user that exists; return it with its text, which is shown once."""
        text = PREFIX + secrets.token_hex((LENGTH - len(PREFIX)) // 2)
        key = Key(
            id=f"key_{secrets.token_hex(8)}",
            user_id=str(given["user_id"]),
            name=str(given.get("name") or ""),
            scopes=tuple(given.get("scopes") or ()),
            quota_bypass=bool(given.get("quota_bypass")),
            expires_at=given.get("expires_at"),
        )
        row = (
            *(_digest(text), key.id, key.user_id, key.name, json.dumps(key.scopes)),
            *(key.quota_bypass, key.expires_at, None),
        )
        self.db.execute("insert into keys values (?,?,?,?,?,?,?,?)", row)
        return key, text

    def find(self, text: str) -> Key | None:
        """The key with this text, revoked and expired ones too."""
        if hmac.compare_digest(text.encode(), self.service.encode()):
            return SERVICE
        row = self.db.execute("select * from keys where digest = ?", (_digest(text),)).fetchone()
        return _key(row) if row else None

    def all(self, user_id: str) -> list[Key]:
        """The keys of a user."""
        rows = self.db.execute("select * from keys where user_id = ? order by rowid", (user_id,))
        return [_key(row) for row in rows]

    def revoke(self, key_id: str) -> bool:
        """End a key; tell whether there is one. The first moment stays."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        statement = "update keys set revoked_at = coalesce(revoked_at, ?) where id = ?"
        return self.db.execute(statement, (now, key_id)).rowcount > 0


def _digest(text: str) -> str:
    """Enough for 256 random bits, which nobody guesses."""
    return hashlib.sha256(text.encode()).hexdigest()


def _key(row: tuple[Any, ...]) -> Key:
    _, number, user_id, name, scopes, bypass, expires_at, revoked_at = row
    scopes = tuple(json.loads(scopes))
    return Key(number, user_id, name, scopes, bool(bypass), expires_at, revoked_at)
