"""Makes sure that a Docker Engine answers on this machine, and stops the one it started."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import docker
from docker.errors import DockerException

from infra.local import STATE, exclusive, log_file

PID_FILE = STATE / "dockerd.pid"
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class EngineMissing(RuntimeError):
    """No Docker Engine answers and none can be started here; the message says what to do."""


def connect() -> docker.DockerClient:
    """Return a client of the machine's Engine (`DOCKER_HOST` is honoured).

    Raises `EngineMissing` when none answers.
    """
    try:
        client = docker.from_env(timeout=600)
        client.ping()
    except DockerException as error:
        message = "no Docker Engine answers on this machine; start it with `make run`"
        raise EngineMissing(message) from error
    return client


def engine_answers() -> bool:
    """Tell whether a Docker Engine answers now."""
    try:
        connect().close()
    except EngineMissing:
        return False
    return True


def ensure_engine() -> bool:
    """Have a Docker Engine that answers; return whether this call started it.

    A running Engine is used as it is. Otherwise `dockerd` is started in a session of its own, so
    that a Ctrl-C in the terminal reaches the platform first; `stop_engine` ends it. Raises
    `EngineMissing`.
    """
    with exclusive("engine"):
        if engine_answers():
            return False
        _require_dockerd()
        log = log_file("dockerd")
        with log.open("ab") as output:
            process = subprocess.Popen(
                ["dockerd"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        PID_FILE.write_text(str(process.pid))
        _await_answer(process, log)
        return True


def stop_engine() -> bool:
    """Stop the Engine if `ensure_engine` started it; return whether it was stopped.

    An Engine that somebody else started is left alone.
    """
    with exclusive("engine"):
        pid = _own_pid()
        PID_FILE.unlink(missing_ok=True)
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while _is_dockerd(pid) and time.monotonic() < deadline:
            _reap(pid)
            time.sleep(0.1)
        return True


def _require_dockerd() -> None:
    if os.environ.get("DOCKER_HOST"):
        message = "DOCKER_HOST is set but nothing answers there; unset it or start that Engine"
        raise EngineMissing(message)
    if shutil.which("dockerd") is None:
        message = "Docker Engine is not installed: run `apt-get install docker.io` and try again"
        raise EngineMissing(message)
    if os.geteuid() != 0:
        message = "Docker Engine is installed but not running, and starting it needs root"
        raise EngineMissing(message)


def _await_answer(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if engine_answers():
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
    message = f"dockerd did not come up; the end of {log}:\n{tail}"
    raise EngineMissing(message)


def _own_pid() -> int | None:
    try:
        pid = int(PID_FILE.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return pid if _is_dockerd(pid) else None


def _is_dockerd(pid: int) -> bool:
    """Guard against a recycled process id: only a `dockerd` may be signalled."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return Path(command.split(b"\0")[0].decode()).name == "dockerd"


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
