"""What a deployment used, as a chart shows it."""

from __future__ import annotations

import secrets
from itertools import pairwise

import pytest

from chalicelib.domain import clock
from chalicelib.domain.metrics import Reading, Sample, slices, thinned
from chalicelib.domain.traffic import Part, Taken, traffic_of
from chalicelib.ports.records import TakeTraffic
from chalicelib.runtime import wiring
from tests.functions import things
from tests.functions.asked import asked_of_dynamodb
from tests.functions.checks import Checked

DAY = 86_400
KB = 1024


def present() -> int:
    return clock.seconds_of(wiring.now())


def busy(at: int, since: int, *, service: str = "web", container: int = 1) -> Reading:
    """A container that has used a quarter of a core since it started, and sent 1,000 bytes/s."""
    seconds = at - since
    return Reading(
        *(service, container, 50_000, 262_144, 500, 9),
        *(250 * seconds, 0, 1000 * seconds, 0, 2 * seconds),
    )


def sampled(app: str, samples: list[Sample]) -> None:
    for sample in samples:
        wiring.metrics().add_sample(app, sample)


def rolled_up(app: str, samples: list[Sample]) -> None:
    for part in slices(samples, 900):
        wiring.metrics().add_slice(app, part)


def test_day_is_two_queries_and_a_point_every_five_minutes(here: Checked, owner: str) -> None:
    """A container restarts in the middle: no rate falls below zero."""
    app, now = things.deployment(here, owner), present()
    start, middle = now - DAY - 600, now - DAY // 2
    times = range(start, now, 60)
    since = {at: start if at < middle else middle for at in times}
    sampled(app, [Sample(at, (busy(at, since[at]),), disk_kb=2048) for at in times])

    with asked_of_dynamodb() as asked:
        reply = here.call("GET", f"/deployments/{app}/monitoring/metrics?range=24h", user=owner)

    assert asked == ["GetItem", "Query", "Query"]
    assert reply.body["data"]["type"] == "deployment-metrics"
    shown = reply.attributes
    assert (shown["range"], shown["step_seconds"], len(shown["times"])) == ("24h", 300, 288)
    assert [one["service"] for one in shown["services"]] == ["web"]
    series = shown["services"][0]["series"]
    assert series == shown["whole"]
    around = {clock.text_at(at - at % 300) for at in (middle, middle - 60, middle + 60)}
    for number, at in enumerate(shown["times"][:-1]):
        assert series["cpu_cores"][number] >= 0
        if at not in around:
            assert series["cpu_percent"][number] == 50.0
            assert series["cpu_cores"][number] == 0.25
            assert series["network_tx_bytes_per_second"][number] == 1000
            assert series["network_rx_bytes_per_second"][number] == 0
            assert series["block_write_bytes_per_second"][number] == 2 * KB
        assert series["memory_bytes"][number] == 50_000 * KB
        assert series["memory_limit_bytes"][number] == 262_144 * KB
        assert series["pids"][number] == 9
        assert shown["disk_bytes"][number] == 2048 * KB


def test_month_comes_from_slices_and_loses_nothing(here: Checked, owner: str) -> None:
    app, now = things.deployment(here, owner), present()
    begun = now - now % 10_800 - 3 * DAY
    samples = [Sample(at, (busy(at, begun),)) for at in range(begun, now - 900, 300)]
    rolled_up(app, samples)

    with asked_of_dynamodb() as asked:
        reply = here.call("GET", f"/deployments/{app}/monitoring/metrics?range=30d", user=owner)

    assert asked == ["GetItem", "Query", "Query"]
    shown = reply.attributes
    assert (shown["step_seconds"], len(shown["times"])) == (10_800, 240)
    sent = shown["whole"]["network_tx_bytes_per_second"]
    assert set(sent[:215]) == {None}
    assert {rate for rate in sent if rate is not None} == {1000}
    expected = [part.at for part in thinned(slices(samples, 900), 10_800)]
    assert [at for at, rate in zip(shown["times"], sent, strict=True) if rate is not None] == [
        clock.text_at(at) for at in expected
    ]


@pytest.mark.parametrize(
    ("name", "step", "points"),
    [("1h", 60, 60), ("6h", 120, 180), ("24h", 300, 288), ("7d", 3600, 168), ("30d", 10_800, 240)],
)
def test_chart_has_at_most_300_points_at_even_times(
    here: Checked, owner: str, name: str, step: int, points: int
) -> None:
    app = things.deployment(here, owner)

    reply = here.call("GET", f"/deployments/{app}/monitoring/metrics?range={name}", user=owner)

    shown = reply.attributes
    assert (shown["step_seconds"], len(shown["times"])) == (step, points)
    times = [clock.seconds_of(text) for text in shown["times"]]
    assert {later - earlier for earlier, later in pairwise(times)} == {step}
    assert shown["times"][0] == shown["since"]
    assert times[-1] <= present() < times[-1] + step == clock.seconds_of(shown["until"])
    assert shown["services"] == []
    assert set(shown["whole"]["cpu_cores"]) == set(shown["disk_bytes"]) == {None}
    assert len(shown["disk_bytes"]) == points


def test_hour_is_shown_where_nothing_is_said(here: Checked, owner: str) -> None:
    app, now = things.deployment(here, owner), present()
    web, db = (
        [busy(at, now - 7200, service=service) for at in (now - 120, now - 60)]
        for service in ("web", "db")
    )
    sampled(app, [Sample(now - 120, (web[0],)), Sample(now - 60, (web[1], db[1]))])

    shown = here.call("GET", f"/deployments/{app}/monitoring/metrics", user=owner).attributes

    assert shown["range"] == "1h"
    at = shown["times"].index(clock.text_at((now - 60) - (now - 60) % 60))
    cores = {one["service"]: one["series"]["cpu_cores"][at] for one in shown["services"]}
    assert cores["web"] == 0.25
    assert shown["whole"]["cpu_cores"][at] == pytest.approx(cores["web"] + cores["db"])
    assert shown["whole"]["memory_bytes"][at] == 100_000 * KB
    assert [number for number in shown["whole"]["cpu_cores"] if number is not None] == [
        shown["whole"]["cpu_cores"][at]
    ]


def carried(app: str, at: int, seconds: int, row: list[int]) -> None:
    """The proxies carried something until a moment."""
    traffic = traffic_of(row)
    taken = Taken("somebody", 1, traffic)
    part = Part(at, seconds, traffic, secrets.randbits(32))
    wiring.records().commit(TakeTraffic(app, secrets.token_hex(16), taken, None, part))


ROW = [600, 60_000, 6_000_000, 0, 540, 30, 24, 6, 0, 0, 300, 240, 0, 0, 0, 0, 54, 0, 0, 6]
"""600 requests: most answered with 200, half of them within 10 to 25 ms."""


@pytest.mark.parametrize("name", ["1h", "6h", "24h", "7d", "30d"])
def test_traffic_is_shown_in_every_range(here: Checked, owner: str, name: str) -> None:
    app, now = things.deployment(here, owner), present()
    at = now - 1200
    carried(app, at, 300, ROW)
    carried(app, at, 300, ROW)

    reply = here.call("GET", f"/deployments/{app}/monitoring/metrics?range={name}", user=owner)

    shown = reply.attributes
    traffic, step = shown["traffic"], shown["step_seconds"]
    assert {len(series) for series in traffic.values()} == {len(shown["times"])}

    def total(series: str) -> float:
        return sum(rate or 0 for rate in traffic[series]) * step

    assert total("requests_per_second") == pytest.approx(1200, rel=0.001)
    assert total("bytes_in_per_second") == pytest.approx(120_000, rel=0.001)
    assert total("bytes_out_per_second") == pytest.approx(12_000_000, rel=0.001)
    classes = [total(f"status_{first}xx_per_second") for first in range(1, 6)]
    assert classes == pytest.approx([0, 1080, 60, 48, 12], abs=step * 0.001)
    busy = max(range(len(shown["times"])), key=lambda n: traffic["requests_per_second"][n] or 0)
    assert traffic["latency_ms_p50"][busy] == 25
    assert traffic["latency_ms_p95"][busy] == 1833.3
    assert traffic["latency_ms_p99"][busy] == 2500


def test_traffic_is_spread_over_its_steps_and_unknown_at_the_end(here: Checked, owner: str) -> None:
    app, now = things.deployment(here, owner), present()
    minute = now - now % 60 - 1800
    carried(app, minute, 300, ROW)

    shown = here.call("GET", f"/deployments/{app}/monitoring/metrics", user=owner).attributes

    rates = dict(zip(shown["times"], shown["traffic"]["requests_per_second"], strict=True))
    busy = [at for at, rate in rates.items() if rate]
    assert busy == [clock.text_at(minute - 60 * n) for n in (5, 4, 3, 2, 1)]
    assert {rates[at] for at in busy} == {2.0}
    quiet = shown["times"].index(clock.text_at(minute))
    assert shown["traffic"]["requests_per_second"][quiet] == 0
    assert shown["traffic"]["latency_ms_p50"][quiet] is None
    assert shown["traffic"]["requests_per_second"][-1] is None


@pytest.mark.parametrize("query", ["range=2h", "range=", "range=1h&range=6h", "limit=1"])
def test_other_ranges_are_refused(here: Checked, owner: str, query: str) -> None:
    app = things.deployment(here, owner)

    reply = here.call("GET", f"/deployments/{app}/monitoring/metrics?{query}", user=owner)

    assert reply.status == 400
    assert reply.body["errors"][0]["source"] == {"parameter": query.partition("=")[0]}
