"""Droplets: ordered at once, made in the background, gone a moment after their deletion."""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Protocol

from infra.local.digitalocean.offers import IMAGES, REGIONS, size_of
from infra.local.digitalocean.store import Json, Store
from infra.local.nodes.machines import Machine
from infra.local.nodes.network import GATEWAY

log = logging.getLogger("digitalocean")
OFF = frozenset({"power_off", "shutdown"})
ON = frozenset({"power_on"})
OVER = frozenset({"power_cycle", "reboot"})


class Machines(Protocol):
    """What droplets are made of. Each waits for its end; what is gone is removed already."""

    def find(self, droplet: str) -> Machine | None:
        """Read one droplet's machine."""

    def create(self, droplet: str, *, hostname: str, user_data: str, keys: list[str]) -> Machine:
        """Make and start a droplet's machine."""

    def power(self, droplet: str, *, on: bool) -> None:
        """Switch it on or off."""

    def remove(self, droplet: str) -> None:
        """Remove it with its disk."""


class Refused(Exception):
    """A request that DigitalOcean answers with an error."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


class Droplets:
    """The droplets of every account."""

    def __init__(self, store: Store, machines: Machines) -> None:
        self.store = store
        self.machines = machines
        self.workers = ThreadPoolExecutor(max_workers=4)
        self.locks: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        """One for each droplet: what is being made is not removed at the same time."""

    def resume(self) -> None:
        """After a restart: go on with what was being made or removed, switch the rest on."""
        for token in list(self.store.accounts):
            for droplet in list(self.store.account(token).droplets.values()):
                if droplet.get("_leaving"):
                    self.workers.submit(self._unmake, token, droplet["id"])
                elif droplet["status"] == "new":
                    self.workers.submit(self._make, token, droplet["id"])
                elif droplet["status"] == "active":
                    self.workers.submit(self.machines.power, str(droplet["id"]), on=True)

    def order(self, token: str, given: Json) -> Json:
        """Take an order. Raises `Refused` as the real one does."""
        size = size_of(str(given.get("size")))
        if not given.get("name"):
            raise Refused(422, "unprocessable_entity", "Name can't be blank")
        if size is None:
            raise Refused(
                422, "unprocessable_entity", "You specified an invalid size for Droplet creation."
            )
        if given.get("region") not in {region["slug"] for region in REGIONS}:
            raise Refused(
                422, "unprocessable_entity", "You specified an invalid region for Droplet creation."
            )
        image = next((i for i in IMAGES if given.get("image") in {i["slug"], i["id"]}), None)
        if image is None:
            raise Refused(
                422, "unprocessable_entity", "You specified an invalid image for Droplet creation."
            )
        keys = [self._key(token, str(key)) for key in given.get("ssh_keys") or []]
        number = self.store.next_number()
        droplet = {
            "id": number,
            "name": given["name"],
            "memory": size["memory"],
            "vcpus": size["vcpus"],
            "disk": size["disk"],
            "locked": True,
            "status": "new",
            "created_at": _now(),
            "features": ["monitoring"] if given.get("monitoring") else [],
            "backup_ids": [],
            "snapshot_ids": [],
            "image": image,
            "size": size,
            "size_slug": size["slug"],
            "networks": {"v4": [], "v6": []},
            "region": next(r for r in REGIONS if r["slug"] == given["region"]),
            "tags": list(dict.fromkeys(given.get("tags") or [])),
            "volume_ids": [],
            "vpc_uuid": "",
            "_user_data": given.get("user_data") or "",
            "_keys": keys,
        }
        with self.store.changing(token) as account:
            account.droplets[str(number)] = droplet
            account.tags += [tag for tag in droplet["tags"] if tag not in account.tags]
            account.history.append(
                {"id": number, "name": droplet["name"], "tags": droplet["tags"]}
                | {"created_at": droplet["created_at"], "gone_at": None}
            )
        self.workers.submit(self._make, token, number)
        return shown(droplet)

    def _key(self, token: str, wanted: str) -> str:
        for key in self.store.account(token).keys.values():
            if wanted in {str(key["id"]), key["fingerprint"]}:
                return str(key["public_key"])
        raise Refused(
            422,
            "unprocessable_entity",
            f"{wanted} are invalid key identifiers for Droplet creation.",
        )

    def _make(self, token: str, number: int) -> None:
        """Make the container; when that fails the droplet stays `new`, as a stuck one would."""
        with self.locks[number]:
            self._make_alone(token, number)

    def _make_alone(self, token: str, number: int) -> None:
        droplet = self.store.account(token).droplets.get(str(number))
        if droplet is None or droplet.get("_leaving"):
            return
        try:
            machine = self._machine(str(number), droplet)
        except Exception:
            log.exception("droplet %s could not be made", number)
            return
        address = {"ip_address": machine.address, "netmask": "255.255.255.0", "type": "public"}
        with self.store.changing(token) as account:
            fresh = account.droplets[str(number)]
            fresh |= {"status": "active", "locked": bool(fresh.get("_leaving"))}
            fresh["networks"] = {"v4": [{**address, "gateway": GATEWAY}], "v6": []}

    def _machine(self, number: str, droplet: Json) -> Machine:
        """The machine of a new droplet; one that was half made before a restart is made anew."""
        machine = self.machines.find(number)
        if machine is not None and machine.running:
            return machine
        if machine is not None:
            self.machines.remove(number)
        return self.machines.create(
            number,
            hostname=droplet["name"],
            user_data=droplet["_user_data"],
            keys=droplet["_keys"],
        )

    def all(self, token: str, tag: str | None = None) -> list[Json]:
        """List an account's droplets, newest first."""
        found = self.store.account(token).droplets.values()
        wanted = [d for d in found if tag is None or tag in d["tags"]]
        return [shown(d) for d in sorted(wanted, key=lambda d: -int(d["id"]))]

    def get(self, token: str, number: str) -> Json:
        """Read one droplet. Raises `Refused` with 404."""
        droplet = self.store.account(token).droplets.get(number)
        if droplet is None:
            message = "The resource you were accessing could not be found."
            raise Refused(404, "not_found", message)
        return droplet

    def delete(self, token: str, number: str) -> None:
        """Delete a droplet: it is shown, locked, until its container is really gone."""
        if self.get(token, number).get("_leaving"):
            return
        with self.store.changing(token) as account:
            account.droplets[number] |= {"_leaving": True, "locked": True}
        self.workers.submit(self._unmake, token, int(number))

    def _unmake(self, token: str, number: int) -> None:
        """Remove the container; when that fails the droplet stays, as a stuck one would."""
        with self.locks[number]:
            try:
                self.machines.remove(str(number))
            except Exception:
                log.exception("droplet %s could not be removed", number)
                return
            with self.store.changing(token) as account:
                account.droplets.pop(str(number), None)
                for made in account.history:
                    if made["id"] == number:
                        made["gone_at"] = _now()

    def act(self, token: str, number: str, action: str) -> Json:
        """Switch a droplet on, off or over. Raises `Refused`, also while it is made or removed."""
        droplet = self.get(token, number)
        if action not in OFF | ON | OVER:
            raise Refused(422, "unprocessable_entity", f"{action} is not a known action.")
        if droplet["locked"]:
            raise Refused(422, "unprocessable_entity", "Droplet already has a pending event.")
        if action in OFF | OVER:
            self.machines.power(number, on=False)
        if action in ON | OVER:
            self.machines.power(number, on=True)
        status = "off" if action in OFF else "active"
        with self.store.changing(token) as account:
            account.droplets[number]["status"] = status
        now = _now()
        return {
            "id": self.store.next_number(),
            "status": "completed",
            "type": action,
            "started_at": now,
            "completed_at": now,
            "resource_id": droplet["id"],
            "resource_type": "droplet",
            "region_slug": droplet["region"]["slug"],
        }

    def history(self) -> list[Json]:
        """Every droplet that any account ever ordered, with the tags it was ordered with."""
        return [
            made
            for token in list(self.store.accounts)
            for made in self.store.account(token).history
        ]

    def everything(self) -> list[Json]:
        """Every droplet of every account, for leak checks."""
        return [
            {
                "id": droplet["id"],
                "name": droplet["name"],
                "status": droplet["status"],
                "tags": droplet["tags"],
                "leaving": bool(droplet.get("_leaving")),
                "container": f"hoster-droplet-{droplet['id']}",
            }
            for token in list(self.store.accounts)
            for droplet in self.store.account(token).droplets.values()
        ]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(droplet: Json) -> Json:
    """A droplet without what the stand-in keeps to itself."""
    return {name: value for name, value in droplet.items() if not name.startswith("_")}
