"""Domains that want a certificate, in an in-memory world: made, tended and settled."""

from __future__ import annotations

import time
from typing import Any

from chalicelib.domain import clock
from chalicelib.domain.routes import CHALLENGES
from chalicelib.ports.records import Create, Record
from chalicelib.ports.route_writes import SetAlias
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying
from tests.world import World, _of_routes

HOST = "shop.example.com"
PROXY = "203.0.113.10"
WHOLE = [
    "Preflight",
    "OrderCertificate",
    "PublishChallenge",
    "AwaitValidation",
    "FinishOrder",
    "StoreCertificate",
    "AwaitServed",
    "FinishCertify",
    "Done",
]
STEPS = WHOLE[:-1]
UNDONE = ["UndoCertify", "Noted"]
PATIENCE = 60.0


def made(here: World, host: str = HOST, **attributes: Any) -> str:
    """A verified domain that leads here."""
    now = wiring.now()
    domain = Record(
        id=wiring.new_id("dom_"),
        type="domains",
        owner="user-a",
        status="verified",
        created_at=now,
        updated_at=now,
        parent="app-1",
        attributes={
            "hostname": host,
            "type": "custom",
            "deployment_id": "app-1",
            "verified_at": now,
            "due_at": "2999-01-01T00:00:00.000Z",
            **attributes,
        },
    )
    here.dns.says(host, "A", PROXY)
    alias = SetAlias(host, "app-1", "app.apps.test", now)
    wiring.records().commit(Create(domain), alias)
    return domain.id


def record(domain: str) -> Record:
    found = wiring.records().get(domain)
    assert found is not None
    return found


def tended(domain: str) -> Record:
    """The domain after a look at whether it wants a certificate, once nothing is in hand."""
    certifying.tend(wiring, record(domain))
    return settled(domain)


def settled(domain: str) -> Record:
    end = time.monotonic() + PATIENCE
    while (found := record(domain)).work is not None:
        assert time.monotonic() < end, f"{domain} is still at {found.work.step}"
        time.sleep(0.05)
    return found


def again(here: World, domain: str) -> Record:
    """The domain after its next try, when that is due."""
    due = record(domain).attributes["certificate_due_at"]
    here.skew += clock.seconds_between(wiring.now(), due) + 1
    return tended(domain)


def challenges() -> set[str]:
    return {f"token-{n}" for n in range(1, 9) if _of_routes(CHALLENGES, f"token-{n}", "answer")}
