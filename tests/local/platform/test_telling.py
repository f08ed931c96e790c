"""What a newcomer reads: a line per stage, the box at the end, the logs after it."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import pytest

from infra.local.platform.__main__ import _box
from infra.local.platform.follow import follow
from infra.local.platform.progress import Progress, print_json
from tests.local.platform.conftest import DESCRIBED

APP = {"attributes": {"domains": [{"hostname": "hello.apps.localhost"}]}}
Said = pytest.CaptureFixture[str]


def test_stage_is_told_when_it_ends_with_its_time_and_what_it_found(capsys: Said) -> None:
    progress = Progress(quiet_out=False)

    with progress.stage("engine", "Docker Engine") as stage:
        assert capsys.readouterr().out == ""
        stage.detail = "found"

    [line] = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"  ✓ Docker Engine {31}    \d\.\d s  found", line)


def test_stage_that_fails_is_told_and_its_error_goes_on(capsys: Said) -> None:
    progress = Progress(quiet_out=False)

    with pytest.raises(ValueError, match="why"), progress.stage("gateway", "Gateway"):
        raise ValueError("why")

    assert capsys.readouterr().out.startswith("  ✗ Gateway ")
    assert [stage.ok for stage in progress.stages] == [False]


def test_stages_are_a_programs_too(capsys: Said) -> None:
    progress = Progress(quiet_out=True)
    with progress.stage("one", "One") as stage:
        stage.detail = "x"

    print_json(progress.as_json())

    out, told = capsys.readouterr()
    [one] = json.loads(out)
    assert (one["name"], one["ok"], one["detail"]) == ("one", True, "x")
    assert isinstance(one["seconds"], float)
    assert out.count("\n") == 1
    assert "One" in told


@pytest.mark.parametrize(("value", "is_quiet"), [("1", True), ("", False)])
def test_environment_says_whether_a_program_reads(
    monkeypatch: pytest.MonkeyPatch, value: str, is_quiet: bool
) -> None:
    monkeypatch.setenv("JSON", value)

    assert Progress().quiet_out is is_quiet


@pytest.mark.parametrize("app", [APP, None])
def test_box_holds_what_comes_next_and_is_closed(capsys: Said, app: dict | None) -> None:
    _box(DESCRIBED, app, Progress(quiet_out=False))

    said = capsys.readouterr().out.strip("\n")
    lines = said.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].strip("┌─┐") == lines[-1].strip("└─┘") == ""
    assert all(line.startswith("│ ") and line.endswith(" │") for line in lines[1:-1])
    for wanted in (
        "Ready in ",
        "http://127.0.0.1:8082 ",
        "http://127.0.0.1:8082/api/v1",
        "http://127.0.0.1:8083",
        "demo@example.com / swordfish",
        "make demo",
        "Ctrl-C",
        "make reset",
    ):
        assert wanted in said
    sample = "curl -H 'Host: hello.apps.localhost' http://127.0.0.1:9091"
    assert (sample in said) is (app is not None)


def test_logs_are_followed_from_now_on_with_the_name_of_who_wrote(tmp_path: Path) -> None:
    old = tmp_path / "aws.log"
    old.write_text("long ago\n")
    told: list[str] = []
    stopped, began = threading.Event(), threading.Event()

    def tell(line: str) -> None:
        told.append(line)
        if "whole" in line:
            stopped.set()

    class Stopped(threading.Event):
        """Writes once the follower looks, so that what is written is new to it."""

        def wait(self, timeout: float | None = None) -> bool:
            if not began.is_set():
                began.set()
                with old.open("a") as log:
                    log.write("first\nhalf a ")
                (tmp_path / "gateway.log").write_text("hello\n")
            elif not stopped.is_set():
                with old.open("a") as log:
                    log.write("line, whole\n")
            return stopped.is_set()

    follow(tmp_path, tell, Stopped())

    assert told == [
        "aws          │ first",
        "gateway      │ hello",
        "aws          │ half a line, whole",
    ]


def test_log_that_is_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = tmp_path / "proxy.log"
    log.write_text("a long line of an earlier run\n")
    told: list[str] = []

    class Looks(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            log.write_text("new\n")
            return bool(told)

    follow(tmp_path, told.append, Looks())

    assert told == ["proxy        │ new"]
