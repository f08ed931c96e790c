"""The registry's process: started once on the bridge's address, found again, stopped."""

from __future__ import annotations

import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx

from infra.local import STATE, log_file

PROGRAM = "docker-registry"
FOLDER = STATE / "registry"
CONFIG = FOLDER / "config.json"
PID_FILE = FOLDER / "registry.pid"
PORT_FILE = FOLDER / "port"
USUAL_PORT = 5000
START_SECONDS = 15.0
STOP_SECONDS = 10.0


class RegistryFailed(RuntimeError):
    """The registry does not come up or does not take an image; the message says why."""


def ensure_server(address: str) -> str:
    """Have the registry answer on `address` and nowhere else; return its URL.

    One that runs already is kept, and so is its port: servers remember it as their mirror.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    url = f"http://{address}:{_kept_port()}"
    with _process() as handle:
        if handle is not None and _answers(url):
            return url
    stop_server()
    port = _choose_port(address)
    url = f"http://{address}:{port}"
    PORT_FILE.write_text(str(port))
    CONFIG.write_text(json.dumps(_settings(f"{address}:{port}"), indent=1))
    _start(url)
    return url


def stop_server() -> bool:
    """Stop the process that `ensure_server` started; return whether there was one."""
    with _process() as handle:
        if handle is not None:
            signal.pidfd_send_signal(handle, signal.SIGTERM)
            if not _ends(handle, STOP_SECONDS):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                _ends(handle, STOP_SECONDS)
            _reap()
        PID_FILE.unlink(missing_ok=True)
        return handle is not None


def _settings(address: str) -> dict[str, object]:
    return {
        "version": "0.1",
        "log": {"level": "warn", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(FOLDER / "images")}},
        "http": {"addr": address, "secret": secrets.token_hex(16)},
    }


def _start(url: str) -> None:
    if shutil.which(PROGRAM) is None:
        message = f"{PROGRAM} is missing: run `apt-get install docker-registry`"
        raise RegistryFailed(message)
    log = log_file("registry")
    with log.open("ab") as output:
        _collect_garbage(output)
        # Of a session of its own: a Ctrl-C in the terminal reaches the platform first.
        process = subprocess.Popen(
            _command(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    PID_FILE.write_text(str(process.pid))
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            stop_server()
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
            message = f"the image registry did not come up; the end of {log}:\n{tail}"
            raise RegistryFailed(message)
        time.sleep(0.02)


def _collect_garbage(output: IO[bytes]) -> None:
    """Give back what no name leads to since images were built anew; nobody uploads now."""
    if (FOLDER / "images").exists():
        command = [PROGRAM, "garbage-collect", "--delete-untagged", str(CONFIG)]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=output, check=False)


def _command() -> list[str]:
    return [PROGRAM, "serve", str(CONFIG)]


@contextmanager
def _process() -> Iterator[int | None]:
    """A handle on the process that was started here, or None when it is gone.

    The handle is opened before the command is compared: a process id that went to somebody else
    is never taken for the registry's, and the handle never comes to stand for another process.
    """
    try:
        pid = int(PID_FILE.read_text())
        handle = os.pidfd_open(pid)
    except (OSError, ValueError):
        yield None
        return
    try:
        yield handle if _runs_command(pid) else None
    finally:
        os.close(handle)


def _runs_command(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return command.decode(errors="replace").rstrip("\0").split("\0") == _command()


def _ends(handle: int, seconds: float) -> bool:
    return bool(select.select([handle], [], [], seconds)[0])


def _reap() -> None:
    try:
        os.waitpid(int(PID_FILE.read_text()), os.WNOHANG)
    except (ChildProcessError, FileNotFoundError):
        return


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/v2/", timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _kept_port() -> int:
    try:
        return int(PORT_FILE.read_text())
    except (FileNotFoundError, ValueError):
        return USUAL_PORT


def _choose_port(address: str) -> int:
    for port in (_kept_port(), USUAL_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    message = f"no port can be bound on {address}; is the bridge of the servers there?"
    raise RegistryFailed(message)
