"""Turns what the Docker Engine answers, or leaves unanswered, into the product's errors."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import docker.errors
import paramiko
import requests
import urllib3

from chalicelib.adapters.nodes.shell import Shell
from chalicelib.adapters.nodes.transport import unreachable
from chalicelib.domain.errors import (
    CommandFailed,
    ContainerExited,
    DiskFull,
    DockerUnavailable,
    ImageUnavailable,
    PortInUse,
    ProductError,
)

_RULES: tuple[tuple[str, type[ProductError], str], ...] = (
    (
        r"port is already allocated|address already in use",
        PortInUse,
        "The host port is held by something else on the server",
    ),
    (
        r"no space left on device|disk quota exceeded",
        DiskFull,
        "The server has no disk space left; free some and try again",
    ),
    (
        r"no such image",
        ImageUnavailable,
        "The image is not on the server; pull it again",
    ),
    (
        r"OCI runtime create failed|failed to create shim|failed to create task",
        ContainerExited,
        "The container could not start; check its command and its image",
    ),
    (
        r"non-overlapping IPv4 address pool",
        CommandFailed,
        "The server's Docker has no address range left for another network; give it more in "
        "default-address-pools of /etc/docker/daemon.json",
    ),
)

_PORT = re.compile(r"\b0\.0\.0\.0:(\d{1,5})\b")
"""A host port as Docker names it."""

_NO_ANSWER = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    paramiko.SSHException,
    EOFError,
    OSError,
)

SETTLE_SECONDS = 0.5
"""How long a breaking connection may take to say so itself, after its channels broke."""


class Speaker(Protocol):
    """What speaks to an Engine over a shell's connection."""

    shell: Shell


S = TypeVar("S", bound=Speaker)
P = ParamSpec("P")
R = TypeVar("R")


def product_errors(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Make a method raise only the product's errors."""

    def told(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with asking(self.shell):
            return method(self, *args, **kwargs)

    functools.update_wrapper(told, method)
    return told


@contextlib.contextmanager
def asking(shell: Shell) -> Iterator[None]:
    """Raise only the product's errors while an Engine is asked; for what is read bit by bit."""
    try:
        yield
    except docker.errors.APIError as error:
        raise refusal(shell.login.host, str(error.explanation or error)) from None
    except _NO_ANSWER as error:
        raise _silence(shell, error) from None


def refusal(host: str, said: str) -> ProductError:
    """Return the error that the Engine's words mean."""
    for words, kind, advice in _RULES:
        if re.search(words, said, re.IGNORECASE):
            told = kind(f"{advice}. Docker on {host} says: {said[:400]}")
            if isinstance(told, PortInUse) and (named := _PORT.search(said)):
                told.port = int(named[1])
            return told
    return CommandFailed(f"Docker on {host} refuses: {said[:400]}")


def _silence(shell: Shell, error: Exception) -> ProductError:
    shell.transport.join(SETTLE_SECONDS)
    if not shell.transport.is_active():
        return unreachable(shell.login, "the connection broke while Docker was asked")
    return DockerUnavailable(
        f"{shell.login.host} answers over SSH, but its Docker Engine does not "
        f"({type(error).__name__}). Check `systemctl status docker` there."
    )
