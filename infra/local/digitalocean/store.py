"""What each account has, kept in a file so that a restart finds it again."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


@dataclass
class Account:
    """An account's droplets, keys and firewalls, each by its id, and the names of its tags.

    `tokens` are those that were issued for it beside the one of the command line; `history` has
    every droplet that was ever ordered, the oldest first.
    """

    droplets: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, Json] = field(default_factory=dict)
    firewalls: dict[str, Json] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    history: list[Json] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


class Store:
    """Every account, written down after each change."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "state.json"
        self.lock = threading.RLock()
        # Droplets of another checkout on this machine have other numbers.
        self.number = secrets.randbelow(400_000_000) + 100_000_000
        self.accounts: dict[str, Account] = {}
        if self.file.exists():
            kept = json.loads(self.file.read_text())
            self.number = kept["number"]
            self.accounts = {token: Account(**a) for token, a in kept["accounts"].items()}

    @contextmanager
    def changing(self, token: str) -> Iterator[Account]:
        """Change one account; what was changed is on disk afterwards."""
        with self.lock:
            yield self.accounts.setdefault(token, Account())
            accounts = {name: vars(account) for name, account in self.accounts.items()}
            draft = self.file.with_suffix(".draft")
            draft.write_text(json.dumps({"number": self.number, "accounts": accounts}))
            draft.rename(self.file)

    def account(self, token: str) -> Account:
        """Read one account."""
        with self.lock:
            return self.accounts.get(token, Account())

    def next_number(self) -> int:
        """A number that no droplet or key had."""
        with self.lock:
            self.number += 1
            return self.number
