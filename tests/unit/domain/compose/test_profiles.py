"""Services of profiles do not run unless another one needs them."""

from __future__ import annotations

import pytest

from tests.unit.domain.compose.planning import plan, refused


def running(web: str, other: str = "") -> list[str]:
    planned = plan(f"""
        services:
          web: {{image: nginx, {web}}}
          tool: {{image: busybox, profiles: [debug], {other}}}
          deep: {{image: busybox, profiles: [debug]}}
        """)
    return sorted(service.name for service in planned.services)


@pytest.mark.parametrize(
    ("web", "other", "names"),
    [
        ("", "", ["web"]),
        ("profiles: []", "", ["web"]),
        ("profiles: ", "", ["web"]),
        ("profiles: ''", "", ["web"]),
        ("depends_on: [tool]", "", ["tool", "web"]),
        ("depends_on: tool", "", ["tool", "web"]),
        ("depends_on: {tool: {condition: service_started}}", "", ["tool", "web"]),
        ("depends_on: {tool: {required: true}}", "", ["tool", "web"]),
        ("depends_on: {tool: {required: false}}", "", ["web"]),
        ("depends_on: {tool: }", "", ["tool", "web"]),
        ("links: ['tool:t']", "", ["tool", "web"]),
        ("depends_on: [tool]", "depends_on: [deep]", ["deep", "tool", "web"]),
    ],
)
def test_only_what_is_needed_runs(web: str, other: str, names: list[str]) -> None:
    assert running(web, other) == names


def test_profile_without_a_list_is_a_profile() -> None:
    planned = plan("services: {a: {image: x}, b: {image: x, profiles: debug}}")

    assert [service.name for service in planned.services] == ["a"]
    assert planned.ignored == ("services.b",)


def test_text_of_profiles_alone_runs_nothing() -> None:
    error = refused("services:\n  a: {image: x, profiles: [p]}")

    assert (error.rule, error.line) == ("no_services", 2)
    assert "profile" in error.detail


def test_service_that_does_not_run_is_not_looked_at_closely() -> None:
    assert (
        len(plan("services: {a: {image: x}, b: {profiles: [p], ports: [nonsense]}}").services) == 1
    )


def test_other_shapes_of_dependencies_are_left_to_their_reader() -> None:
    assert (
        refused("services: {a: {image: x, depends_on: [[b]]}, b: {image: x}}").rule == "wrong_type"
    )


@pytest.mark.parametrize(
    ("profiles", "names"),
    [
        ("", ["web"]),
        ("a", ["web", "one"]),
        ("a, b", ["web", "one", "two"]),
        ("*", ["web", "one", "two"]),
        ("c", ["web"]),
    ],
)
def test_variable_switches_profiles_on(profiles: str, names: list[str]) -> None:
    text = """
        services:
          web: {image: x}
          one: {image: x, profiles: [a]}
          two: {image: x, profiles: b}
        """

    found = [service.name for service in plan(text, COMPOSE_PROFILES=profiles).services]

    assert found == names
