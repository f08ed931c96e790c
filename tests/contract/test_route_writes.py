"""What the app proxy is told — routes, certificates, challenges — over both stores."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from boto3.dynamodb.types import TypeDeserializer

from chalicelib.domain.errors import Stale, Taken
from chalicelib.domain.routes import (
    CERTIFICATES,
    CHALLENGES,
    CHANGES,
    CLIENT_HOST,
    COUNTER_HOST,
    shard_of,
)
from chalicelib.ports.route_writes import (
    RemoveCertificate,
    RemoveChallenge,
    RemoveRoute,
    ResealCertificate,
    SetAlias,
    SetCertificate,
    SetChallenge,
    SetRoute,
)
from tests.contract.stores import KINDS, store_of
from tests.fakes.records import FakeRecords

NOW = "2026-01-01T00:00:00.000Z"
EXPIRES = 1_800_000_000


@pytest.fixture(scope="module", params=KINDS)
def store(request: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The store, and its twin in memory."""
    with store_of(request.param, tmp_path_factory.mktemp("routes"), lambda: NOW) as found:
        yield found


@pytest.fixture
def host() -> str:
    return f"{secrets.token_hex(4)}.test"


def item(shard: str, host: str) -> dict[str, Any] | None:
    """An item of the table of routes."""
    key = {"shard": {"S": shard}, "host": {"S": host}}
    found = boto3.client("dynamodb").get_item(TableName="test-routes", Key=key).get("Item")
    read = TypeDeserializer().deserialize
    return None if found is None else {name: read(value) for name, value in found.items()}


def route_of(store: Any, host: str) -> dict[str, Any] | None:
    """A host name's route: what is set of it."""
    if isinstance(store, FakeRecords):
        known = store.routes.get(host)
        found = None if known is None else dict(vars(known))
    elif (found := item(shard_of(host), host)) is not None:
        found["deployment"] = found.pop("deployment_id", "")
        found = {name: found[name] for name in found if name not in ("shard", "host", "updated_at")}
    return None if found is None else {name: value for name, value in found.items() if value}


def certificate_of(store: Any, host: str) -> tuple[str, ...] | None:
    """The material of a host's certificate."""
    names = ("fingerprint", "chain", "key", "bound_to", "not_after")
    if isinstance(store, FakeRecords):
        found = vars(store.certificates[host]) if host in store.certificates else None
    else:
        found = item(CERTIFICATES, host)
    authority = () if not found or not found.get("authority") else (found["authority"],)
    return None if found is None else (*(found[name] for name in names), *authority)


def challenge_of(store: Any, token: str) -> tuple[str, int] | None:
    """What is answered to a challenge, and until when."""
    if isinstance(store, FakeRecords):
        found = vars(store.challenges[token]) if token in store.challenges else None
    else:
        found = item(CHALLENGES, token)
    return None if found is None else (found["answer"], int(found["expires_at"]))


def changes_of(store: Any, shard: str) -> int:
    if isinstance(store, FakeRecords):
        return store.route_changes.get(shard, 0)
    return int((item(shard, "#version") or {"counter": 0})["counter"])


def a_route(host: str, deployment: str = "dep", **more: Any) -> SetRoute:
    return SetRoute(host, deployment, "running", "10.0.0.1", 30000, NOW, **more)


def a_certificate(host: str, fingerprint: str = "ab" * 32, **more: str) -> SetCertificate:
    return SetCertificate(host, fingerprint, "chain", "sealed", "dom_1", "2027", NOW, **more)


ROUTE = {"deployment": "dep", "state": "running", "address": "10.0.0.1", "port": 30000}
ALIAS = {"deployment": "dep", "state": "alias", "alias": "app.apps.test"}


def test_a_node_with_a_door_is_named_and_no_longer(store: Any, host: str) -> None:
    store.commit(a_route(host, node="node_1"))
    assert route_of(store, host) == ROUTE | {"node": "node_1", "version": 1}

    store.commit(a_route(host))

    assert route_of(store, host) == ROUTE | {"version": 2}


def test_a_custom_name_leads_where_the_automatic_one_does(store: Any, host: str) -> None:
    before = changes_of(store, shard_of(host))

    store.commit(SetAlias(host, "dep", "app.apps.test", NOW, hsts=True))
    store.commit(SetAlias(host, "dep", "app.apps.test", NOW))

    assert route_of(store, host) == ALIAS | {"hsts": True, "version": 2}
    assert changes_of(store, shard_of(host)) == before + 2


def test_a_name_is_either_a_route_or_an_alias_and_keeps_its_certificate(
    store: Any, host: str
) -> None:
    store.commit(a_route(host, node="node_1"))
    store.commit(a_certificate(host, "cd" * 32))

    store.commit(SetAlias(host, "dep", "app.apps.test", NOW))
    alias = route_of(store, host)
    store.commit(a_route(host))

    assert alias == ALIAS | {"certificate": "cd" * 32, "version": 3}
    assert route_of(store, host) == ROUTE | {"certificate": "cd" * 32, "version": 4}


def test_an_unverified_name_never_takes_another_apps_route(store: Any, host: str) -> None:
    store.commit(SetAlias(host, "other", "other.apps.test", NOW))
    before = route_of(store, host)

    with pytest.raises(Taken) as raised:
        store.commit(SetAlias(host, "dep", "app.apps.test", NOW, state="unverified"))

    assert raised.value.error_code == "name_taken"
    assert route_of(store, host) == before


def test_an_unverified_name_is_set_where_nothing_is_or_where_it_was_the_apps_own(
    store: Any, host: str
) -> None:
    waiting = SetAlias(host, "dep", "app.apps.test", NOW, state="unverified")
    store.commit(waiting)
    first = route_of(store, host)
    store.commit(SetAlias(host, "dep", "app.apps.test", NOW))

    store.commit(waiting)

    assert first == ALIAS | {"state": "unverified", "version": 1}
    assert route_of(store, host) == ALIAS | {"state": "unverified", "version": 3}


def test_a_verified_name_takes_its_route_whosever_it_was(store: Any, host: str) -> None:
    store.commit(SetAlias(host, "other", "other.apps.test", NOW, state="unverified"))

    store.commit(SetAlias(host, "dep", "app.apps.test", NOW))

    assert route_of(store, host) == ALIAS | {"version": 2}


def test_a_route_is_removed_only_from_the_app_that_is_named(store: Any, host: str) -> None:
    store.commit(a_route(host))

    store.commit(RemoveRoute(host, of="other"))
    assert route_of(store, host) == ROUTE | {"version": 1}
    store.commit(RemoveRoute(host, of="dep"))
    assert route_of(store, host) is None

    store.commit(RemoveRoute(host, of="dep"))


def test_a_certificate_is_named_by_its_route_and_told_to_both_shards(store: Any, host: str) -> None:
    store.commit(a_route(host))
    before = changes_of(store, shard_of(host)), changes_of(store, CERTIFICATES)

    store.commit(a_certificate(host))

    assert route_of(store, host) == ROUTE | {"certificate": "ab" * 32, "version": 2}
    assert certificate_of(store, host) == ("ab" * 32, "chain", "sealed", "dom_1", "2027")
    after = changes_of(store, shard_of(host)), changes_of(store, CERTIFICATES)
    assert after == (before[0] + 1, before[1] + 1)
    store.commit(a_certificate(host, "cd" * 32))
    assert certificate_of(store, host) == ("cd" * 32, "chain", "sealed", "dom_1", "2027")


def test_a_name_that_leads_nowhere_gets_no_certificate(store: Any, host: str) -> None:
    with pytest.raises(Stale):
        store.commit(a_certificate(host))

    assert route_of(store, host) is None
    assert certificate_of(store, host) is None


@pytest.mark.parametrize(("name", "authority"), [("*.apps.test", ""), (CLIENT_HOST, "ca")])
def test_wildcards_and_the_client_certificate_need_no_route(
    store: Any, name: str, authority: str
) -> None:
    before = changes_of(store, shard_of(name))
    more = (authority,) if authority else ()

    store.commit(a_certificate(name, authority=authority))

    assert certificate_of(store, name) == ("ab" * 32, "chain", "sealed", "dom_1", "2027", *more)
    assert changes_of(store, shard_of(name)) == before + 1
    store.commit(RemoveCertificate(name))
    assert certificate_of(store, name) is None
    assert route_of(store, name) is None


def test_a_certificate_goes_and_its_route_stays(store: Any, host: str) -> None:
    store.commit(a_route(host))
    store.commit(a_certificate(host))

    store.commit(RemoveCertificate(host))

    assert certificate_of(store, host) is None
    assert route_of(store, host) == ROUTE | {"version": 3}
    store.commit(RemoveCertificate(host))
    assert route_of(store, host) == ROUTE | {"version": 3}


def test_a_certificate_that_nobody_has_goes_without_leaving_a_route(store: Any, host: str) -> None:
    store.commit(RemoveCertificate(host))

    assert route_of(store, host) is None


def test_a_route_and_its_certificate_go_together(store: Any, host: str) -> None:
    store.commit(a_route(host))
    store.commit(a_certificate(host))

    store.commit(RemoveRoute(host, of="dep"), RemoveCertificate(host))

    assert route_of(store, host) is None
    assert certificate_of(store, host) is None


def test_a_certificates_key_is_sealed_anew_and_nobody_is_told(store: Any, host: str) -> None:
    label = host.partition(".")[0]
    store.commit(a_route(host))
    store.commit(replace(a_certificate(host), key=f"v1.old-{label}.1.x"))
    before = (changes_of(store, CERTIFICATES), changes_of(store, shard_of(host)))
    [found] = store.certificate_keys((f"old-{label}", "another"), limit=10)
    assert (found.host, found.key, found.bound_to) == (host, f"v1.old-{label}.1.x", "dom_1")

    store.commit(ResealCertificate(host, found.key, f"v1.new-{label}.2.x"))

    assert store.certificate_keys((f"old-{label}",), limit=10) == ()
    certificate = ("ab" * 32, "chain", f"v1.new-{label}.2.x", "dom_1", "2027")
    assert certificate_of(store, host) == certificate
    assert (changes_of(store, CERTIFICATES), changes_of(store, shard_of(host))) == before
    with pytest.raises(Stale):
        store.commit(ResealCertificate(host, found.key, "v1.late.3.x"))
    assert certificate_of(store, host) == certificate


def test_a_certificate_that_went_is_not_sealed_anew(store: Any, host: str) -> None:
    with pytest.raises(Stale):
        store.commit(ResealCertificate(host, "v1.old.1.x", "v1.new.2.x"))

    assert certificate_of(store, host) is None


def test_no_more_keys_are_read_than_asked_for(store: Any, host: str) -> None:
    label = host.partition(".")[0]
    for number in range(3):
        name = f"{number}.{host}"
        store.commit(a_route(name))
        store.commit(replace(a_certificate(name), key=f"v1.{label}.1.x"))

    assert len(store.certificate_keys((label,), limit=2)) == 2


def test_a_challenge_is_answered_and_told_until_it_is_removed(store: Any, host: str) -> None:
    before = changes_of(store, CHALLENGES)

    store.commit(SetChallenge(host, f"{host}.thumb", NOW, EXPIRES))
    assert challenge_of(store, host) == (f"{host}.thumb", EXPIRES)
    store.commit(RemoveChallenge(host))

    assert challenge_of(store, host) is None
    assert changes_of(store, CHALLENGES) == before + 2


def told(host: str) -> list[str]:
    """What the counter of a host's shard tells of the host."""
    counter = item(shard_of(host), COUNTER_HOST) or {}
    said = [str(counter[name]) for name in CHANGES if name in counter]
    return [words for words in said if words.partition(" ")[0] == host]


def test_a_change_is_told_with_its_counter(store: Any, host: str) -> None:
    if isinstance(store, FakeRecords):
        pytest.skip("the twin in memory has no proxies that look at it")

    store.commit(SetRoute(host, "dep", "running", "10.0.0.1", 30000, NOW))
    first = told(host)
    store.commit(RemoveRoute(host))

    assert len(first) == 1
    assert set(told(host)) - set(first)


def test_changes_of_one_shard_that_come_together_are_counted_and_not_told(
    store: Any, host: str
) -> None:
    if isinstance(store, FakeRecords):
        pytest.skip("the twin in memory has no proxies that look at it")
    other = next(n for x in range(999) if shard_of(n := f"{x}.{host}") == shard_of(host))
    before = changes_of(store, shard_of(host))

    store.commit(
        *(SetRoute(name, "dep", "running", "10.0.0.1", 30000, NOW) for name in (host, other))
    )

    assert changes_of(store, shard_of(host)) == before + 1
    assert told(host) == told(other) == []


def test_routes_of_one_shard_change_together_and_are_told_once(store: Any, host: str) -> None:
    shard = shard_of(host)
    same = [one for n in range(500) if shard_of(one := f"{n}.{host}") == shard][:2]
    hosts = [host, *same]
    before = changes_of(store, shard)

    store.commit(*(a_route(one) for one in hosts))

    assert changes_of(store, shard) == before + 1
    assert route_of(store, hosts[2]) == ROUTE | {"version": 1}
    store.commit(*(RemoveRoute(one) for one in hosts))
    assert changes_of(store, shard) == before + 2
    assert [route_of(store, one) for one in hosts] == [None, None, None]
