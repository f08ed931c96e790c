"""Local functions are forked from a process that has read their code, and end with who asked."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from infra.local.cloud import nursery

ROOT = Path(__file__).resolve().parents[3]
LAUNCH = ROOT / "infra/local/cloud/launch.py"
CODE = """
import os
import subprocess

READ_BY = os.getpid()


def handler(event, context):
    if event == "die":
        os._exit(3)
    child = subprocess.run(["true"]).returncode
    return {"read_by": READ_BY, "pid": os.getpid(), "name": os.environ["NAME"], "child": child}
"""


class RuntimeApi:
    """Lambda's Runtime API for one function: events that wait, and answers that came."""

    def __init__(self) -> None:
        self.events: queue.Queue[Any] = queue.Queue()
        self.answers: queue.Queue[Any] = queue.Queue()
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(api.events.get()).encode()
                self.send_response(200)
                for name, value in {
                    "Lambda-Runtime-Aws-Request-Id": "1",
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 60_000),
                    "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:1:function:f",
                    "Content-Type": "application/json",
                    "Content-Length": str(len(body)),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"]))
                api.answers.put(json.loads(said))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ask(self, event: Any) -> Any:
        self.events.put(event)
        return self.answers.get(timeout=60)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for package in ("chalicelib", "functions"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "functions/echo.py").write_text(CODE)
    return tmp_path


@pytest.fixture
def kept(root: Path) -> Iterator[str]:
    """The name of a nursery that runs."""
    name = f"test-{root.stat().st_ino}"
    environment = {**os.environ, "HOSTER_NURSERY": name, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-m", nursery.__name__], env=environment) as process:
        until(lambda: nursery.answers(name))
        yield name
        members = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        until(lambda: not any(is_alive(member) for member in members))


@pytest.fixture
def start(root: Path, kept: str) -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], Any]]]:
    started: list[subprocess.Popen[bytes]] = []

    def starting(name: str, **more: str) -> tuple[subprocess.Popen[bytes], RuntimeApi]:
        api = RuntimeApi()
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "LAMBDA_TASK_ROOT": str(root),
            "HOSTER_LOCAL_PYTHON": sys.executable,
            "HOSTER_NURSERY": kept,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server.server_address[1]}",
            "_HANDLER": "functions.echo.handler",
            "NAME": name,
            **more,
        }
        command = [sys.executable, "-I", "-S", str(LAUNCH), "functions.echo.handler"]
        started.append(subprocess.Popen(command, env=environment, cwd=root))
        return started[-1], api

    yield starting
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], within: float = 60.0) -> None:
    end = time.monotonic() + within
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_alive(member: psutil.Process) -> bool:
    return member.is_running() and member.status() != psutil.STATUS_ZOMBIE


def test_functions_share_what_one_process_read_and_are_processes_of_their_own(start: Any) -> None:
    said = [start(name)[1].ask({}) for name in ("one", "two")]

    assert [one["name"] for one in said] == ["one", "two"]
    assert [one["child"] for one in said] == [0, 0]
    read_by = {one["read_by"] for one in said}
    assert len(read_by) == 1
    assert len(read_by | {one["pid"] for one in said}) == 3


def test_function_ends_with_the_process_that_asked_for_it(start: Any) -> None:
    process, api = start("one")
    function = psutil.Process(api.ask({})["pid"])

    process.send_signal(signal.SIGKILL)

    until(lambda: not is_alive(function))


def test_process_that_asked_ends_with_the_function(start: Any) -> None:
    process, api = start("one")
    api.events.put("die")

    assert process.wait(60) == 1


def test_function_is_started_where_no_nursery_answers(start: Any) -> None:
    process, api = start("one", HOSTER_NURSERY="nowhere")

    said = api.ask({})

    assert (said["name"], said["pid"], said["read_by"]) == ("one", process.pid, process.pid)
