"""An account for the time of a bench, with a server of its own; everything is deleted after it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from infra.bench.run import Json
from infra.local.journey import leaks
from infra.local.journey.client import Account, Refused

SIZE = "s-1vcpu-2gb"
REGION = "fra1"
POLL_SECONDS = 0.05
PROVISION_SECONDS = 300.0
GONE_SECONDS = 120.0


@dataclass(frozen=True)
class Server:
    """A server that a bench ordered. `seconds` is how long it took from the order to ready."""

    provision: str
    node: str
    container: str
    """The container of this machine that is the server."""
    address: str
    seconds: float


@contextmanager
def customer(platform: Json) -> Iterator[Account]:
    """Give a new account on the largest plan."""
    account = Account(platform["urls"]["web"])
    with closing(account.http):
        account.sign_up(f"bench-{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16))
        account.move_to_plan("pro")
        yield account


@contextmanager
def made(account: Account, resource: str, attributes: Json) -> Iterator[Json]:
    """Give a new record, which is deleted after."""
    record = account.create(resource, attributes)
    try:
        yield record
    finally:
        delete(account, resource, record["id"])


@contextmanager
def server(platform: Json, account: Account) -> Iterator[Server]:
    """Give a server, which is destroyed after."""
    credential = {
        "name": "bench",
        "provider": "digitalocean",
        "credentials": {"api_token": platform["cloud_token"]},
    }
    with ExitStack() as stack:
        stack.callback(_delete_keys, account)
        kept = stack.enter_context(made(account, "cloud_credentials", credential))
        order = {
            "credential_id": kept["id"],
            "instance_name": f"bench-{secrets.token_hex(3)}",
            "region": REGION,
            "size": SIZE,
        }
        began = time.monotonic()
        record = stack.enter_context(made(account, "cloud_provisions", order))
        ready = until_status(account, "cloud_provisions", record["id"], "ready", PROVISION_SECONDS)
        seconds = time.monotonic() - began
        [droplet] = leaks.droplets_of(platform["urls"]["cloud"], record["id"])
        container = str(droplet["container"])
        yield Server(record["id"], ready["node_id"], container, ready["public_ip"], seconds)


def _delete_keys(account: Account) -> None:
    for key in account.all("ssh_keys"):
        delete(account, "ssh_keys", key["id"])


def until_status(
    account: Account, resource: str, record_id: str, wanted: str, within: float
) -> Json:
    """Ask until a record has a status and return its attributes.

    Raises `RuntimeError` with the record's own reason when its work ended in another.
    """
    end = time.monotonic() + within
    while time.monotonic() < end:
        attributes: Json = account.get(resource, record_id)["attributes"]
        if attributes["status"] == wanted:
            return attributes
        if attributes["work"] is None:
            reason = attributes.get("error_message") or "no reason given"
            detail = f"{record_id} is {attributes['status']}, not {wanted}: {reason}"
            raise RuntimeError(detail)
        time.sleep(POLL_SECONDS)
    detail = f"{record_id} is not {wanted} after {within:.0f} s"
    raise TimeoutError(detail)


def delete(account: Account, resource: str, record_id: str) -> None:
    """Delete a record until it is gone; work that is in hand on it is waited for."""
    end = time.monotonic() + GONE_SECONDS
    told = ""
    while time.monotonic() < end:
        try:
            account.call("DELETE", f"/{resource}/{record_id}")
        except Refused as error:
            if error.status == 404:
                return
            if error.status != 409:
                raise
            told = error.detail
        time.sleep(POLL_SECONDS)
    detail = f"{resource} {record_id} is not gone after {GONE_SECONDS:.0f} s. {told}"
    raise TimeoutError(detail)
