"""Health checks and durations."""

from __future__ import annotations

import pytest

from chalicelib.domain.plan import HealthCheck
from tests.unit.domain.compose.planning import plan, service, service_refused, web


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("", None),
        ("{}", HealthCheck(())),
        ("{test: curl -f localhost}", HealthCheck(("CMD-SHELL", "curl -f localhost"))),
        ("{test: [CMD, curl, -f]}", HealthCheck(("CMD", "curl", "-f"))),
        ("{test: [CMD-SHELL, 'a && b']}", HealthCheck(("CMD-SHELL", "a && b"))),
        ("{test: [NONE]}", HealthCheck(("NONE",))),
        ("{test: [NONE], interval: 5s}", HealthCheck(("NONE",))),
        ("{disable: true}", HealthCheck(("NONE",))),
        ("{disable: true, test: [CMD, x]}", HealthCheck(("NONE",))),
        ("{disable: false, test: [CMD, x]}", HealthCheck(("CMD", "x"))),
        ("{test: '', interval: 5s}", HealthCheck((), interval=5)),
        ("{test: []}", HealthCheck(())),
        (
            "{test: x, interval: 1m30s, timeout: 500ms, retries: 5, start_period: 2h}",
            HealthCheck(("CMD-SHELL", "x"), 90, 0.5, 5, 7200),
        ),
        ("{test: x, start_interval: 2s}", HealthCheck(("CMD-SHELL", "x"), start_interval=2)),
        ("{test: x, interval: 0s, timeout: 0, retries: 0}", HealthCheck(("CMD-SHELL", "x"))),
        ("{test: x, interval: 1ns}", HealthCheck(("CMD-SHELL", "x"), interval=0.001)),
    ],
)
def test_health_check_is_read(written: str, check: HealthCheck | None) -> None:
    assert service(f"healthcheck: {written}").health_check == check


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("curl", "wrong_type"),
        ("[CMD, x]", "wrong_type"),
        ("{test: [curl, -f]}", "bad_health_check"),
        ("{test: [CMD]}", "bad_health_check"),
        ("{test: [NONE, x]}", "bad_health_check"),
        ("{test: [cmd, x]}", "bad_health_check"),
        ("{test: [[CMD]]}", "wrong_type"),
        ("{test: {CMD: x}}", "wrong_type"),
        ("{test: x, retries: -1}", "bad_health_check"),
        ("{test: x, retries: 1001}", "bad_health_check"),
        ("{test: x, retries: many}", "wrong_type"),
        ("{test: x, retries: 1.5}", "wrong_type"),
        ("{test: x, interval: soon}", "bad_duration"),
        ("{test: x, interval: -5s}", "bad_duration"),
        ("{test: x, timeout: 25h}", "bad_duration"),
        ("{test: x, start_period: [5s]}", "wrong_type"),
        ("{disable: perhaps}", "wrong_type"),
    ],
)
def test_health_check_that_is_none_is_refused(written: str, rule: str) -> None:
    error = service_refused(f"healthcheck: {written}")

    assert (error.rule, error.line) == (rule, 4)
    assert "services.web.healthcheck" in error.detail


def test_unknown_settings_are_told_as_ignored() -> None:
    planned = plan(web("healthcheck: {test: x, start_delay: 5s}"))

    assert planned.ignored == ("services.web.healthcheck.start_delay",)


def test_lenient_takes_a_bare_command_for_one_and_tells_it() -> None:
    planned = plan(web("healthcheck: {test: [curl, -f, localhost]}"), lenient=True)

    assert planned.services[0].health_check == HealthCheck(("CMD", "curl", "-f", "localhost"))
    assert planned.ignored == ("services.web.healthcheck.test",)


def test_stop_grace_is_read_bounded_and_defaulted() -> None:
    assert service("").stop_grace == 10
    assert service("stop_grace_period: 1m").stop_grace == 60
    assert service("stop_grace_period: 10m").stop_grace == 600
    longer = plan(web("stop_grace_period: 10m1s"))
    assert longer.services[0].stop_grace == 600
    assert longer.ignored == ("services.web.stop_grace_period",)
