"""The gateway's meter over HTTP, at the stand-in, and its twin in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.metering.apigate import APIGateMeter
from chalicelib.domain import clock
from chalicelib.domain.errors import MeterInDoubt, MeterUnavailable, NoneCounted, ReportRefused
from chalicelib.ports.metering import DUPLICATE, PROBE, UNTIMELY, Meter
from chalicelib.ports.records import Usage
from tests.fakes.meter import FakeMeter
from tests.local.gateway.rig import METER_KEY, Gateway, gateway, upstreams
from tests.ports import free_port

PATH = "/_internal/meter"
NUMBERS = count(1)


def moment(**off: float) -> str:
    return clock.text_of(datetime.now(UTC) + timedelta(**off))


@dataclass
class Metered:
    """A meter with a user that it knows, what it counted of that user, and its restart."""

    meter: Meter
    user: str
    ids: Callable[[], list[str]]
    restart: Callable[[], Any]

    def used(self, **changes: Any) -> Usage:
        number = f"evt_{next(NUMBERS):020x}"
        given: dict[str, Any] = {"id": number, "user": self.user, "event": "deployment.started"}
        given |= {"resource": "depl_1", "resource_type": "deployment", "at": moment()}
        return Usage(**(given | changes))


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = Path(tmp_path_factory.mktemp("gateway"))
    with upstreams() as behind, gateway(behind, folder) as running:
        yield running


def meter_of(gate: Gateway, key: str = METER_KEY, path: str = PATH) -> APIGateMeter:
    return APIGateMeter(str(gate.http.base_url).rstrip("/") + path, lambda: key)


@pytest.fixture(params=("gateway", "memory"))
def metered(request: Any, gate: Gateway) -> Metered:
    if request.param == "memory":
        fake = FakeMeter(moment, nobodies={"nobody"})
        return Metered(fake, "user", lambda: [row.id for row in fake.rows], fake.restart)
    member, headers = gate.member(), {"X-API-Key": METER_KEY}

    def ids() -> list[str]:
        shown = gate.get(PATH, params={"user_id": member.id}, headers=headers).json()["data"]
        return [one["id"] for one in reversed(shown)]

    def restart() -> None:
        gate.post("/_local/meter/forget")

    return Metered(meter_of(gate), member.id, ids, restart)


def test_events_are_counted(metered: Metered) -> None:
    one, two = metered.used(quantity=0.25, metadata={"k": "v"}), metered.used(event=PROBE, at="")

    assert metered.meter.report([one, two]) == {}
    assert metered.ids() == [one.id, two.id]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"event": "nonsense"}, "invalid_event_type"),
        ({"user": "nobody"}, "user_not_found"),
        ({"at": moment(days=-8)}, UNTIMELY),
        ({"at": moment(days=1)}, UNTIMELY),
        ({"quantity": -1}, "invalid_quantity"),
    ],
)
def test_event_that_is_refused_is_told_beside_one_that_is_counted(
    metered: Metered, wrong: dict[str, Any], code: str
) -> None:
    good, bad = metered.used(), metered.used(**wrong)

    told = metered.meter.report([bad, good])

    assert {one: rejection.code for one, rejection in told.items()} == {bad.id: code}
    assert told[bad.id].detail
    assert metered.ids() == [good.id]


def test_event_is_counted_once(metered: Metered) -> None:
    one, two = metered.used(), metered.used()
    metered.meter.report([one])

    assert metered.meter.report([one, two])[one.id].code == DUPLICATE
    with pytest.raises(NoneCounted):
        metered.meter.report([one])
    assert metered.ids() == [one.id, two.id]


def test_after_a_restart_a_report_with_what_was_counted_is_lost(metered: Metered) -> None:
    old, new = metered.used(), metered.used()
    metered.meter.report([old])
    metered.restart()

    assert metered.meter.report([old, new]) == {}
    assert metered.ids() == [old.id]


@pytest.fixture
def known(gate: Gateway) -> Metered:
    member = gate.member()
    return Metered(meter_of(gate), member.id, list, list)


def fail(gate: Gateway, fault: str, value: Any = None) -> None:
    told = {"call": f"POST {PATH}", "fault": fault, "value": value}
    assert gate.post("/_local/faults", told).status_code == 201


@pytest.mark.parametrize("status", [500, 502, 503, 409, 418, "403 resource"])
def test_answer_that_says_nothing_of_the_events_leaves_them_in_doubt(
    gate: Gateway, known: Metered, status: Any
) -> None:
    fail(gate, "status", status)

    with pytest.raises(MeterInDoubt):
        known.meter.report([known.used()])


@pytest.mark.parametrize("fault", ["drop", "lost_response"])
def test_connection_that_breaks_leaves_them_in_doubt_and_the_next_report_has_another(
    gate: Gateway, known: Metered, fault: str
) -> None:
    event = known.used()
    fail(gate, fault)

    with pytest.raises(MeterInDoubt):
        known.meter.report([event])

    told = known.meter.report([event, known.used()])
    assert {one.code for one in told.values()} <= {DUPLICATE}
    assert bool(told) == (fault == "lost_response")


@pytest.mark.parametrize("status", [429, 404, 405, 400, 413, 422])
def test_gateway_that_takes_nothing_now_has_counted_nothing(
    gate: Gateway, known: Metered, status: int
) -> None:
    fail(gate, "status", status)

    with pytest.raises(MeterUnavailable):
        known.meter.report([known.used()])


def test_report_that_the_gateway_cannot_read_is_refused_as_it_is(known: Metered) -> None:
    with pytest.raises(ReportRefused) as refused:
        known.meter.report([known.used(quantity="many")])

    assert refused.value.error_code == "bad_request"


def test_key_that_opens_nothing_is_told_without_the_key(gate: Gateway, known: Metered) -> None:
    other = gate.key(gate.member(), scopes=["other"])["key"]
    for key in ("ak_" + "0" * 64, other):
        with pytest.raises(MeterUnavailable) as refused:
            meter_of(gate, key).report([known.used()])
        assert key not in str(refused.value)


def test_gateway_that_is_not_there_was_told_nothing(known: Metered) -> None:
    away = APIGateMeter(f"http://127.0.0.1:{free_port()}{PATH}", lambda: METER_KEY)

    with pytest.raises(MeterUnavailable):
        away.report([known.used()])


def test_value_of_another_kind_is_sent_as_text(known: Metered) -> None:
    assert known.meter.report([known.used(metadata={"n": 1})]) == {}
