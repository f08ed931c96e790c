"""The choice of a node, and what is said when there is none."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.placement import (
    Candidate,
    Need,
    Room,
    best,
    binding,
    is_disk_full,
    largest_slot,
    reason_against,
    score,
)
from chalicelib.domain.refused_nodes import refusal_of, refusal_of_all

WORDS = st.frozensets(st.sampled_from(["standard", "gpu", "ssd"]), max_size=3)
ROOMS = st.builds(
    Room, st.integers(0, 16), st.integers(0, 64).map(lambda n: n * 256), st.integers(0, 9)
)
STATUSES = st.sampled_from(["online", "online", "online", "offline", "maintenance"])
NEEDS = st.builds(Need, ROOMS, WORDS, WORDS, st.booleans())
NODES = st.lists(
    st.builds(
        Candidate,
        id=st.integers(0, 9).map(str),
        name=st.sampled_from(["web-1", "web-2"]),
        created_at=st.sampled_from(["2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"]),
        status=STATUSES,
        capabilities=WORDS,
        total=ROOMS,
        used=ROOMS,
        disk_used_percent=st.none() | st.floats(0, 100),
    ),
    max_size=5,
    unique_by=lambda node: node.id,
)
IDLE = Candidate(
    "n1", "web-1", "2026-01-01", "online", frozenset({"standard"}), Room(8, 4096, 10_000)
)


@given(NODES, NEEDS)
def test_chosen_node_is_online_able_allowed_and_has_room(
    nodes: list[Candidate], need: Need
) -> None:
    chosen = best(nodes, need)

    if chosen is None:
        return
    assert chosen.status == "online"
    assert need.capabilities <= chosen.capabilities
    assert not need.allowed or need.allowed & chosen.capabilities
    assert not need.starts or (chosen.disk_used_percent or 0) <= 90
    assert all(
        t - u >= n or n == 0 for t, u, n in zip(chosen.total, chosen.used, need.room, strict=True)
    )


@given(NODES, NEEDS)
def test_order_of_the_nodes_decides_nothing(nodes: list[Candidate], need: Need) -> None:
    for others in permutations(nodes):
        assert best(others, need) == best(nodes, need)
        assert binding(others, need) == binding(nodes, need)


@given(NODES, NEEDS)
def test_either_a_node_is_chosen_or_every_one_has_a_reason(
    nodes: list[Candidate], need: Need
) -> None:
    assert (best(nodes, need) is None) == all(reason_against(one, need) for one in nodes)


@given(NODES, NEEDS)
def test_nothing_is_better_than_what_is_chosen(nodes: list[Candidate], need: Need) -> None:
    chosen = best(nodes, need)

    able = [node for node in nodes if reason_against(node, need) is None]
    assert all(score(chosen, need) >= score(node, need) for node in able if chosen)


@given(NODES.filter(bool), NEEDS, ROOMS)
def test_more_room_never_scores_lower(nodes: list[Candidate], need: Need, more: Room) -> None:
    node = nodes[0]

    assert 0 <= score(node, need) <= 100
    used = Room(*(max(0, u - m) for u, m in zip(node.used, more, strict=True)))
    total = Room(*(t + m for t, m in zip(node.total, more, strict=True)))
    assert score(replace(node, used=used), need) >= score(node, need)
    assert score(replace(node, total=total), need) >= score(node, need) - 1e-9


@given(NODES, NEEDS)
def test_refusal_is_of_the_last_filter_that_any_node_came_to(
    nodes: list[Candidate], need: Need
) -> None:
    nodes = [node for node in nodes if reason_against(node, need)]
    stages = ["not_online", "lacks_capability", "not_allowed", "disk_full", "no_room"]
    met = {reason_against(node, need) for node in nodes}

    bound = binding(nodes, need)

    assert (bound is None) == (not nodes)
    if bound:
        assert bound[0] == max((reason for reason in met if reason), key=stages.index)
    assert refusal_of_all(nodes, need, public=False).detail


@pytest.mark.parametrize(
    ("used", "need", "points"),
    [
        (Room(), Room(), 100),
        (Room(4, 2048, 5000), Room(), 50),
        (Room(), Room(8, 4096, 10_000), 0),
        (Room(8, 0, 0), Room(), 70),
        (Room(0, 4096, 0), Room(), 60),
        (Room(0, 0, 10_000), Room(), 70),
        (Room(99, 99_999, 99_999), Room(), 0),
    ],
    ids=["idle", "half used", "exact fit", "no CPU", "no memory", "no disk", "overdrawn"],
)
def test_score_weighs_what_stays_free(used: Room, need: Room, points: float) -> None:
    assert score(replace(IDLE, used=used), Need(need)) == pytest.approx(points)


def test_node_without_any_capacity_scores_nothing_and_is_chosen_for_nothing() -> None:
    empty = replace(IDLE, total=Room())

    assert score(empty, Need()) == 0
    assert best([empty], Need()) == empty
    assert best([empty], Need(Room(0.1, 0, 0))) is None


def test_of_equals_the_older_is_taken_then_the_lower_id() -> None:
    older, twin = replace(IDLE, id="n9", created_at="2025-01-01"), replace(IDLE, id="n0")

    assert best([IDLE, older, twin], Need()) == older
    assert best([IDLE, twin], Need()) == twin


@pytest.mark.parametrize(("percent", "full"), [(None, False), (90.0, False), (90.1, True)])
def test_disk_is_full_above_ninety_percent(percent: float | None, full: bool) -> None:
    assert is_disk_full(percent) is full
    nearly = replace(IDLE, disk_used_percent=percent)
    assert (best([nearly], Need()) is None) is full
    assert best([nearly], Need(starts=False)) == nearly


def test_largest_slot_is_that_of_which_the_app_lacks_least() -> None:
    need = Need(Room(2, 1000, 0))
    short_of_memory = replace(IDLE, id="n2", total=Room(64, 500, 90_000))
    nearest = replace(IDLE, id="n3", name="web-3", total=Room(1.5, 900, 0))

    assert largest_slot([IDLE, short_of_memory, nearest][1:], need) == nearest


GPU = Need(Room(2, 1024, 0), frozenset({"gpu"}), frozenset({"standard", "gpu"}))
ABLE = replace(IDLE, capabilities=frozenset({"gpu"}))


@pytest.mark.parametrize(
    ("nodes", "code", "says"),
    [
        ([], "no_node", "Add a server"),
        ([replace(ABLE, status="offline")], "no_node_online", "web-1 is offline"),
        ([IDLE, replace(ABLE, status="lost")], "no_node_with_capability", "has gpu"),
        (
            [replace(ABLE, capabilities=frozenset({"gpu", "ssd"}))],
            "capability_not_allowed",
            "allows servers with nvme; those that this app could go to have gpu, ssd",
        ),
        ([replace(ABLE, disk_used_percent=95.4)], "node_disk_full", "web-1 is 95 % full"),
        (
            [replace(ABLE, used=Room(6.5, 3584, 0)), IDLE],
            "no_room",
            "the largest free slot is 1.5 CPU cores, 512 MB of memory and 10000 MB of disk on"
            " web-1, and the app needs 2 CPU cores, 1024 MB of memory and 0 MB of disk",
        ),
    ],
    ids=["no node", "none online", "none able", "not allowed", "disk full", "no room"],
)
def test_refusal_names_the_reason_that_binds(nodes: list[Candidate], code: str, says: str) -> None:
    need = replace(GPU, allowed=frozenset({"nvme"})) if code == "capability_not_allowed" else GPU

    refusal = refusal_of_all(nodes, need, public=False)

    assert refusal.error_code == code
    assert says in refusal.detail


@pytest.mark.parametrize(
    ("node", "code", "says"),
    [
        (replace(ABLE, status="maintenance"), "node_not_online", "in maintenance"),
        (IDLE, "node_lacks_capability", "lacks gpu"),
        (replace(ABLE, disk_used_percent=99.0), "node_disk_full", "99 % full"),
        (replace(ABLE, used=Room(7, 0, 0)), "node_full", "1 CPU cores"),
    ],
    ids=["not online", "not able", "disk full", "no room"],
)
def test_refusal_of_a_named_node_says_what_it_lacks(node: Candidate, code: str, says: str) -> None:
    reason = reason_against(node, GPU)
    assert reason is not None

    refusal = refusal_of(node, reason, GPU)

    assert refusal.error_code == code
    assert says in refusal.detail


def test_named_node_that_the_plan_does_not_allow_is_told() -> None:
    need = Need(allowed=frozenset({"standard"}))

    refusal = refusal_of(ABLE, "not_allowed", need)

    assert reason_against(ABLE, need) == "not_allowed"
    assert refusal.error_code == "capability_not_allowed"
    assert "allows servers with standard; web-1 has gpu" in refusal.detail
