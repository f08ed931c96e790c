"""Servers held against records: what is found, and what is never done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import clock
from chalicelib.domain.sweep import (
    DESTROYED,
    Comparison,
    Evidence,
    Finding,
    Order,
    Scope,
    Standing,
    compare,
    is_ours,
    record_of,
    unlisted,
)

HERE, LAG = "test", 60.0
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
OLD = clock.text_of(NOON - timedelta(days=2))
RECORDS = tuple(f"prov_{number:016x}" for number in range(4))
OURS = f"hoster-{HERE}"


def at(seconds: float) -> str:
    return clock.text_of(NOON + timedelta(seconds=seconds))


def tag(record: str, installation: str = HERE) -> str:
    return f"{installation}-{record}"


def standing(server: str, record: str, **changes: object) -> Standing:
    given = {"tags": (tag(record), OURS), "created_at": OLD} | changes
    return Standing(server, f"name-{server}", **given)  # type: ignore[arg-type]


def order(record: str = RECORDS[0], **changes: object) -> Order:
    given = {"status": "ready", "changed_at": OLD} | changes
    return Order(record, "server-1", **given)  # type: ignore[arg-type]


def scope(seconds: float = 0.0, **changes: object) -> Scope:
    given = {"repairs": True} | changes
    return Scope(HERE, at(seconds), LAG, **given)  # type: ignore[arg-type]


def told(found: Comparison) -> list[tuple[str, str | None, str]]:
    return [(one.kind, one.server.id if one.server else None, one.repair) for one in found.findings]


def of(
    *things: Standing | Order, evidence: dict[str, Evidence] | None = None, **scoped: object
) -> list[tuple[str, str | None, str]]:
    servers = [thing for thing in things if isinstance(thing, Standing)]
    orders = [thing for thing in things if isinstance(thing, Order)]
    return told(compare(servers, orders, evidence or {}, scope(**scoped)))  # type: ignore[arg-type]


A = RECORDS[0]
GONE: dict[str, Evidence] = {A: "gone"}


def test_server_that_its_record_knows_is_nothing_to_tell() -> None:
    assert of(standing("1", A), order(server="1")) == []


def test_server_without_a_record_is_told_and_left_alone() -> None:
    assert of(standing("1", A)) == [("orphan", "1", "")]
    assert of(standing("1", A, tags=(OURS,))) == [("orphan", "1", "")]
    assert of(standing("1", A, tags=(OURS, tag(A), tag(RECORDS[1]))), order()) == [
        ("orphan", "1", "")
    ]


@pytest.mark.parametrize(
    "tags", [(OURS,), (OURS, tag(A), tag(RECORDS[1])), (OURS, tag(RECORDS[1]))]
)
@pytest.mark.parametrize("others", ["ready", "failed", DESTROYED])
def test_server_that_a_record_has_written_down_is_its_whatever_its_tags_say(
    tags: tuple[str, ...], others: str
) -> None:
    """Tags are lost and changed at the provider by anybody who may."""
    made = standing("1", A, tags=tags)

    assert of(made, order(server="1"), order(RECORDS[1], status=others)) == []
    assert of(made, order(server="1", status="failed"), order(RECORDS[1], status=others)) == [
        ("waiting", "1", "")
    ]


def test_server_of_a_destroyed_record_is_destroyed_as_often_as_it_returns() -> None:
    gone = order(status=DESTROYED, changed_at=at(-1))

    assert of(standing("1", A), standing("2", A), gone) == [
        ("returned", "1", "destroy"),
        ("returned", "2", "destroy"),
    ]


def test_failed_record_without_server_gets_the_oldest_of_its_tag() -> None:
    later = standing("1", A, created_at=at(-3600))

    assert of(later, standing("2", A), order(status="failed")) == [
        ("adopted", "2", "adopt"),
        ("extra", "1", "destroy"),
    ]


def test_second_server_of_a_record_goes_whichever_is_older() -> None:
    later = standing("2", A, created_at=at(-3600))

    assert of(standing("1", A), later, order(server="2")) == [("extra", "1", "destroy")]


def test_second_server_stays_while_the_recorded_one_leaves() -> None:
    assert of(standing("1", A), standing("2", A, leaving=True), order(server="2")) == []


def test_failed_record_with_a_server_is_told_since_that_costs_money() -> None:
    assert of(standing("1", A), order(server="1", status="failed")) == [("waiting", "1", "")]


def test_record_whose_server_is_gone_ends_after_two_sweeps() -> None:
    first = of(order(server="1"), evidence=GONE)
    too_soon = of(order(server="1", missing_since=at(-10)), evidence=GONE)
    second = of(order(server="1", missing_since=at(-300)), evidence=GONE)

    assert first == [("missing", None, "mark")]
    assert too_soon == [("missing", None, "")]
    assert second == [("gone", None, "end")]


def test_record_whose_server_answers_does_not_end_whatever_the_provider_says() -> None:
    """An incident at the provider, or a server that was moved to another project."""
    answering = order(server="1", missing_since=at(-300), seen_at=at(-10))
    silent = order(server="1", missing_since=at(-300), seen_at=at(-310))

    assert of(answering, evidence=GONE) == [("missing", None, "")]
    assert of(silent, evidence=GONE) == [("gone", None, "end")]


def test_record_whose_server_is_seen_again_is_missing_no_more() -> None:
    missing = order(server="1", missing_since=at(-300))

    found = compare([standing("1", A)], [missing], {}, scope())

    assert (told(found), [one.repair for one in found.repairs]) == ([], ["unmark"])
    assert [one.repair for one in compare([], [missing], {A: "there"}, scope()).repairs] == [
        "unmark"
    ]


def test_server_that_another_account_does_not_know_is_not_gone() -> None:
    missing = order(server="1", missing_since=at(-300))

    assert of(missing, evidence={A: "stranger"}) == [("unproven", None, "")]
    assert of(missing) == []


def test_failed_record_goes_on_with_another_server_of_its_tag() -> None:
    failed = order(server="1", status="failed")

    assert of(standing("2", A), failed, evidence=GONE) == [("adopted", "2", "adopt")]


def test_ready_record_never_becomes_that_of_a_server_on_which_nothing_was_set_up() -> None:
    assert of(standing("2", A), order(server="1"), evidence=GONE) == [("missing", None, "mark")]


@pytest.mark.parametrize("status", ["ready", "failed", "configuring", "destroying"])
def test_what_a_machine_works_on_is_left_to_it(status: str) -> None:
    busy = order(server="1", status=status, working=True)

    assert of(standing("2", A), standing("3", A), busy, evidence=GONE) == []


def test_work_beyond_its_budget_and_work_that_nobody_does_are_told() -> None:
    assert of(order(status="creating", working=True, stuck=True)) == [("stuck", None, "")]
    assert of(order(status="creating")) == [("stuck", None, "")]
    assert of(order(status="creating", changed_at=at(-5))) == []


def test_nothing_fresh_is_judged() -> None:
    """A provider may not show what was just made, nor a record what is about to be written."""
    new = standing("2", A, created_at=at(-30))

    assert of(standing("1", A), new, order(server="1")) == []
    assert of(standing("1", A), order(status="failed", changed_at=at(-30))) == []
    assert of(order(server="1", changed_at=at(-30)), evidence=GONE) == []
    assert unlisted([], [order(server="1", changed_at=at(-30))], scope()) == []


def test_what_another_credential_answers_for_is_left_to_it() -> None:
    assert of(standing("1", A), standing("2", A), order(server="1", own=False)) == []


def test_records_of_a_region_that_could_not_be_listed_are_not_judged() -> None:
    scoped = scope(unlisted=frozenset({"eu-west-1"}))
    far = order(server="1", region="eu-west-1")

    assert compare([], [far], GONE, scoped) == Comparison()
    assert unlisted([], [far], scoped) == []


def test_report_tells_what_would_be_done() -> None:
    found = compare([standing("1", A)], [order(status=DESTROYED)], {}, scope(repairs=False))

    assert told(found) == [("returned", "1", "destroy")]
    assert found.repairs == ()


@pytest.mark.parametrize(
    "tags",
    [
        (OURS, "hoster-other", tag(A)),
        (OURS, tag(A), tag(A, "other")),
        (tag(A),),
        ("hoster-other", tag(A, "other")),
        ("hoster-test2", tag(A, "test2")),
    ],
)
def test_server_that_another_installation_tagged_is_never_touched(tags: tuple[str, ...]) -> None:
    assert of(standing("1", A, tags=tags), order(status=DESTROYED)) == [("unclear", "1", "")]


def test_tags_of_an_installation_that_is_called_hoster_are_its_own() -> None:
    server = standing("1", A, tags=("hoster-hoster", f"hoster-{A}", "mine"))

    assert is_ours(server, "hoster")
    assert record_of(server, "hoster") == A


# Whatever stands there, and whatever is recorded --------------------------------------------

moments = st.sampled_from([OLD, at(-3600), at(-30), "2026-1"])
tags = st.lists(
    st.sampled_from([OURS, "hoster-other", "mine", *map(tag, RECORDS), tag(A, "other")]),
    max_size=3,
    unique=True,
).map(tuple)
usual = st.sampled_from(RECORDS).map(lambda record: (tag(record), OURS))
servers = st.lists(
    st.builds(
        Standing,
        id=st.sampled_from("123456"),
        name=st.just("s"),
        tags=usual | tags,
        created_at=moments,
        leaving=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda server: server.id,
)
orders = st.lists(
    st.builds(
        Order,
        id=st.sampled_from(RECORDS),
        name=st.just("s"),
        status=st.sampled_from(["pending", "ready", "failed", "destroying", DESTROYED]),
        changed_at=st.sampled_from([OLD, at(-30)]),
        server=st.none() | st.sampled_from("123456"),
        working=st.booleans(),
        stuck=st.booleans(),
        missing_since=st.none() | st.sampled_from([at(-3600), at(-10)]),
        seen_at=st.none() | st.sampled_from([at(-7200), at(-60)]),
        own=st.booleans(),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
proofs = st.dictionaries(st.sampled_from(RECORDS), st.sampled_from(["there", "gone", "stranger"]))


@given(servers, orders, proofs, st.booleans())
def test_no_server_goes_that_may_be_somebodys(
    standing: list[Standing], known: list[Order], evidence: dict[str, Evidence], repairs: bool
) -> None:
    found = compare(standing, known, evidence, scope(repairs=repairs))
    by_id = {one.id: one for one in known}

    going = {one.server.id for one in found.repairs if one.repair == "destroy" and one.server}
    assert repairs or not found.repairs
    for one in found.repairs:
        if one.repair != "destroy":
            continue
        assert one.server is not None
        assert is_ours(one.server, HERE)
        written = {o.id for o in known if o.server == one.server.id and o.status != DESTROYED}
        assert not written, "a living record has it written down"
        named = by_id[record_of(one.server, HERE) or ""]
        assert named == one.order
        assert named.own
        if named.status != DESTROYED:
            stays = {named.server} | {
                other.server.id
                for other in found.repairs
                if other.order == named and other.repair == "adopt" and other.server
            }
            left = {s.id for s in standing if not s.leaving} - going
            assert stays & left, "another server of this record stays"
            assert not named.working


@given(servers, orders, proofs)
def test_nothing_ends_that_is_not_proven_gone(
    standing: list[Standing], known: list[Order], evidence: dict[str, Evidence]
) -> None:
    found = compare(standing, known, evidence, scope())

    listed = {server.id for server in standing}
    for one in found.repairs:
        if one.repair in {"mark", "end"}:
            assert one.order is not None
            assert evidence[one.order.id] == "gone"
            assert one.order.server not in listed
            assert one.order.own
            assert not one.order.working
        if one.repair == "end":
            assert one.order is not None
            assert one.order.missing_since is not None
            assert (one.order.seen_at or "") <= one.order.missing_since, "it answers"


@given(servers, orders, proofs)
def test_no_server_is_an_orphan_that_a_living_record_has_written_down(
    standing: list[Standing], known: list[Order], evidence: dict[str, Evidence]
) -> None:
    found = compare(standing, known, evidence, scope())

    orphans = {one.server.id for one in found.findings if one.kind == "orphan" and one.server}
    assert not orphans & {one.server for one in known if one.status != DESTROYED}


def repaired(
    standing: list[Standing], known: list[Order], repairs: tuple[Finding, ...], now: str
) -> tuple[list[Standing], list[Order]]:
    """What a world looks like after repairs; the machine that an end begins has done its work."""
    by_id = {one.id: one for one in known}
    gone: set[str] = set()
    for one in repairs:
        if one.repair == "destroy" and one.server:
            gone.add(one.server.id)
        elif one.order is not None:
            changes: dict[str, dict[str, object]] = {
                "adopt": {"server": one.server.id if one.server else None, "missing_since": None},
                "mark": {"missing_since": now},
                "unmark": {"missing_since": None},
                "end": {"status": DESTROYED},
            }
            before = by_id[one.order.id]
            if one.repair == "end":
                # The destroy takes down whatever carries the record's tag.
                gone |= {s.id for s in standing if record_of(s, HERE) == before.id}
            by_id[before.id] = replace(before, changed_at=now, **changes[one.repair])  # type: ignore[arg-type]
    return [s for s in standing if s.id not in gone], list(by_id.values())


@given(servers, orders)
def test_repairs_come_to_an_end_and_each_is_made_once(
    standing: list[Standing], known: list[Order]
) -> None:
    """After a few sweeps nothing is left to do, whatever the first one met."""
    repairs: tuple[Finding, ...] = ()
    for number in range(5):
        now = at(300.0 * number)
        scoped = replace(scope(), now=now)
        evidence: dict[str, Evidence] = {o.id: "gone" for o in unlisted(standing, known, scoped)}
        repairs = compare(standing, known, evidence, scoped).repairs
        standing, known = repaired(standing, known, repairs, now)
        same = compare(standing, known, evidence, scoped).repairs
        assert same == (), "what was repaired is not repaired again"

    assert repairs == ()
