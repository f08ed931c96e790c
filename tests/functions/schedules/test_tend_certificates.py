"""The wildcard certificate, and how long certificates are valid still."""

from __future__ import annotations

from typing import Any

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.domain import clock
from chalicelib.domain.certificates import later
from chalicelib.ports.records import Create, Record
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying
from functions.schedules import tend_certificates
from tests.world import World


def certified(number: int, days: float, status: str = "verified", **more: Any) -> None:
    """A domain whose certificate is valid for so many days still."""
    now = wiring.now()
    facts = {
        "fingerprint": "0" * 64,
        "issuer": "CN=Test",
        "not_before": later(now, (days - 90) * 86_400),
        "not_after": later(now, days * 86_400),
    }
    record_id = f"dom_{number:016x}"
    attributes = {
        "hostname": f"{record_id[4:]}.example.com",
        "type": "custom",
        "certificate": facts,
        "due_at": later(now, number),
        **more,
    }
    domain = Record(record_id, "domains", "user-a", status, now, now, attributes=attributes)
    wiring.records().commit(Create(domain))


@pytest.fixture(autouse=True)
def _alone(house: World) -> None:
    """Each test counts over all domains that there are."""
    for table in dynamodb_backends["123456789012"]["us-east-1"].tables.values():
        table.items.clear()


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    told: dict[str, int] = {}
    monkeypatch.setattr(tend_certificates, "count", lambda **given: told.update(given))
    return told


def test_certificate_that_ends_first_is_told(
    here: World, counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certifying, "PAGE", 2)
    for number, days in enumerate((80, 41, 13.5, 66, 59, 30, 25, 71, 44)):
        certified(number, days)

    said = tend_certificates.handler({}, None)

    assert counted == {"CertificateDaysLeft": 13}
    assert said["wildcard"] is None


def test_names_whose_owners_stand_in_the_way_hide_nobody_elses(
    here: World, counted: dict[str, int]
) -> None:
    certified(1, 40.5)
    certified(2, 3, certificate_error_code="preflight_failed")
    certified(3, 4, certificate_error_code="caa_forbids")
    certified(4, 5, "failing")
    certified(5, 20.5, certificate_error_code="authority_refused")
    certified(6, 33.5, type="wildcard", certificate_error_code="preflight_failed")

    tend_certificates.handler({}, None)

    assert counted == {"CertificateDaysLeft": 20, "WildcardDaysLeft": 33}


def test_nothing_is_told_where_there_is_no_certificate(
    here: World, counted: dict[str, int]
) -> None:
    assert tend_certificates.handler({}, None) == {"wildcard": None, "days_left": {}}
    assert counted == {}


def test_wildcard_is_asked_for_where_a_zone_can_be_written(
    here: World, counted: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: Any = wiring.settings().model_copy(update={"dns_updates": "route53:Z1"})
    monkeypatch.setattr(wiring, "settings", lambda: known)

    said = tend_certificates.handler({}, None)

    wildcard = wiring.records().get(said["wildcard"])
    assert wildcard is not None
    assert (wildcard.attributes["hostname"], wildcard.generation) == ("*.apps.test", 1)
    assert clock.seconds_between(wildcard.created_at, wiring.now()) < 60
