"""Changing how a host name of one's own is served."""

from __future__ import annotations

from chalicelib.ports.records import Change
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.checks import Checked
from tests.functions.names import added, domain_of, proves, route_of, verify

FACTS = {
    "fingerprint": "0" * 64,
    "issuer": "CN=Test",
    "not_before": "2026-01-01T00:00:00.000Z",
    "not_after": "2026-04-01T00:00:00.000Z",
}


def test_hsts_waits_for_a_certificate_and_reaches_the_proxies(here: Checked, owner: str) -> None:
    host = f"hsts.{owner}.example.com"
    app = added(here, owner, host)
    proves(here, app)
    verify(here, app, host, owner)
    path = f"/deployments/{app}/domains/{host}"

    early = here.call("PATCH", path, {"hsts": True}, user=owner, kind="domains")

    assert (early.status, early.codes) == (409, ["no_certificate"])
    wiring.records().commit(Change(of=domain_of(app), attributes={"certificate": FACTS}))
    on = here.call("PATCH", path, {"hsts": True}, user=owner, kind="domains")
    assert (on.status, on.attributes["hsts"]) == (200, True)
    route = route_of(host)
    assert (route["state"], route["hsts"]) == ("alias", True)
    off = here.call("PATCH", path, {"hsts": False}, user=owner, kind="domains")
    assert (off.status, off.attributes["hsts"]) == (200, False)
    assert route_of(host)["hsts"] is False


def test_nothing_else_can_be_changed(here: Checked, owner: str) -> None:
    app = added(here, owner, f"else.{owner}.example.com")
    path = f"/deployments/{app}/domains/else.{owner}.example.com"

    for given in ({"status": "verified"}, {"hsts": True, "certificate": None}):
        assert here.call("PATCH", path, given, user=owner, kind="domains").status in {403, 422}


def test_strangers_and_unknown_names_are_not_there(
    here: Checked, owner: str, stranger: str
) -> None:
    app = added(here, owner, f"mine.{owner}.example.com")
    path = f"/deployments/{app}/domains"

    for name, user in ((f"mine.{owner}.example.com", stranger), ("no.example.com", owner)):
        reply = here.call("PATCH", f"{path}/{name}", {"hsts": False}, user=user, kind="domains")
        assert reply.status == 404
    assert things.deployment(here, owner)
