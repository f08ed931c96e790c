"""Where data changes hands, it comes first and what is kept comes last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.plan import Dependency, Plan, Service
from chalicelib.services.deployments.turns import ranks


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans in start order, each service depending on some of those before it."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    needs = [
        draw(st.sets(st.sampled_from(names[:at]))) if at else set() for at in range(len(names))
    ]
    return Plan(
        tuple(
            Service(name, "image", depends_on=tuple(map(Dependency, sorted(need))))
            for name, need in zip(names, needs, strict=True)
        )
    )


@given(plans(), st.data())
def test_nobody_waits_for_who_waits_for_him(plan: Plan, data: st.DataObject) -> None:
    names = st.sets(st.sampled_from([one.name for one in plan.services]))
    in_place = data.draw(names)
    kept = data.draw(names) - in_place

    found = ranks(plan, tuple(in_place), tuple(kept))

    assert all(
        found[need.service] <= found[one.name] for one in plan.services for need in one.depends_on
    )
    assert all(found[name] == 0 for name in in_place)
    if not in_place:
        assert set(found.values()) == {0}


def test_data_first_then_what_is_new_then_what_is_kept() -> None:
    plan = Plan(
        (
            Service("keys", "image"),
            Service("db", "image", depends_on=(Dependency("keys"),)),
            Service("cache", "image"),
            Service("web", "image", depends_on=(Dependency("cache"),)),
            Service("writer", "image"),
        )
    )

    found = ranks(plan, ("db",), ("keys", "cache", "writer"))

    assert found == {"keys": 0, "db": 0, "cache": 1, "web": 1, "writer": 2}


def test_what_is_mentioned_is_there_before_who_mentions_it() -> None:
    plan = Plan(
        (
            Service("db", "image"),
            Service("cache", "image"),
            Service("search", "image"),
            Service(
                "web",
                "image",
                environment=(("DATABASE", "postgres://app@db:5432/app"), ("MODE", "search-less")),
                command=("serve", "--cache=cache:6379"),
            ),
        )
    )

    assert ranks(plan, ("web",), ("db", "cache", "search")) == {
        "db": 0,
        "cache": 0,
        "search": 2,
        "web": 0,
    }
