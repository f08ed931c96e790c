"""Opens SSH connections that trust one pinned host key, and channels to Unix sockets on them."""

from __future__ import annotations

import contextlib
import logging
import random
import socket
import time
from collections.abc import Iterator

import paramiko
from paramiko.common import cMSG_CHANNEL_OPEN
from paramiko.ssh_exception import IncompatiblePeer

from chalicelib.adapters.nodes.keys import (
    private_key,
    public_text,
    signatures,
    without_comment,
)
from chalicelib.domain.errors import HostKeyChanged, HostUnreachable, LoginRefused
from chalicelib.domain.host_keys import fingerprint
from chalicelib.ports.nodes import Login

CONNECT_SECONDS = 8.0
HANDSHAKE_SECONDS = 15.0
CHANNEL_SECONDS = 10.0
PROBE_SECONDS = 2.0
AT_ONCE_SECONDS = 1.0
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds, each give or take a half, after which a server that hung up at once is tried again."""
SILENCE_MS = 20_000
"""How long sent bytes may stay unacknowledged before the connection counts as broken."""

_STREAM_LOCAL = "direct-streamlocal@openssh.com"

# Every failure reaches the caller as an error of ours; the library would print it a second time.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def _opening_of(kind: str) -> bytes:
    message = paramiko.Message()
    message.add_byte(cMSG_CHANNEL_OPEN)
    message.add_string(kind)
    return message.asbytes()


class Transport(paramiko.Transport):
    """An SSH connection that can also open a channel to Docker's Unix socket on the server.

    The library has no such channel, but sends the opening of a kind that it does not know with
    nothing after the common part: the socket's path is put there.
    """

    _opening = _opening_of(_STREAM_LOCAL)
    docker_socket = ""

    def open_docker_socket(self) -> paramiko.Channel:
        """Open a channel to Docker's socket. Raises `paramiko.ChannelException` if refused."""
        return self.open_channel(_STREAM_LOCAL, timeout=CHANNEL_SECONDS)

    def answers(self) -> bool:
        """Tell whether the server still answers; one round trip, within two seconds.

        By its answer, all that it said before of the other channels has arrived too.
        """
        try:
            self.open_session(timeout=PROBE_SECONDS).close()
        except paramiko.ChannelException:
            return self.is_active()  # a refusal is an answer
        except (paramiko.SSHException, EOFError, OSError):
            return False
        return True

    def _send_user_message(self, data: paramiko.Message) -> None:
        if data.asbytes().startswith(self._opening):
            data.add_string(self.docker_socket)
            data.add_string("")
            data.add_int(0)
        super()._send_user_message(data)  # type: ignore[misc]  # absent from the library's stubs


class _TurnedAway(Exception):
    """The server took the connection and hung up at once, without a word."""


def open_transport(login: Login) -> Transport:
    """Connect, check the host key, then log in.

    A server at whose door too many stand (`MaxStartups` of its sshd) is tried again a few times,
    each caller at another moment. Raises `HostUnreachable`, `HostKeyChanged`, `LoginRefused`.
    """
    key = private_key(login.private_key)
    for pause in PAUSES:
        with contextlib.suppress(_TurnedAway):
            return _open(login, key)
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - no secret
    try:
        return _open(login, key)
    except _TurnedAway:
        raise unreachable(login, "it hangs up at once, so too many may be connecting") from None


def _open(login: Login, key: paramiko.PKey) -> Transport:
    began = time.monotonic()
    with _reaching(login):
        transport = Transport(_connect(login))
    transport.docker_socket = login.docker_socket
    try:
        with _reaching(login):
            _shake_hands(transport, login)
            _check_host_key(transport, login)
            _log_in(transport, login, key)
    except HostUnreachable:
        transport.close()
        if not transport.remote_version and time.monotonic() - began < AT_ONCE_SECONDS:
            raise _TurnedAway from None
        raise
    except BaseException:
        transport.close()
        raise
    return transport


def unreachable(login: Login, reason: object) -> HostUnreachable:
    """Return the error for a server that does not answer, or no longer."""
    said = str(reason).strip().rstrip(".") or type(reason).__name__
    return HostUnreachable(
        f"{login.host} does not answer over SSH on port {login.port} ({said}). Check that the "
        "server is on and that its firewall lets this port through."
    )


@contextlib.contextmanager
def _reaching(login: Login) -> Iterator[None]:
    try:
        yield
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise unreachable(login, error) from None


class _Prompt(socket.socket):
    """A socket that acknowledges at once.

    sshd waits for the acknowledgement of one small packet before it sends the next, and Linux
    delays it by 40 ms unless it is asked again before every read (tcp(7)).
    """

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Read, and acknowledge what comes without delay."""
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return super().recv(size, flags)


def _connect(login: Login) -> socket.socket:
    connection = socket.create_connection((login.host, login.port), timeout=CONNECT_SECONDS)
    if hasattr(socket, "TCP_QUICKACK"):
        connection = _Prompt(fileno=connection.detach())
        connection.settimeout(CONNECT_SECONDS)
    # SSH sends many small packets; without this each exchange can wait 40 ms for the other side.
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENCE_MS)
    return connection


def _shake_hands(transport: Transport, login: Login) -> None:
    transport.banner_timeout = HANDSHAKE_SECONDS
    transport.auth_timeout = HANDSHAKE_SECONDS
    transport.set_keepalive(10)
    if login.host_key:
        transport.get_security_options().key_types = signatures(login.host_key)
    try:
        transport.start_client(timeout=HANDSHAKE_SECONDS)
    except IncompatiblePeer as error:
        if login.host_key and "host key" in str(error):
            raise _changed(login, _shown(login)) from None
        raise unreachable(login, error) from None


def _check_host_key(transport: Transport, login: Login) -> None:
    met = public_text(transport.get_remote_server_key())
    if login.host_key and met != without_comment(login.host_key):
        raise _changed(login, met)


def _shown(login: Login) -> str:
    """Meet a server that has no key of the pinned kind once more to learn the key that it has.

    Nothing is sent to it. Empty when it does not show one.
    """
    with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
        transport = Transport(_connect(login))
        with contextlib.closing(transport):
            transport.banner_timeout = HANDSHAKE_SECONDS
            transport.start_client(timeout=HANDSHAKE_SECONDS)
            return public_text(transport.get_remote_server_key())
    return ""


def _changed(login: Login, met: str) -> HostKeyChanged:
    shown = fingerprint(met)
    error = HostKeyChanged(
        f"{login.host} shows another host key{f' ({shown})' if shown else ''} than the one that "
        "was pinned. Nothing was sent to it. If you reinstalled it, compare this with what "
        "ssh-keygen -lf says there, then set the node's host_key to null to accept it."
    )
    error.offered = shown
    return error


def _log_in(transport: Transport, login: Login, key: paramiko.PKey) -> None:
    refused = LoginRefused(
        f"{login.host} does not accept this key for the user {login.user}. Add the public key to "
        "that user's authorized_keys, or choose another user."
    )
    try:
        further = transport.auth_publickey(login.user, key)
    except paramiko.AuthenticationException:
        if transport.is_active():
            raise refused from None
        raise
    if further:
        raise refused
