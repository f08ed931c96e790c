"""Whether the platform runs, and what its commands say either way."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local import engine, nodes
from infra.local.platform import layout
from infra.local.platform.__main__ import reset, run, status
from infra.local.platform.up import own_secrets
from tests.local.platform.conftest import DESCRIBED

Started = Callable[..., int]


def write(pid: int | str) -> None:
    layout.PID_FILE.write_text(str(pid))
    layout.PLATFORM_FILE.write_text(json.dumps(DESCRIBED))


def ended() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_platform_that_runs_is_described(state: Path, started: Started) -> None:
    write(started("infra.local.platform", "run"))

    assert layout.running() == DESCRIBED


def test_nothing_written_is_nothing_running(state: Path) -> None:
    assert layout.running() is None


@pytest.mark.parametrize("missing", ["PID_FILE", "PLATFORM_FILE"])
def test_platform_that_is_not_ready_does_not_run_yet(
    state: Path, started: Started, missing: str
) -> None:
    write(started("infra.local.platform", "run"))
    getattr(layout, missing).unlink()

    assert layout.running() is None


def test_files_of_a_process_that_is_no_more_are_stale(state: Path) -> None:
    write(ended())

    assert layout.running() is None


def test_number_that_another_process_has_now_is_stale(state: Path) -> None:
    write(os.getpid())

    assert layout.running() is None


def test_number_that_is_none_is_stale(state: Path) -> None:
    write("")

    assert layout.running() is None


def test_status_of_a_platform_that_runs(
    state: Path, started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    write(started("infra.local.platform"))

    assert status() == 0

    said = capsys.readouterr().out
    assert "Ready since 2026-01-01T00:00:00Z, 512 MB" in said
    assert "http://127.0.0.1:9091" in said
    assert "stripe" not in said


def test_status_of_a_platform_that_does_not(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert status() == 1

    assert "make run" in capsys.readouterr().out


@pytest.mark.parametrize("is_running", [True, False])
def test_status_for_programs_is_one_line_of_json(
    state: Path,
    started: Started,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_running: bool,
) -> None:
    monkeypatch.setenv("JSON", "1")
    if is_running:
        write(started("infra.local.platform"))

    status()

    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line) == (DESCRIBED if is_running else {"ready": False})


def test_second_run_is_refused_and_the_first_left_alone(
    state: Path, started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    write(started("infra.local.platform"))

    assert run(bare=True) == 1

    assert "The platform runs already" in capsys.readouterr().err
    assert layout.running() == DESCRIBED


def test_reset_of_a_platform_that_runs_is_refused_and_wipes_nothing(
    state: Path, started: Started, capsys: pytest.CaptureFixture[str]
) -> None:
    write(started("infra.local.platform"))
    kept = sorted(state.iterdir())

    assert reset() == 1

    assert "stop it first" in capsys.readouterr().err
    assert sorted(state.iterdir()) == kept


def test_reset_removes_servers_and_state_and_keeps_built_images(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(engine, "ensure_engine", lambda: done.append("engine on"))
    monkeypatch.setattr(nodes, "remove_all", lambda: done.append("servers removed"))
    monkeypatch.setattr(engine, "stop_engine", lambda: done.append("engine off"))
    for name in ("aws", "gateway", "digitalocean", "dns", "authority", "logs", "registry"):
        (state / name).mkdir(exist_ok=True)
        (state / name / "something").write_text("here")
    (state / "secrets.json").write_text("{}")

    assert reset() == 0

    assert done == ["engine on", "servers removed", "engine off"]
    assert [path.name for path in state.iterdir()] == ["registry"]


def test_secrets_are_made_once_and_read_by_their_owner_alone(state: Path) -> None:
    made = own_secrets()

    assert own_secrets() == made
    kinds = {"jwt", "meter_key", "demo_password", "stripe_key", "stripe_hook", "registry_password"}
    assert set(made) == kinds | {"bucket_owner", "bucket_reader"}
    assert layout.SECRETS_FILE.stat().st_mode & 0o777 == 0o600
