"""Secrets sealed anew: none lost, none in the way of a reader, a bounded bite at a time."""

from __future__ import annotations

from typing import Any
from unittest import mock

import boto3
import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.adapters.secrets.kms import KMSSeal
from chalicelib.domain.errors import Unavailable
from chalicelib.domain.routes import CERTIFICATE_KEY
from chalicelib.ports.records import Change
from chalicelib.ports.route_writes import SetCertificate
from chalicelib.ports.secrets import mark_of
from chalicelib.runtime import wiring
from functions.schedules import reseal_secrets
from tests.functions import things
from tests.functions.checks import TOKEN, Checked
from tests.permissions import DOING

LONG_AGO = 1_700_000_000


@pytest.fixture(autouse=True)
def _nothing_else(here: Checked) -> None:
    for item in boto3.client("dynamodb").scan(TableName="test-resources")["Items"]:
        boto3.client("dynamodb").delete_item(TableName="test-resources", Key={"id": item["id"]})
    dynamodb_backends["123456789012"]["us-east-1"].tables["test-routes"].items.clear()


def run(bite: int = 100) -> dict[str, int]:
    """Run the function; what it does without declaring it shows as a trespass."""
    [declaration] = reseal_secrets.handler.declarations
    token = DOING.set(("reseal_secrets", declaration))
    try:
        with mock.patch.object(reseal_secrets, "BITE", bite):
            return reseal_secrets.handler({}, None)
    finally:
        DOING.reset(token)


def sealing(seal: KMSSeal) -> Any:
    return mock.patch.object(wiring, "seal", return_value=seal)


def a_seal(key: str, *, retiring: tuple[str, ...] = (), at: float | None = None) -> KMSSeal:
    named: dict[str, Any] = {"retiring": retiring}
    if at is not None:
        named["now"] = lambda: at
    return KMSSeal(boto3.client("kms"), key, "test", **named)


@pytest.fixture
def keys() -> tuple[str, str]:
    """Two KMS keys."""
    client = boto3.client("kms")
    first, second = (client.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    return first, second


def token_of(record_id: str, seal: KMSSeal) -> str:
    record = wiring.records().get(record_id)
    assert record is not None
    return seal.open(record.sealed["credentials"], record=record_id, field="credentials")


def made(here: Checked, owner: str, seal: KMSSeal, number: int = 1) -> list[str]:
    with sealing(seal):
        return [things.credential(here, owner) for _ in range(number)]


def test_fresh_secrets_are_left_alone(here: Checked, owner: str) -> None:
    things.credential(here, owner)

    assert run() == {}


def test_old_secret_gets_a_new_data_key(here: Checked, owner: str, keys: tuple[str, str]) -> None:
    [credential] = made(here, owner, a_seal(keys[0], at=LONG_AGO))
    before = wiring.records().get(credential)
    seal = a_seal(keys[0])

    with sealing(seal):
        assert run() == {"renewed": 1}
        assert run() == {}

    after = wiring.records().get(credential)
    assert before is not None
    assert after is not None
    assert after.sealed["credentials"].split(".")[3] != before.sealed["credentials"].split(".")[3]
    assert TOKEN in token_of(credential, seal)


def test_secrets_move_to_another_key_while_everybody_reads(
    here: Checked, owner: str, keys: tuple[str, str]
) -> None:
    old, new = keys
    credentials = made(here, owner, a_seal(old), 5)
    both = a_seal(new, retiring=(old,))

    with sealing(both):
        for left in (3, 1, 0):
            run(bite=2)
            assert all(TOKEN in token_of(record_id, both) for record_id in credentials)
            under = wiring.records().sealed_under(both.retiring[0], before=2**40, limit=100)
            assert len(under) == left
        assert run() == {}

    alone = a_seal(new)
    assert all(TOKEN in token_of(record_id, alone) for record_id in credentials)


def test_no_run_takes_more_than_its_bite(here: Checked, owner: str, keys: tuple[str, str]) -> None:
    made(here, owner, a_seal(keys[0], at=LONG_AGO), 5)
    with sealing(a_seal(keys[1], retiring=(keys[0],))):
        assert [sum(run(bite=2).values()) for _ in range(4)] == [2, 2, 1, 0]


def test_run_that_dies_in_the_middle_loses_nothing(
    here: Checked, owner: str, keys: tuple[str, str]
) -> None:
    old, new = keys
    credentials = made(here, owner, a_seal(old), 3)
    both = a_seal(new, retiring=(old,))
    for dying in ("seal", "change"):
        with sealing(both), _dies_at(dying, both), pytest.raises(Unavailable):
            run()
        assert all(TOKEN in token_of(record_id, both) for record_id in credentials)

    with sealing(both):
        assert sum(run().values()) > 0
        assert run() == {}
    assert all(TOKEN in token_of(record_id, a_seal(new)) for record_id in credentials)


def _dies_at(what: str, seal: KMSSeal) -> Any:
    """Let the first succeed and the second die."""
    on: Any = seal if what == "seal" else wiring.records()
    done, real = [], getattr(on, what)

    def once(*given: Any, **named: Any) -> Any:
        if done:
            raise Unavailable("gone")
        done.append(True)
        return real(*given, **named)

    return mock.patch.object(on, what, once)


def test_secret_that_is_replaced_meanwhile_is_kept(
    here: Checked, owner: str, keys: tuple[str, str]
) -> None:
    [credential] = made(here, owner, a_seal(keys[0], at=LONG_AGO))
    seal = a_seal(keys[0])
    real = seal.open

    def replaced(sealed: str, *, record: str, field: str) -> str:
        clear = real(sealed, record=record, field=field)
        stored = wiring.records().get(record)
        assert stored is not None
        mine = seal.seal('{"api_token": "replaced"}', record=record, field=field)
        wiring.records().change(Change(of=stored, sealed={field: mine}))
        return clear

    with sealing(seal), mock.patch.object(seal, "open", replaced):
        assert run() == {"changed_meanwhile": 1}

    assert "replaced" in token_of(credential, seal)


def test_secret_that_opens_nowhere_keeps_no_other_one_waiting(
    here: Checked, owner: str, keys: tuple[str, str]
) -> None:
    seal = a_seal(keys[0], at=LONG_AGO)
    broken, good = made(here, owner, seal, 2)
    stored = wiring.records().get(good)
    assert stored is not None
    things.put(broken, sealed=stored.sealed)

    with sealing(a_seal(keys[0])):
        assert run() == {"broken": 1, "renewed": 1}
        assert run() == {}
    assert TOKEN in token_of(good, a_seal(keys[0]))


def certified(seal: KMSSeal, *hosts: str) -> None:
    """Have certificates for names, with keys that say whose they are."""
    for host in hosts:
        key = seal.seal(f"key of {host}", record="dom_1", field=CERTIFICATE_KEY)
        given = SetCertificate(f"*.{host}", "ab" * 32, "chain", key, "dom_1", "2027", "2026")
        wiring.records().commit(given)


def keys_of_certificates(seal: KMSSeal) -> set[str]:
    """What keys of certificates are, those that this seal made."""
    found = wiring.records().certificate_keys((seal.key,), limit=100)
    return {seal.open(one.key, record=one.bound_to, field=CERTIFICATE_KEY) for one in found}


def test_keys_of_certificates_move_to_another_key_while_the_proxies_read(
    keys: tuple[str, str],
) -> None:
    old, new = keys
    certified(a_seal(old), "a.test", "b.test", "c.test")
    both, alone = a_seal(new, retiring=(old,)), a_seal(new)

    with sealing(both):
        assert run(bite=2) == {"renewed_certificate": 2}
        assert len(keys_of_certificates(both)) == 2
        assert run(bite=2) == {"renewed_certificate": 1}
        assert run(bite=2) == {}

    assert keys_of_certificates(alone) == {f"key of {name}.test" for name in "abc"}


def test_keys_of_certificates_are_left_alone_while_no_key_retires(keys: tuple[str, str]) -> None:
    certified(a_seal(keys[0], at=LONG_AGO), "a.test")

    with sealing(a_seal(keys[0])):
        assert run() == {}


def test_certificate_that_opens_nowhere_keeps_no_other_one_waiting(keys: tuple[str, str]) -> None:
    old, new = keys
    certified(a_seal(old), "b.test")
    stolen = a_seal(old).seal("x", record="another", field=CERTIFICATE_KEY)
    wiring.records().commit(
        SetCertificate("*.a.test", "ab" * 32, "chain", stolen, "dom_1", "2027", "2026")
    )

    with sealing(a_seal(new, retiring=(old,))):
        assert run() == {"broken_certificate": 1, "renewed_certificate": 1}
        assert run() == {"broken_certificate": 1}


def test_certificate_that_is_renewed_meanwhile_is_kept(keys: tuple[str, str]) -> None:
    old, new = keys
    certified(a_seal(old), "a.test")
    both = a_seal(new, retiring=(old,))
    real = both.open

    def renewed(sealed: str, *, record: str, field: str) -> str:
        clear = real(sealed, record=record, field=field)
        certified(both, "a.test")
        return clear

    with sealing(both), mock.patch.object(both, "open", renewed):
        assert run() == {"changed_meanwhile": 1}
    with sealing(both):
        assert run() == {}


def test_what_is_gone_has_no_secrets_left(here: Checked, owner: str) -> None:
    credential = things.credential(here, owner)

    assert here.call("DELETE", f"/cloud_credentials/{credential}", user=owner).status == 204

    stored = boto3.client("dynamodb").get_item(
        TableName="test-resources", Key={"id": {"S": credential}}
    )["Item"]
    assert stored["sealed"] == {"M": {}}
    assert not {"seal_key", "sealed_at"} & stored.keys()


def test_new_records_stand_in_the_index_of_seals(here: Checked, owner: str) -> None:
    with_secret, without = things.ssh_key(here, owner), things.draft(here, owner)

    seal = wiring.seal()
    listed = wiring.records().sealed_under(seal.key, before=2**40, limit=1000)

    assert with_secret in listed
    assert without not in listed
    record = wiring.records().get(with_secret)
    assert record is not None
    mark = mark_of(record.sealed["private_key"])
    assert mark is not None
    assert mark.key == seal.key
