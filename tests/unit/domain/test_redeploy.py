"""What a redeploy does to each service: kept, beside, in place; and what it may cost at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.names_on_node import image_volume
from chalicelib.domain.plan import Dependency, ManagedFile, Mount, Plan, Route, Service
from chalicelib.domain.redeploy import Replacement, mounted, replacement, standing, written

IMAGE_VOLUMES = {"postgres:15": ("/data",), "postgres:16": ("/data",)}


def service(name: str, image: str = "web:1", *volumes: str, reads: tuple[str, ...] = ()) -> Service:
    mounts = [Mount("volume", volume, f"/{volume}") for volume in volumes]
    mounts += [Mount("volume", volume, f"/{volume}", read_only=True) for volume in reads]
    return Service(name, image, mounts=tuple(mounts))


def how(old: list[Service], new: list[Service]) -> Replacement:
    return replacement(Plan(tuple(old)), Plan(tuple(new)), IMAGE_VOLUMES)


def test_service_that_does_not_change_is_kept() -> None:
    assert how([service("web")], [service("web")]) == Replacement(kept=frozenset({"web"}))


def test_service_without_a_volume_gets_a_container_beside() -> None:
    old, new = service("web", "web:1"), service("web", "web:2", reads=("data",))

    assert how([old], [new]) == Replacement(beside=frozenset({"web"}))


def test_service_with_a_volume_is_replaced_in_place_and_its_volume_kept() -> None:
    found = how(
        [service("db", "db:1", "data"), service("web")],
        [service("db", "db:2", "data"), service("web")],
    )

    assert found == Replacement(
        kept=frozenset({"web"}),
        in_place=frozenset({"db"}),
        stopped=frozenset({"db"}),
        snapshots=("data",),
    )


def test_volume_that_an_image_declares_counts_as_one_of_the_plan() -> None:
    found = how([service("db", "postgres:15")], [service("db", "postgres:16")])

    assert found.in_place == found.stopped == {"db"}
    assert found.snapshots == (image_volume("db", "/data"),)


def test_services_that_write_one_volume_are_replaced_together() -> None:
    found = how(
        [service("web", "web:1", "up"), service("job", "job:1", "up", "more"), service("db")],
        [service("web", "web:2", "up"), service("job", "job:1", "up", "more"), service("db")],
    )

    assert found.in_place == found.stopped == {"web", "job"}
    assert found.snapshots == ("more", "up")
    assert found.kept == {"db"}


def test_old_writer_of_a_volume_stops_although_its_successor_has_none() -> None:
    found = how(
        [service("web", "web:1", "up"), service("job", "job:1")],
        [service("web", "web:2"), service("job", "job:2", "up")],
    )

    assert found.beside == {"web"}
    assert found.in_place == {"job"}
    assert found.stopped == {"web", "job"}


def test_service_that_goes_and_whose_volume_nobody_takes_runs_to_the_end() -> None:
    found = how([service("web"), service("db", "db:1", "data")], [service("web", "web:2")])

    assert found == Replacement(beside=frozenset({"web"}))


PAGE = Mount("file", "page", "/page")


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, files=(ManagedFile("page", "new"),)),
        lambda plan: replace(plan, files=(ManagedFile("page", "old", 0o600),)),
        lambda plan: replace(plan, route=Route("web", 81)),
        lambda plan: replace(
            plan,
            services=(
                *plan.services,
                replace(
                    service("late"),
                    depends_on=(Dependency("web", "service_completed_successfully"),),
                ),
            ),
        ),
    ],
    ids=["content", "mode", "route", "others wait for its end"],
)
def test_what_is_not_in_the_service_itself_can_change_it(change) -> None:
    web = replace(service("web"), mounts=(PAGE,))
    old = Plan((web,), files=(ManagedFile("page", "old"),), route=Route("web", 80))

    assert "web" in replacement(old, change(old), {}).beside


NAMES = st.sampled_from("abc")
SERVICES = st.dictionaries(
    NAMES,
    st.builds(
        lambda image, writes, reads: service("", image, *writes, reads=tuple(reads)),
        st.sampled_from(("web:1", "web:2", "postgres:15", "postgres:16")),
        st.sets(st.sampled_from("uvw")),
        st.sets(st.sampled_from("xy")),
    ),
)
PLANS = SERVICES.map(
    lambda found: Plan(tuple(replace(one, name=name) for name, one in sorted(found.items())))
)


@given(PLANS, PLANS)
def test_each_service_has_one_fate_and_no_volume_two_writers_of_two_plans(
    old: Plan, new: Plan
) -> None:
    found = replacement(old, new, IMAGE_VOLUMES)
    names = {one.name for one in new.services}

    assert found.kept | found.beside | found.in_place == names
    assert len(found.kept) + len(found.beside) + len(found.in_place) == len(names)
    standing_old = [one for one in old.services if one.name not in found.stopped]
    made = [one for one in new.services if one.name not in found.kept]
    for before in standing_old:
        for after in made:
            assert not written(before, IMAGE_VOLUMES) & written(after, IMAGE_VOLUMES)
    touched = {volume for one in made for volume in written(one, IMAGE_VOLUMES)}
    assert set(found.snapshots) == touched
    assert all(written(one, IMAGE_VOLUMES) <= mounted(one, IMAGE_VOLUMES) for one in made)


@given(PLANS)
def test_same_plan_again_keeps_everything(plan: Plan) -> None:
    found = replacement(plan, plan, IMAGE_VOLUMES)

    assert found == Replacement(kept=frozenset(one.name for one in plan.services))


@given(PLANS, PLANS)
def test_what_stands_at_most_holds_both_and_is_never_more_than_their_sum(
    old: Plan, new: Plan
) -> None:
    cpus, memory = standing(old, new, replacement(old, new, IMAGE_VOLUMES))

    assert max(old.cpus, new.cpus) <= cpus <= round(old.cpus + new.cpus, 3)
    assert max(old.memory_mb, new.memory_mb) <= memory <= old.memory_mb + new.memory_mb
