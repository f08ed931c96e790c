"""Restarts, replicas, stopping and logs."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import LogLimit
from tests.unit.domain.compose.planning import plan, refused, service, service_refused, web


@pytest.mark.parametrize(
    ("policy", "restart"),
    [
        ("{condition: none}", "no"),
        ("{condition: any}", "always"),
        ("{condition: on-failure}", "on-failure"),
        ("{condition: on-failure, max_attempts: 3}", "on-failure:3"),
        ("{condition: any, max_attempts: 3}", "always"),
        ("{}", "unless-stopped"),
        ("{delay: 5s}", "unless-stopped"),
    ],
)
def test_restart_policy_of_a_deployment_is_read(policy: str, restart: str) -> None:
    assert service(f"deploy: {{restart_policy: {policy}}}").restart == restart


def test_restart_wins_over_the_policy_and_what_has_no_effect_is_told() -> None:
    planned = plan(web("restart: 'no'\ndeploy: {restart_policy: {condition: any, delay: 5s}}"))

    assert planned.services[0].restart == "no"
    policy = "services.web.deploy.restart_policy"
    assert planned.ignored == (f"{policy}.condition", f"{policy}.delay")


@pytest.mark.parametrize("lines", ["scale: 1", "deploy: {replicas: 1, mode: replicated}"])
def test_one_replica_is_what_runs_anyway(lines: str) -> None:
    assert plan(web(lines)).ignored == ()


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("scale: 3", "services.web.scale"),
        ("deploy: {replicas: 3}", "services.web.deploy.replicas"),
        ("deploy: {mode: global}", "services.web.deploy.mode"),
    ],
)
def test_more_replicas_are_told(lines: str, path: str) -> None:
    planned = plan(web(lines))

    assert [(note.path, note.reason) for note in planned.notes] == [
        (path, "One container runs for a service.")
    ]


@pytest.mark.parametrize("lines", ["scale: 0", "deploy: {replicas: 0}"])
def test_service_without_replicas_does_not_run(lines: str) -> None:
    planned = plan(web(lines) + "\n  other: {image: x}\n")

    assert [one.name for one in planned.services] == ["other"]
    assert planned.ignored == ("services.web",)
    assert refused(web(lines)).rule == "no_services"


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ("scale: -1", "bad_limit"),
        ("scale: many", "wrong_type"),
        ("deploy: {replicas: 1.5}", "wrong_type"),
        ("deploy: {restart_policy: {condition: sometimes}}", "bad_restart"),
        ("deploy: {restart_policy: {condition: on-failure, max_attempts: 10000}}", "bad_restart"),
        ("deploy: {restart_policy: {condition: on-failure, max_attempts: x}}", "wrong_type"),
        ("stop_signal: NOW!", "wrong_type"),
        ("stop_signal: 65", "wrong_type"),
        ("logging: {options: {max-size: lots}}", "bad_limit"),
        ("logging: {options: {max-file: many}}", "wrong_type"),
        ("logging: json-file", "wrong_type"),
        ("group_add: ['a b']", "wrong_type"),
    ],
)
def test_what_is_not_well_formed_is_refused(lines: str, rule: str) -> None:
    error = service_refused(lines)

    assert (error.rule, error.line) == (rule, 4)


@pytest.mark.parametrize(
    ("written", "signal"),
    [
        ("", None),
        ("SIGINT", "SIGINT"),
        ("term", "TERM"),
        ("9", "9"),
        ("SIGRTMIN+3", "SIGRTMIN+3"),
        ("SIGUSR1", "SIGUSR1"),
    ],
)
def test_stop_signal_is_read(written: str, signal: str | None) -> None:
    assert service(f"stop_signal: {written}").stop_signal == signal


@pytest.mark.parametrize(
    ("written", "logs", "ignored"),
    [
        ("", LogLimit(10, 3), []),
        ("{driver: json-file}", LogLimit(10, 3), []),
        ("{driver: local, options: {max-size: 2m}}", LogLimit(2, 3), []),
        ("{options: {max-size: 500k, max-file: '1'}}", LogLimit(1, 1), []),
        ("{driver: none}", LogLimit(10, 3), ["driver"]),
        ("{driver: gelf, options: {tag: x}}", LogLimit(10, 3), ["driver", "options.tag"]),
        (
            "{options: {max-size: 100m, max-file: 10}}",
            LogLimit(10, 3),
            ["options.max-size", "options.max-file"],
        ),
        ("{options: {max-size: -1}}", LogLimit(10, 3), ["options.max-size"]),
    ],
)
def test_logs_are_always_capped(written: str, logs: LogLimit, ignored: list[str]) -> None:
    planned = plan(web(f"logging: {written}"))

    assert planned.services[0].logs == logs
    assert [*planned.ignored] == [f"services.web.logging.{key}" for key in ignored]


def test_user_of_two_empty_variables_is_the_images_own() -> None:
    assert service("user: $UID:$GID").user is None
    assert service("group_add: [mail, '44', mail]").groups == ("mail", "44")


def test_switches_are_read() -> None:
    found = service("tty: true\nstdin_open: yes")

    assert (found.tty, found.stdin_open) == (True, True)
