"""The certificate of the apps' domain, proven in its zone."""

from __future__ import annotations

import pytest

from chalicelib.domain.errors import ZoneRefused
from chalicelib.domain.routes import CERTIFICATES
from chalicelib.runtime import wiring
from chalicelib.services.domains import certifying
from tests.statemachines.certifying import WHOLE, again, settled
from tests.world import World, _of_routes


@pytest.fixture
def zone(here: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An installation that may write in its zone."""
    known = wiring.settings().model_copy(update={"dns_updates": "route53:Z1"})
    monkeypatch.setattr(wiring, "settings", lambda: known)
    here.authority.answers = _InZone(here)

    def told(name: str, texts: list[str]) -> None:
        here.dns.says(name, "TXT", *texts)

    here.zones.told = told
    return here


class _InZone:
    """What the zone says, by the token whose answer it is."""

    def __init__(self, here: World) -> None:
        self.here = here

    def get(self, token: str) -> str | None:
        texts = self.here.zones.texts.get("_acme-challenge.apps.test", [])
        return f"{token}.thumb" if f"{token}.thumb" in texts else None


def test_wildcard_is_proven_in_the_zone(zone: World) -> None:
    begun = certifying.tend_wildcard(wiring)
    assert begun is not None

    found = settled(begun.id)

    assert zone.states_of(found.id) == WHOLE
    host = "*.apps.test"
    assert found.attributes["hostname"] == host
    assert found.attributes["certificate"]["fingerprint"] == _of_routes(
        CERTIFICATES, host, "fingerprint"
    )
    assert zone.zones.texts == {"_acme-challenge.apps.test": []}
    again = certifying.tend_wildcard(wiring)
    assert again is not None
    assert (again.id, again.generation) == (found.id, 1), "there is one record, and it is not due"


def test_zone_that_refuses_is_told(zone: World) -> None:
    zone.zones.fails = [ZoneRefused("The name server refuses the update: NOTAUTH.")] * 9
    begun = certifying.tend_wildcard(wiring)
    assert begun is not None

    found = settled(begun.id)

    assert found.attributes["certificate_error_code"] == "zone_refused"
    assert "NOTAUTH" in found.attributes["certificate_error"]
    zone.zones.fails.clear()
    assert again(zone, found.id).attributes["certificate"]


def test_installation_without_a_zone_has_no_wildcard(here: World) -> None:
    assert certifying.tend_wildcard(wiring) is None
