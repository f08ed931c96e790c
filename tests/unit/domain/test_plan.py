"""What a plan adds up to."""

from __future__ import annotations

from chalicelib.domain.plan import Plan, Service


def test_plan_adds_up_limits_and_lists_each_image_once() -> None:
    planned = Plan(
        services=(
            Service("a", "redis:7", cpus=0.1, memory_mb=100),
            Service("b", "nginx", cpus=0.2, memory_mb=200),
            Service("c", "redis:7", cpus=0.3, memory_mb=300),
        )
    )

    assert (planned.cpus, planned.memory_mb) == (0.6, 600)
    assert planned.images == ("redis:7", "nginx")


def test_service_that_states_nothing_is_bounded() -> None:
    bare = Service("a", "nginx")

    assert (bare.cpus, bare.memory_mb, bare.pids) == (0.5, 256, 512)
