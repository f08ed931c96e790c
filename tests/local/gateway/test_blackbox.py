"""The stand-in answers as its contract says, asked as any gateway would be; and a lie is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.gateway.blackbox.suite import every
from infra.local.gateway.app import Config, make_app
from infra.local.gateway.edge import PastEdge
from infra.packaging.template import ROOT
from tests.local.gateway.rig import HOST, JWT_SECRET, METER_KEY, SECRET
from tests.local.serving import serving

OPERATOR = ("ops@example.com", "a long password")
ALL = {f"C-{number:02}" for number in range(1, 102)}
OWN = {"H-01", "H-02", "H-03", "H-04"}
"""What Hoster relies on, and the contract's list has not."""
ELSEWHERE = {
    "C-62": "test_forward.py::test_upstream_that_is_away_is_told",
    "C-72": "test_limits.py::test_answer_of_an_upstream_that_fails_counts_and_none_does_not",
    "C-79": "",
    "C-95": "test_meter.py::test_usage_does_not_touch_the_quota",
    "C-100": "test_configuring.py::test_plans_are_at_work_after_a_restart_and_that_is_told",
}
"""What is not asked of any gateway: it would have to lose an upstream, or may answer either way."""


@contextmanager
def started(folder: Path, secret: str = SECRET) -> Iterator[tuple[str, str]]:
    config = Config(
        addresses=None,
        secret=secret,
        state=folder,
        jwt_secret=JWT_SECRET,
        meter_key=METER_KEY,
        operator=OPERATOR,
        rate_per_minute=None,
    )
    app = make_app(config)
    with serving(app) as url, serving(PastEdge(app), lifespan="off") as admin:
        yield url, f"{admin}/_gw/admin"


@dataclass
class Said:
    status: int
    text: str
    lines: list[dict[str, Any]]
    summary: dict[str, Any]


def report(url: str, admin: str) -> Said:
    given = {
        "GATEWAY_URL": url,
        "GATEWAY_ADMIN": admin,
        "OPERATOR_EMAIL": OPERATOR[0],
        "OPERATOR_PASSWORD": OPERATOR[1],
        "HOSTER_GATEWAY_SECRET": SECRET,
        "JWT_SECRET": JWT_SECRET,
        "PUBLIC_HOST": HOST,
        "JSON": "1",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-m", "infra.gateway.blackbox"],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return Said(done.returncode, done.stderr, lines[:-1], lines[-1] if lines else {})


def test_stand_in_answers_as_the_contract_says(tmp_path: Path) -> None:
    with started(tmp_path) as (url, admin):
        assert "start the gateway again" in report(url, admin).text
    with started(tmp_path) as (url, admin):
        said = report(url, admin)

    assert [one for one in said.lines if one["result"] != "as it should be"] == []
    assert (said.summary["ok"], said.status) == (True, 0)


def test_gateway_that_answers_otherwise_is_told(tmp_path: Path) -> None:
    with started(tmp_path) as (url, admin):
        report(url, admin)
    with started(tmp_path, secret="6" * 64) as (url, admin):
        said = report(url, admin)

    assert [one["check"] for one in said.lines if one["result"] == "differs"] == ["C-36 C-38"]
    assert (said.summary["ok"], said.status) == (False, 1)


def test_every_point_of_the_contract_is_asked_or_shown_elsewhere() -> None:
    asked = {number for one in every() for number in one.numbers.split()}

    assert asked | set(ELSEWHERE) == ALL | OWN
    assert not asked & set(ELSEWHERE)
    for named in filter(None, ELSEWHERE.values()):
        file, _, name = named.partition("::")
        assert f"def {name}(" in (Path(__file__).parent / file).read_text(), named


def test_without_its_addresses_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.gateway.blackbox"],
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Say GATEWAY_URL, GATEWAY_ADMIN, OPERATOR_EMAIL, OPERATOR_PASSWORD." in done.stderr
