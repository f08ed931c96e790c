"""What is reserved for records that are gone is given back, a part at every run."""

from __future__ import annotations

import pytest
from moto.dynamodb.models import dynamodb_backends

from chalicelib.ports.records import Count, Reserve
from chalicelib.runtime import settings, wiring
from chalicelib.services.counters import host_key, port_key, slug_key
from chalicelib.services.sweep import scrubbing
from functions.schedules import scrub_reservations
from tests.functions import sweeps, things
from tests.functions.checks import Checked
from tests.permissions import watched_as

NODE = "node_0123456789abcdef"


@pytest.fixture(autouse=True)
def _nothing_reserved(here: Checked) -> None:
    sweeps.forget_state()
    tables = dynamodb_backends["123456789012"]["us-east-1"].tables
    tables["test-reservations"].items.clear()
    tables["test-journal"].items.clear()


def scrub() -> dict[str, int]:
    with watched_as("scrub_reservations", scrub_reservations.handler.declarations[0]):
        return scrub_reservations.handler({}, None)


def reserve(holder: str, *keys: str) -> None:
    wiring.records().commit(*(Reserve(key, holder) for key in keys))


def holder(key: str) -> str | None:
    found = wiring.records().reservation(key)
    return found["holder"] if found else None


def test_what_the_living_hold_stays_and_what_the_dead_hold_goes(here: Checked, owner: str) -> None:
    alive, dead = things.deployment(here, owner), things.deployment(here, owner)
    theirs = [port_key(NODE, 30_001), host_key("dead.apps.test")]
    reserve(alive, port_key(NODE, 30_000), host_key("alive.apps.test"))
    reserve(dead, *theirs)
    wiring.records().commit(Count("capacity#node#cpu", 3))
    things.put(dead, status="deleted", bury=True)

    done = scrub()

    assert done["released"] == 2
    assert [holder(key) for key in theirs] == [None, None]
    assert holder(port_key(NODE, 30_000)) == holder(host_key("alive.apps.test")) == alive
    assert wiring.records().counter("capacity#node#cpu") == 3
    assert scrub()["released"] == 0


def test_slug_of_a_template_that_is_gone_is_given_back(here: Checked, owner: str) -> None:
    template = things.draft(here, owner)
    things.put(template, status="deleted", bury=True)
    key = slug_key("templates", "a-slug")
    reserve(template, key)

    scrub()

    assert holder(key) is None


def test_what_an_unknown_holder_has_is_reported_and_stays(here: Checked) -> None:
    """After a restore it may be an app that runs and is not known any more."""
    reserve("nobody", port_key(NODE, 30_002))

    assert scrub()["without_record"] == 1

    report = wiring.reports().of(scrubbing.SUBJECT)
    assert report is not None
    assert report["keys"] == [{"key": port_key(NODE, 30_002), "holder": "nobody"}]
    assert holder(port_key(NODE, 30_002)) == "nobody"


def test_nothing_is_given_back_while_sweeps_only_report(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = things.deployment(here, owner)
    reserve(dead, port_key(NODE, 30_003))
    things.put(dead, status="deleted", bury=True)
    monkeypatch.setenv("HOSTER_EPOCH", "2")
    settings.settings.cache_clear()

    scrub()

    report = wiring.reports().of(scrubbing.SUBJECT)
    monkeypatch.undo()
    settings.settings.cache_clear()
    assert report is not None
    assert (report["report_only"], report["to_release"], report["released"]) == (True, 1, 0)
    assert holder(port_key(NODE, 30_003)) == dead


def test_walk_goes_on_where_the_run_before_ended(
    here: Checked, owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = things.deployment(here, owner)
    keys = [port_key(NODE, 30_100 + number) for number in range(25)]
    reserve(dead, *keys)
    things.put(dead, status="deleted", bury=True)
    monkeypatch.setattr(scrubbing, "PAGE", 4)
    monkeypatch.setattr(scrub_reservations, "PAGES", 2)

    runs = 0
    while any(holder(key) for key in keys):
        first = scrub()
        runs += 1
        assert first["looked_at"] <= 8 * runs
        assert runs < 20

    assert runs > 1
