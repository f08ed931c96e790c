"""Tags: made with a droplet or by themselves, there until they are deleted."""

from __future__ import annotations

import re

from infra.local.digitalocean.droplets import Refused
from infra.local.digitalocean.store import Account, Json, Store

NAME = re.compile(r"[A-Za-z0-9:_-]{1,255}")
OTHER_KINDS = ("images", "volumes", "volume_snapshots", "databases")
"""What else the real one counts; Hoster tags none of it."""


class Tags:
    """The tags of every account."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def all(self, token: str) -> list[Json]:
        """List an account's tags by name."""
        account = self.store.account(token)
        return [_shown(account, name) for name in sorted(account.tags)]

    def make(self, token: str, name: str) -> Json:
        """Make a tag, or find it. Raises `Refused` for what is no name."""
        if not NAME.fullmatch(name):
            raise Refused(422, "unprocessable_entity", "Name is invalid")
        with self.store.changing(token) as account:
            if name not in account.tags:
                account.tags.append(name)
            return _shown(account, name)

    def get(self, token: str, name: str) -> Json:
        """Read one tag. Raises `Refused` with 404."""
        account = self.store.account(token)
        if name not in account.tags:
            raise _unknown()
        return _shown(account, name)

    def delete(self, token: str, name: str) -> None:
        """Delete a tag and take it from every droplet. Raises `Refused` with 404."""
        with self.store.changing(token) as account:
            if name not in account.tags:
                raise _unknown()
            account.tags.remove(name)
            for droplet in account.droplets.values():
                droplet["tags"] = [tag for tag in droplet["tags"] if tag != name]


def _shown(account: Account, name: str) -> Json:
    tagged = [str(d["id"]) for d in account.droplets.values() if name in d["tags"]]
    counted: Json = {"count": len(tagged)}
    if tagged:
        counted["last_tagged_uri"] = f"https://api.digitalocean.com/v2/droplets/{tagged[-1]}"
    others = {kind: {"count": 0} for kind in OTHER_KINDS}
    return {"name": name, "resources": {**counted, "droplets": counted, **others}}


def _unknown() -> Refused:
    return Refused(404, "not_found", "The resource you were accessing could not be found.")
