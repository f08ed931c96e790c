"""The installation's authority: made once, and what it issues."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from chalicelib.domain import clock, doors
from chalicelib.domain.errors import Conflict, Stale
from chalicelib.domain.routes import CERTIFICATE_KEY, CLIENT_HOST
from chalicelib.ports.records import Create
from chalicelib.ports.route_writes import SetCertificate
from chalicelib.services.doors import authority
from infra.faults.simulated.ports import OpenSeal
from tests.fakes.records import FakeRecords

NOW = "2026-02-01T00:00:00.000Z"
NODE = "node_0A1b"


@dataclass
class Rig:
    at: str = NOW
    store: FakeRecords = field(init=False)
    given: list[SetCertificate] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = FakeRecords(lambda: self.at)
        commit = self.store.commit

        def seen(*writes: Any) -> None:
            commit(*writes)
            self.given += [one for one in writes if isinstance(one, SetCertificate)]

        self.store.commit = seen  # type: ignore[method-assign]

    def records(self) -> FakeRecords:
        return self.store

    def seal(self) -> OpenSeal:
        return OpenSeal()

    def settings(self) -> Any:
        return SimpleNamespace(installation="test")

    def now(self) -> str:
        return self.at

    def later(self, days: float) -> None:
        self.at = clock.text_of(clock.moment_of(NOW) + doors.timedelta(days=days))


@pytest.fixture
def rig() -> Any:
    return Rig()


def certificate(pem: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem.encode())


def uses(pem: str) -> list[Any]:
    found = certificate(pem).extensions.get_extension_for_oid(ExtensionOID.EXTENDED_KEY_USAGE)
    return list(found.value)  # type: ignore[call-overload]


def test_authority_is_made_once_and_its_key_opens_for_its_record_alone(rig: Any) -> None:
    first, second = authority.authority(rig), authority.authority(rig)

    assert first.pem == second.pem
    record = rig.store.get(doors.AUTHORITY)
    assert "PRIVATE" not in str(record.attributes)
    with pytest.raises(Conflict):
        OpenSeal().open(record.sealed[authority.KEY], record="other", field=authority.KEY)


def test_of_two_who_make_it_at_once_both_have_the_same(rig: Any) -> None:
    commit = rig.store.commit

    def overtaken(*writes: Any) -> None:
        rig.store.commit = commit
        other = authority.authority(rig)
        assert isinstance(writes[0], Create)
        assert other.record.id == writes[0].record.id
        raise Stale("It is there.")

    rig.store.commit = overtaken

    found = authority.authority(rig)

    assert found.pem == rig.store.get(doors.AUTHORITY).attributes["certificate"]
    assert certificate(found.pem).public_key() == found.key.public_key()


def test_door_serves_for_its_names_and_a_caller_calls(rig: Any) -> None:
    by = authority.authority(rig)

    door, caller = authority.for_door(rig, by, NODE), authority.for_caller(rig, by, "proxy", 90)

    certificate(door.chain).verify_directly_issued_by(certificate(by.pem))
    certificate(caller.chain).verify_directly_issued_by(certificate(by.pem))
    names = certificate(door.chain).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == [
        "node-0a1b.nodes.hoster",
        "*.node-0a1b.nodes.hoster",
    ]
    assert uses(door.chain) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert uses(caller.chain) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert clock.seconds_between(NOW, door.until) == 397 * 86_400
    assert clock.seconds_between(NOW, caller.until) == 90 * 86_400
    assert "PRIVATE" not in f"{by} {door} {caller} {authority.own_card(rig)}"


def test_proxies_get_another_certificate_with_thirty_days_left(rig: Any) -> None:
    assert not authority.renew_client(rig)
    by = authority.authority(rig)
    assert authority.renew_client(rig)
    assert not authority.renew_client(rig)
    rig.later(59.9)
    assert not authority.renew_client(rig)
    rig.later(60.1)
    assert authority.renew_client(rig)

    first, second = rig.given
    assert first.fingerprint != second.fingerprint
    for one in rig.given:
        assert (one.host, one.authority, one.bound_to) == (CLIENT_HOST, by.pem, doors.AUTHORITY)
        key = OpenSeal().open(one.key, record=one.bound_to, field=CERTIFICATE_KEY)
        assert key.startswith("-----BEGIN PRIVATE KEY")


def test_own_card_is_kept_while_it_lives_and_made_anew_for_another_authority(rig: Any) -> None:
    first = authority.own_card(rig)

    assert authority.own_card(rig) is first
    rig.later(0.97)
    assert authority.own_card(rig) is not first
    other: Any = Rig()
    assert authority.own_card(other).authority != first.authority
