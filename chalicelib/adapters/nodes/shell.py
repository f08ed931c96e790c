"""Runs shell commands as root on a server and keeps the end of what they print."""

from __future__ import annotations

import contextlib
import functools
import math
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import paramiko

from chalicelib.adapters.nodes import rooted
from chalicelib.adapters.nodes.transport import CHANNEL_SECONDS, Transport, unreachable
from chalicelib.domain.errors import (
    CommandFailed,
    DiskFull,
    DockerUnavailable,
    LoginRefused,
    NotReady,
)
from chalicelib.ports.nodes import Login

KEPT = 16 * 1024
"""Bytes of each output stream that are kept, from its end."""

GRACE = 8.0
"""Seconds past a command's own limit in which the server must have said that it ended."""

FIND_SECONDS = 20
"""How long it may take to find out how a user becomes root, and to make ready for it."""

_CHUNK = 32 * 1024
_KILLED_BY_LIMIT = (124, 137)
_NOT_FOUND = 127


@dataclass(frozen=True)
class Output:
    """How a command ended, and the end of what it printed."""

    status: int
    stdout: str
    stderr: str


class Shell:
    """A root shell behind an open connection; each command gets a channel of its own."""

    def __init__(self, transport: Transport, login: Login) -> None:
        self.transport = transport
        self.login = login
        self.docker: Any = None
        """The client of the Docker Engine there, once `http.client_of` has opened it."""

    def run(
        self, script: str, *, timeout: float = 30.0, stdin: bytes = b"", keep: int = KEPT
    ) -> Output:
        """Run a script to its end. `timeout` in seconds.

        The limit is kept on the server too, so nothing goes on there unseen. Raises `NotReady`
        past it, `HostUnreachable` when the connection breaks, `LoginRefused` for a user who cannot
        become root, and `DockerUnavailable` for one who is root through Docker.
        """
        limit = math.ceil(timeout)
        started = time.monotonic()
        command = self.as_root(f"timeout -k 2 {limit} sh -c {shlex.quote(script)}")
        with self.channel(limit + GRACE) as channel:
            channel.exec_command(command)
            output = _collect(channel, stdin, keep)
        if output.status == -1:
            raise unreachable(self.login, "the connection broke while a command ran")
        if output.status in _KILLED_BY_LIMIT and time.monotonic() - started >= limit:
            raise NotReady(f"A command on {self.login.host} did not end within {limit} s.")
        if self.way == "sudo" and _is_refusal(output):
            raise LoginRefused(
                f"The user {self.login.user} on {self.login.host} may neither use sudo without a "
                "password nor use Docker. Allow one of the two, or use root."
            )
        if self.way == "docker" and output.status == rooted.FAILED_TO_RUN:
            said = output.stderr.strip().splitlines()[:1] or ["nothing"]
            raise DockerUnavailable(
                f"The user {self.login.user} on {self.login.host} is root through Docker, which "
                f"says: {said[0][:300]}"
            )
        return output

    def expect(self, script: str, what: str, *, timeout: float = 30.0, stdin: bytes = b"") -> str:
        """Run a script that must succeed and return its output. `what` tells what it is for.

        Raises `DiskFull` and `CommandFailed` besides what `run` raises.
        """
        output = self.run(script, timeout=timeout, stdin=stdin)
        if output.status == 0:
            return output.stdout
        if "No space left on device" in output.stderr:
            raise DiskFull(f"{self.login.host} has no disk space left: {what} failed. Free some.")
        said = output.stderr.strip().splitlines()[-1:] or [f"status {output.status}"]
        raise CommandFailed(f"On {self.login.host} {what} failed: {said[0][:300]}")

    @functools.cached_property
    def way(self) -> rooted.Way:
        """How the user becomes root here; asked once, of who is not root already."""
        if self.login.user == "root":
            return "root"
        with self.channel(FIND_SECONDS + GRACE) as channel:
            script = rooted.find(self.login.docker_socket)
            channel.exec_command(f"timeout -k 2 {FIND_SECONDS} sh -c {shlex.quote(script)}")
            found = _collect(channel, b"", KEPT).stdout
        return "docker" if found.strip() == "docker" else "sudo"

    @property
    def docker_host(self) -> str:
        """Where Docker's own command finds the Engine; empty for where it looks by itself."""
        socket = self.login.docker_socket
        return f"unix://{socket}" if socket != Login.docker_socket else ""

    def as_root(self, command: str) -> str:
        """Return `command` as the user must give it for it to run as root."""
        return rooted.as_root(self.way, command, self.docker_host)

    @contextlib.contextmanager
    def channel(self, timeout: float) -> Iterator[paramiko.Channel]:
        """Open a session channel on which no wait takes longer than `timeout` seconds."""
        try:
            channel = self.transport.open_session(timeout=CHANNEL_SECONDS)
            with contextlib.closing(channel):
                channel.settimeout(timeout)
                yield channel
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise unreachable(self.login, error) from None


def _is_refusal(output: Output) -> bool:
    """Whether it is sudo that failed, or that is not there, and not the command."""
    if output.status == _NOT_FOUND:
        return "sudo: " in output.stderr
    return output.status != 0 and output.stderr.startswith("sudo: ")


def _collect(channel: paramiko.Channel, stdin: bytes, keep: int) -> Output:
    errors = _Tail(channel.recv_stderr, keep)
    reader = threading.Thread(target=errors.drain, daemon=True)
    reader.start()
    _feed(channel, stdin)
    output = _Tail(channel.recv, keep)
    output.drain()
    reader.join(channel.gettimeout())
    for stream in (output, errors):
        if stream.failure:
            raise stream.failure
    if not channel.status_event.wait(channel.gettimeout()):
        raise TimeoutError("no answer")
    return Output(channel.recv_exit_status(), output.text(), errors.text())


def _feed(channel: paramiko.Channel, stdin: bytes) -> None:
    try:
        channel.sendall(stdin)
    except TimeoutError:
        raise
    except OSError:
        return  # The command ended without reading its input: its status tells the rest.
    channel.shutdown_write()


class _Tail:
    """Reads a stream to its end and keeps the last bytes of it."""

    def __init__(self, receive: Callable[[int], bytes], keep: int) -> None:
        self.receive = receive
        self.keep = keep
        self.kept = b""
        self.failure: Exception | None = None

    def drain(self) -> None:
        """Read until the stream ends; a failure is kept for the thread that asks."""
        try:
            while chunk := self.receive(_CHUNK):
                self.kept = (self.kept + chunk)[-self.keep :]
        except (OSError, EOFError) as error:
            self.failure = error

    def text(self) -> str:
        return self.kept.decode(errors="replace")
