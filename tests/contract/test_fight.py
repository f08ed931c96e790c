"""Tenants who prove one name at the same moment, on the local AWS: one of them gets it."""

from __future__ import annotations

import os
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import boto3
import pytest

from chalicelib.domain.limits import PLANS
from chalicelib.domain.routes import shard_of
from chalicelib.ports.records import Create, Record
from chalicelib.runtime import wiring
from chalicelib.services.counters import host_key, plan_key
from chalicelib.services.domains import domain_checking, domain_ends, domains
from chalicelib.services.domains.automatic_names import automatic_name
from tests.contract.emulated import local_aws
from tests.fakes.dns import FakeDns
from tests.world import ENVIRONMENT, forget

TENANTS = 8


@pytest.fixture(scope="module")
def dns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeDns]:
    """What every name says, in an installation on the local AWS."""
    ours = {name: value for name, value in ENVIRONMENT.items() if name.startswith("HOSTER")}
    found = FakeDns()
    with (
        local_aws(tmp_path_factory.mktemp("fight")),
        mock.patch.dict(os.environ, ours),
        mock.patch.object(wiring, "dns", return_value=found),
    ):
        os.environ["HOSTER_KMS_KEY"] = "none"
        forget()
        yield found
        forget()


@pytest.fixture
def host(dns: FakeDns) -> str:
    return f"www.{secrets.token_hex(4)}.example.com"


def an_app(owner: str) -> Record:
    now, app = wiring.now(), wiring.new_id(None)
    auto = {"hostname": f"{app}.apps.test", "type": "auto", "status": "verified"}
    attributes = {"name": "app", "domains": [auto], "custom_domains": []}
    record = Record(app, "deployments", owner, "running", now, now, attributes=attributes)
    wiring.records().commit(Create(record))
    return record


def added(host: str) -> tuple[Record, Record]:
    owner = f"owner-{secrets.token_hex(4)}"
    app = an_app(owner)
    return domains.add(wiring, app, host, limits=PLANS["pro"], actor=owner)


def all_prove(dns: FakeDns, host: str, sides: list[tuple[Record, Record]]) -> None:
    """Have the name say every tenant's token, and lead to every tenant's app."""
    dns.says(f"_hoster-challenge.{host}", "TXT", *(one.attributes["token"] for one, _ in sides))
    aliases = tuple(automatic_name(app) for _, app in sides)
    dns.says(host, "A", "203.0.113.10", aliases=aliases)


def at_once(asks: list[Any]) -> list[Any]:
    """Do things at the same moment."""
    gate = threading.Barrier(len(asks))

    def together(ask: Any) -> Any:
        gate.wait(30)
        return ask()

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(together, asks))


def route_of(host: str) -> dict[str, Any]:
    key = {"shard": {"S": shard_of(host)}, "host": {"S": host}}
    found = boto3.client("dynamodb").get_item(TableName="test-routes", Key=key)
    return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}


def test_exactly_one_of_many_who_prove_a_name_at_once_has_it(dns: FakeDns, host: str) -> None:
    sides = [added(host) for _ in range(TENANTS)]
    all_prove(dns, host, sides)

    checked = at_once([lambda side=side: domain_checking.check(wiring, *side) for side in sides])

    assert Counter(one.status for one in checked) == {"verified": 1, "pending": TENANTS - 1}
    [winner] = [one for one in checked if one.status == "verified"]
    assert wiring.records().reservation(host_key(host)) == {"holder": winner.id}
    route = route_of(host)
    assert (route["state"], route["deployment_id"]) == (
        "alias",
        winner.attributes["deployment_id"],
    )
    for one in checked:
        told = [e.name for e in wiring.records().journal(one.attributes["deployment_id"], limit=9)]
        if one is winner:
            assert told.count("domain_verified") == 1
        else:
            assert one.attributes["last_check_error"] == domain_checking.TAKEN
            assert told.count("domain_name_taken") == 1


def test_one_name_verified_by_many_at_once_is_verified_and_told_once(
    dns: FakeDns, host: str
) -> None:
    side = added(host)
    all_prove(dns, host, [side])

    checked = at_once([lambda: domain_checking.check(wiring, *side)] * 4)

    assert {one.status for one in checked} == {"verified"}
    told = [e.name for e in wiring.records().journal(side[1].id, limit=20)]
    assert told.count("domain_verified") == 1


def test_name_removed_while_it_is_verified_is_free_or_whole(dns: FakeDns, host: str) -> None:
    """Whichever comes first, nothing of a removed name stays behind."""
    domain, app = added(host)
    all_prove(dns, host, [(domain, app)])

    def verifies() -> None:
        try:
            domain_checking.check(wiring, domain, app)
        except domain_checking.Stale:
            return

    at_once([verifies, lambda: domain_ends.remove(wiring, app, host, actor=app.owner)])

    found = wiring.records().get(domain.id)
    assert found is not None
    assert found.status == "removed"
    assert wiring.records().reservation(host_key(host)) is None
    assert route_of(host) == {}
    assert wiring.records().counter(plan_key("max_domains", app.owner)) == 0
