"""Accounts and their tokens, kept in SQLite (contract, sections 1.2 and 1.4)."""

from __future__ import annotations

import re
import secrets
import sqlite3
import time
import uuid
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bcrypt
import jwt
from jwt.types import Options

WEEK = 7 * 24 * 3600
BCRYPT_BYTES = 72
ROUNDS = 6
"""Few on purpose: this keeps nobody's real password."""
SHORTEST = 8
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
ALGORITHMS = ["HS256", "HS384", "HS512"]
COLUMNS = (
    *("id", "email", "name", "password", "plan_id"),
    *("status", "role", "created_at", "updated_at"),
)
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class AccountError(Exception):
    """A refused account call; `status` and `text` are the contract's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class PasswordTooLong(Exception):
    """A password cannot be hashed."""


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
        _require(given, "email")
        if "@" not in given["email"]:
            raise AccountError(400, "invalid email format")
        return self._make(given)

    def set_up(self, given: dict[str, Any]) -> User:
        """Make the first account. Raises `AccountError`, also when it is not the first."""
        if self.count():
            raise AccountError(400, "setup already completed")
        _require(given, "email")
        return self._make(given)

    def add(self, given: dict[str, Any]) -> User:
        """Make an account as the operator does: its plan is told. Raises `AccountError`."""
        _require(given, "email")
        return self._make(given, id=f"user_{secrets.token_hex(8)}", plan_id=given.get("plan_id"))

    def have_operator(self, email: str, password: str) -> None:
        """Have the operator's account, as the real one's command line makes it."""
        if self.db.execute("select 1 from users where email = ?", (email,)).fetchone() is None:
            given = {"email": email, "password": password}
            self._make(given, id=f"admin_{time.time_ns()}", plan_id="admin", role="admin")

    def _make(self, given: dict[str, Any], **other: str | None) -> User:
        """Check what is left in the contract's order, and write the row."""
        _require(given, "password")
        email, password = given["email"], given["password"].encode()
        if len(password) < SHORTEST:
            raise AccountError(400, f"password must be at least {SHORTEST} characters")
        if self.db.execute("select 1 from users where email = ?", (email,)).fetchone():
            raise AccountError(409, "email already registered")
        try:
            hashed = _hash(password)
        except PasswordTooLong:
            raise AccountError(500, "failed to hash password") from None
        if not ADDRESS.fullmatch(email):
            raise AccountError(400, "failed to create user: validation failed: email")
        now = datetime.now(UTC).strftime(MOMENT)
        name = given.get("name") or ""
        user = User(str(uuid.uuid4()), email, name, "free", "active", "user", now, now)
        user = replace(user, **{field: value for field, value in other.items() if value})
        row = {**asdict(user), "password": hashed}
        places = ",".join(f":{column}" for column in COLUMNS)
        statement = f"insert into users values ({places})"  # noqa: S608 - our own column names
        self.db.execute(statement, row)
        return user

    def login(self, given: dict[str, Any]) -> User:
        """Check a password. Raises `AccountError`."""
        _require(given, "email")
        _require(given, "password")
        row = self.db.execute(
            "select * from users where email = :email or id = :email", {"email": given["email"]}
        ).fetchone()
        if row is None or not _matches(given["password"], row["password"]):
            raise AccountError(401, "invalid email or password")
        if row["status"] != "active":
            raise AccountError(403, f"account is {row['status']}")
        return _user(row)

    def get(self, user_id: str) -> User | None:
        """Read one account."""
        row = self.db.execute("select * from users where id = ?", (user_id,)).fetchone()
        return _user(row) if row else None

    def all(self) -> list[User]:
        """Every account, the oldest first."""
        return [_user(row) for row in self.db.execute("select * from users order by rowid")]

    def count(self) -> int:
        """How many accounts there are."""
        return int(self.db.execute("select count(*) from users").fetchone()[0])

    def change(self, user_id: str, fields: dict[str, Any]) -> User | None:
        """Change an account's plan, status or password, whatever the password is like.

        Raises `PasswordTooLong`.
        """
        given = dict(fields)
        if given.get("password"):
            given["password"] = _hash(given["password"].encode())
        for name in ("plan_id", "status", "password"):
            if given.get(name):
                now = datetime.now(UTC).strftime(MOMENT)
                statement = f"update users set {name} = ?, updated_at = ? where id = ?"  # noqa: S608 - three names
                self.db.execute(statement, (given[name], now, user_id))
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
        ends = datetime.fromtimestamp(now + WEEK, UTC).strftime(MOMENT)
        return jwt.encode(claims, self.secret, algorithm="HS256"), ends

    def user_id_of(self, token: str) -> str | None:
        """Whom a token names; None when it is not valid. Signature and end are all that counts."""
        unchecked = Options(verify_iat=False, verify_aud=False, verify_sub=False)
        try:
            claims = jwt.decode(token, self.secret, algorithms=ALGORITHMS, options=unchecked)
        except jwt.PyJWTError:
            return None
        return str(claims.get("uid", ""))

    def user_of(self, token: str) -> User | None:
        """Whose token this is; None when it is not valid or names nobody.

        The row decides, not the claims: a change of plan needs no new token.
        """
        user_id = self.user_id_of(token)
        return self.get(user_id) if user_id else None


def _require(given: dict[str, Any], name: str) -> None:
    if not given.get(name):
        raise AccountError(400, f"{name} is required")


def _hash(password: bytes) -> str:
    """What is kept of a password. Raises `PasswordTooLong`."""
    if len(password) > BCRYPT_BYTES:
        raise PasswordTooLong
    return bcrypt.hashpw(password, bcrypt.gensalt(ROUNDS)).decode()


def _matches(password: str, hashed: str) -> bool:
    """Whether a password is right; one that is too long to be hashed never was."""
    given = password.encode()
    return len(given) <= BCRYPT_BYTES and bcrypt.checkpw(given, hashed.encode())


def _user(row: sqlite3.Row) -> User:
    return User(**{name: row[name] for name in User.__dataclass_fields__})
