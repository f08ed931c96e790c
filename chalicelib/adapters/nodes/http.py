"""Speaks HTTP to a server's Docker Engine over channels of one SSH connection."""

from __future__ import annotations

import contextlib
import functools
import queue
from collections.abc import Callable, Mapping
from typing import Any

import docker
import paramiko
import requests
import requests.adapters
import urllib3
from docker.constants import DEFAULT_DOCKER_API_VERSION
from urllib3.connection import HTTPConnection

from chalicelib.adapters.nodes import rooted
from chalicelib.adapters.nodes.channel_socket import ChannelSocket
from chalicelib.adapters.nodes.shell import Shell
from chalicelib.adapters.nodes.transport import CHANNEL_SECONDS

ANSWER_SECONDS = 30
CHANNELS = 4
"""How many calls run at once; sshd allows ten sessions on a connection."""

_URL = "http://docker:80"
Dial = Callable[[], paramiko.Channel]


def client_of(shell: Shell) -> docker.APIClient:
    """Return the connection's one client of the Engine, so that all that ask share its channels."""
    if shell.docker is None:
        shell.docker = _open_client(shell)
    client: docker.APIClient = shell.docker
    return client


class DockerSide:
    """What is asked of the Docker Engine behind a shell's connection."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell

    @functools.cached_property
    def client(self) -> Any:
        """The SDK's `APIClient` (typed only in part), connected when it is first used."""
        return client_of(self.shell)


def _open_client(shell: Shell) -> docker.APIClient:
    """Return a client that speaks the newest API which both sides know."""
    adapter = ChannelAdapter(lambda: dial(shell))
    with requests.Session() as session:
        session.trust_env = False
        session.mount(_URL, adapter)
        answer = session.get(f"{_URL}/_ping", timeout=ANSWER_SECONDS)
        answer.raise_for_status()
    version = min(answer.headers["Api-Version"], DEFAULT_DOCKER_API_VERSION, key=_numbers)
    client = docker.APIClient(base_url=_URL, version=version, timeout=ANSWER_SECONDS)
    client.trust_env = False
    client.mount(_URL, adapter)
    return client


def dial(shell: Shell) -> paramiko.Channel:
    """Open a channel to the Engine.

    Straight to its socket where the server lets the user (half a millisecond); else through the
    docker command, as root where the user needs to be, which starts a process.
    """
    if shell.way != "sudo":
        with contextlib.suppress(paramiko.ChannelException):
            return shell.transport.open_docker_socket()
    way: rooted.Way = "sudo" if shell.way == "sudo" else "root"
    command = rooted.as_root(way, "docker system dial-stdio", shell.docker_host)
    channel = shell.transport.open_session(timeout=CHANNEL_SECONDS)
    channel.exec_command(command)
    return channel


class ChannelAdapter(requests.adapters.HTTPAdapter):
    """Sends every request through channels that `dial` opens, and keeps them for the next."""

    def __init__(self, dial: Dial) -> None:
        super().__init__()
        self.channels = _Channels(dial)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,  # noqa: ARG002  # the library's signature
        verify: bool | str | None,  # noqa: ARG002
        proxies: Mapping[str, str] | None = None,  # noqa: ARG002
        cert: Any = None,  # noqa: ARG002
    ) -> urllib3.HTTPConnectionPool:
        """Return the one pool of channels, whatever the URL."""
        return self.channels

    def close(self) -> None:
        """Leave the channels open: sessions share them, and they end with the connection."""


class _Channels(urllib3.HTTPConnectionPool):
    def __init__(self, dial: Dial) -> None:
        super().__init__("docker", maxsize=CHANNELS)
        self.dial = dial

    def _new_conn(self) -> HTTPConnection:
        return _ChannelConnection(self.dial)

    def _get_conn(self, timeout: float | None = None) -> Any:  # noqa: ARG002
        # The library's own asks the system whether the socket was dropped; a channel is no
        # socket of the system.
        if self.pool is None:
            raise urllib3.exceptions.ClosedPoolError(self, "closed")
        try:
            kept: Any = self.pool.get(block=False) or self._new_conn()
        except queue.Empty:
            return self._new_conn()
        if kept.has_ended:
            kept.close()  # its next request opens another channel
        return kept


class _ChannelConnection(HTTPConnection):
    def __init__(self, dial: Dial) -> None:
        super().__init__("docker")
        self.dial = dial

    @property
    def has_ended(self) -> bool:
        """Whether the Engine hung up, as it does on its restart."""
        return self.sock is not None and (self.sock.closed or self.sock.eof_received)

    def connect(self) -> None:
        channel = self.dial()
        channel.settimeout(ANSWER_SECONDS)
        self.sock: Any = ChannelSocket(channel)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
