"""Accounts and their tokens, kept in SQLite (contract, sections 1.2 to 1.5)."""

from __future__ import annotations

import sqlite3
import time
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bcrypt
import jwt

WEEK = 7 * 24 * 3600
BCRYPT_BYTES = 72
ROUNDS = 6
"""Few on purpose: this keeps nobody's real password."""


class AccountError(Exception):
    """A refused account call; `status` and `text` are the contract's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(frozen=True)
class User:
    """One account's row."""

    id: str
    email: str
    name: str
    plan_id: str
    status: str
    role: str
    created_at: str
    updated_at: str

    def shown(self) -> dict[str, Any]:
        """The row as `/mod/auth/me` shows it."""
        return dict(sorted({**asdict(self), "stripe_id": None}.items()))


class Accounts:
    """The accounts of this gateway."""

    def __init__(self, path: Path, jwt_secret: str) -> None:
        self.secret = jwt_secret
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute(
            "create table if not exists users (id text primary key, email text unique, name text,"
            " password text, plan_id text, status text, role text, created_at text,"
            " updated_at text)"
        )

    def register(self, given: dict[str, Any]) -> User:
        """Make an account. Raises `AccountError`."""
        email, password = _required(given)
        if "@" not in email:
            raise AccountError(400, "invalid email format")
        if len(password) < 8:
            raise AccountError(400, "password must be at least 8 characters")
        if len(password.encode()) > BCRYPT_BYTES:
            raise AccountError(500, "failed to hash password")
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()
        row = (
            *(str(uuid.uuid4()), email, str(given.get("name") or ""), hashed),
            *("free", "active", "user", now, now),
        )
        try:
            self.db.execute("insert into users values (?,?,?,?,?,?,?,?,?)", row)
        except sqlite3.IntegrityError as error:
            raise AccountError(409, "email already registered") from error
        user = self.get(row[0])
        if user is None:
            raise AccountError(500, "failed to create user")
        return user

    def login(self, given: dict[str, Any]) -> User:
        """Check a password. Raises `AccountError`."""
        email, password = _required(given)
        row = self.db.execute(
            "select * from users where email = ? or id = ?", (email, email)
        ).fetchone()
        if row is None or not bcrypt.checkpw(password.encode(), row["password"].encode()):
            raise AccountError(401, "invalid email or password")
        if row["status"] != "active":
            raise AccountError(403, f"account is {row['status']}")
        return _user(row)

    def get(self, user_id: str) -> User | None:
        """Read one account."""
        row = self.db.execute("select * from users where id = ?", (user_id,)).fetchone()
        return _user(row) if row else None

    def count(self) -> int:
        """How many accounts there are."""
        return int(self.db.execute("select count(*) from users").fetchone()[0])

    def change(self, user_id: str, fields: dict[str, str]) -> User | None:
        """Change an account's plan or status."""
        for name in ("plan_id", "status"):
            if name in fields:
                statement = f"update users set {name} = ? where id = ?"  # noqa: S608 - two names
                self.db.execute(statement, (fields[name], user_id))
        return self.get(user_id)

    def token(self, user: User) -> tuple[str, str]:
        """Make a token; return it and when it ends."""
        now = int(time.time())
        claims = {
            "uid": user.id,
            "email": user.email,
            "role": user.role,
            "pid": user.plan_id,
            "iss": "apigate",
            "sub": user.id,
            "iat": now,
            "exp": now + WEEK,
        }
        ends = datetime.fromtimestamp(now + WEEK, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return jwt.encode(claims, self.secret, algorithm="HS256"), ends

    def user_of(self, token: str) -> User | None:
        """Whose token this is; None when it is not valid. The row decides, not the claims."""
        try:
            claims = jwt.decode(
                token, self.secret, algorithms=["HS256"], options={"verify_iat": False}
            )
        except jwt.PyJWTError:
            return None
        return self.get(str(claims.get("uid", "")))


def _required(given: dict[str, Any]) -> tuple[str, str]:
    for name in ("email", "password"):
        if not given.get(name) or not isinstance(given[name], str):
            raise AccountError(400, f"{name} is required")
    return given["email"], given["password"]


def _user(row: sqlite3.Row) -> User:
    return User(**{name: row[name] for name in User.__dataclass_fields__})
