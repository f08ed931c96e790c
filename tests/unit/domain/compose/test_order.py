"""Start order and circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.compose.order import Cycle, start_order

NAMES = st.integers(0, 9).map(str)
GRAPHS = st.dictionaries(NAMES, st.lists(NAMES, max_size=4), max_size=8).map(
    lambda graph: {name: [one for one in needs if one in graph] for name, needs in graph.items()}
)


def test_dependencies_come_first_and_the_texts_order_otherwise() -> None:
    assert start_order({"web": ["api"], "mail": [], "api": ["db", "db"], "db": []}) == (
        *("mail", "db", "api", "web"),
    )


def test_circle_is_named_once_around() -> None:
    with pytest.raises(Cycle, match="b → c → b") as caught:
        start_order({"a": ["b"], "b": ["c"], "c": ["b"], "d": []})

    assert caught.value.names == ("b", "c")


def test_service_that_needs_itself_is_a_circle() -> None:
    with pytest.raises(Cycle, match="a → a"):
        start_order({"a": ["a"]})


@given(GRAPHS)
def test_order_holds_every_name_after_its_needs_or_the_circle_is_real(
    needs: dict[str, list[str]],
) -> None:
    try:
        order = start_order(needs)
    except Cycle as circle:
        around = zip(circle.names, (*circle.names[1:], circle.names[0]), strict=True)
        broken = [(one, other) for one, other in around if other not in needs[one]]
    else:
        broken = [
            (one, other)
            for one in needs
            for other in needs[one]
            if other not in order[: order.index(one)]
        ]
        assert sorted(order) == sorted(needs)

    assert broken == []


@given(st.lists(NAMES, unique=True))
def test_names_without_needs_keep_their_order(names: list[str]) -> None:
    assert start_order({name: [] for name in names}) == tuple(names)
