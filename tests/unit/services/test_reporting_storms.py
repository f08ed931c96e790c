"""Whatever fails, dies and forgets, in any order: no event is lost, and none is counted twice.

What nobody can know by the gateway's contract is left out, and stands in `test_reporting.py`:
whether a doubtful event was counted whose user is gone since, or that a restarted gateway finds
too old. An event that is given up because the meter failed at it again and again is kept as such,
whether it was counted or not.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.ports.metering import PROBE
from chalicelib.ports.records import Usage
from chalicelib.services.metering.reporting import MOST_TRIES
from tests.unit.services.reporting_rig import Died, Rig

FATES = (
    "well",
    "unreached",
    "throttled",
    "dropped",
    "restarted",
    "unanswered",
    "unanswered_restarted",
    "dies_before",
    "dies_after",
)
KINDS = ("good", "wrong", "nobody", "unreadable", "deadly")
STORMS = st.lists(
    st.tuples(
        st.lists(st.sampled_from(KINDS), max_size=6),
        st.lists(st.sampled_from(FATES), max_size=8),
        st.none() | st.integers(1, 12),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)
"""For each run: what is put, how reports fare, where it dies, whether the gateway restarts."""


def put(rig: Rig, kind: str, number: int) -> Usage:
    if kind == "nobody":
        return rig.put("nobody")
    event = rig.put(f"user-{number % 3}", **({"event": "nonsense"} if kind == "wrong" else {}))
    if kind == "unreadable":
        rig.meter.unreadable.add(event.id)
    if kind == "deadly":
        rig.meter.deadly.add(event.id)
    return event


def one_run(rig: Rig, fates: list[str], dies_at: int | None) -> None:
    rig.crossings, rig.dies_at = 0, dies_at
    try:
        rig.run(*fates)
    except Died:
        rig.pass_time(130)


@settings(max_examples=150, deadline=None)
@given(STORMS)
def test_every_event_is_judged_once_and_counted_once_at_most(
    storm: list[tuple[list[str], list[str], int | None, bool]],
) -> None:
    rig = Rig()
    rig.meter.nobodies = {"nobody"}
    events: list[tuple[str, Usage]] = []
    for kinds, fates, dies_at, restarts in storm:
        events += [(kind, put(rig, kind, number)) for number, kind in enumerate(kinds)]
        one_run(rig, fates, dies_at)
        if restarts:
            rig.meter.restart()

    rig.calm()

    assert not rig.store.outbox
    codes = {"wrong": "invalid_event_type", "nobody": "user_not_found", "unreadable": "bad_request"}
    for kind, event in events:
        told, counted = rig.told(event), rig.counted(event)
        refusal = told.rejection.code if told.rejection else None
        if kind == "deadly" or refusal == "undeliverable":
            assert refusal == "undeliverable"
            assert counted <= 1
            assert sum(event.id in sent for sent in rig.way.sent) >= MOST_TRIES
        elif kind == "good":
            assert (told.status, counted) == ("delivered", 1)
        else:
            assert (refusal, counted) == (codes[kind], 0)
    others = {row.event for row in rig.meter.rows} - {"deployment.started"}
    assert others <= {PROBE}
