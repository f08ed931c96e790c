"""The handler around local functions: it plays the fault of one function and one record."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.local.serving import until

ROOT = Path(__file__).resolve().parents[3]
RECORD = "dep-1"
OWN = """\
import http.client, pathlib

def handler(event, context):
    done = pathlib.Path(__file__).with_name("done")
    with done.open("a") as file:
        file.write("x")
    for call in range(event.get("calls", 0)):
        try:
            http.client.HTTPConnection("127.0.0.1", 9).request("GET", "/")
        except OSError:
            pass
        with done.open("a") as file:
            file.write("c")
    return {"ready": event.get("ready", True)}
"""
CALL = """\
import json, sys
from infra.local.cloud import faulty
event = json.loads(sys.argv[1])
for _ in range(event.pop("times", 1)):
    try:
        print(json.dumps(faulty.handler(event, None)), flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


class Function:
    """A function of its own in a folder, called in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "own.py").write_text(OWN)

    def told(self, fault: str, record: str = RECORD, **given: object) -> None:
        told = {"fault": fault, "error": "", "call": 1, "skip": 0, "times": 1, **given}
        (self.folder / f"own@{record}.json").write_text(json.dumps(told))

    def called(self, record: str = RECORD, **event: object) -> tuple[int, list[str]]:
        """The process's exit status, and what it answered."""
        done = subprocess.run(
            [sys.executable, "-c", CALL, json.dumps({"id": record, **event})],
            env={
                **os.environ,
                "PYTHONPATH": f"{ROOT}:{self.folder}",
                "_HANDLER": "own.handler",
                "HOSTER_FAULTS_FOLDER": str(self.folder),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout.split("\n")[:-1]

    @property
    def done(self) -> str:
        """What the function's own handler did: x for a run of it, c for each call in it."""
        path = self.folder / "done"
        return path.read_text() if path.exists() else ""


READY = '{"ready": true}'


@pytest.fixture
def function(tmp_path: Path) -> Function:
    return Function(tmp_path)


def test_without_a_fault_it_does_what_the_function_does(function: Function) -> None:
    assert function.called() == (0, [READY])
    assert function.done == "x"


def test_a_fault_is_for_one_record(function: Function) -> None:
    function.told("raise", error="Throttled")

    assert function.called("dep-2") == (0, [READY])
    assert function.called() == (0, ["Throttled"])
    assert function.called() == (0, [READY])


def test_a_fault_of_any_record_is_for_the_next_one(function: Function) -> None:
    function.told("raise", "any", error="Throttled")

    assert function.called("dep-2", times=2) == (0, ["Throttled", READY])


@pytest.mark.parametrize(("fault", "done"), [("raise", ""), ("raise_after", "x")])
def test_an_error_comes_before_or_after_the_effect(
    function: Function, fault: str, done: str
) -> None:
    function.told(fault, error="Sandbox.Timedout")

    assert function.called() == (0, ["Sandbox.Timedout"])
    assert function.done == done
    assert (function.folder / f"own@{RECORD}.played").exists()


def test_an_error_after_the_effect_waits_for_the_effect(function: Function) -> None:
    function.told("raise_after", error="Throttled")

    assert function.called(ready=False, times=2) == (0, ['{"ready": false}'] * 2)
    assert not (function.folder / f"own@{RECORD}.played").exists()
    assert function.called(times=2) == (0, ["Throttled", READY])


def test_times_and_skip_say_which_calls_are_meant(function: Function) -> None:
    function.told("raise", error="Throttled", skip=1, times=2)

    assert function.called(times=4) == (0, [READY, "Throttled", "Throttled", READY])


@pytest.mark.parametrize(("calls", "done"), [(3, "xc"), (0, "x")])
def test_a_function_dies_in_the_middle_or_before_it_answers(
    function: Function, calls: int, done: str
) -> None:
    function.told("kill", call=2)

    assert function.called(calls=calls) == (1, [])
    assert function.done == done


def test_all_is_done_twice(function: Function) -> None:
    function.told("twice")

    assert function.called() == (0, [READY])
    assert function.done == "xx"


def test_a_held_function_waits_until_it_is_released(function: Function) -> None:
    function.told("hold")
    held = function.folder / f"own@{RECORD}.held"
    answers: list[tuple[int, list[str]]] = []
    call = threading.Thread(target=lambda: answers.append(function.called()))
    call.start()
    until(held.exists)
    before = function.done

    held.unlink()
    call.join(10)

    assert (before, function.done, answers) == ("", "x", [(0, [READY])])
