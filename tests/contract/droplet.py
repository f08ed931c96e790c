"""A droplet of the local cloud with images in it, for tests that need a real server."""

from __future__ import annotations

import io
import shlex
import tarfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

import bcrypt
import docker
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from chalicelib.adapters.nodes.ssh import open_node
from chalicelib.domain.errors import HostUnreachable, LoginRefused, NotReady
from chalicelib.ports.nodes import Login, Node
from infra.local import nodes
from infra.local.engine import ensure_engine
from infra.local.engine.debian import BASE

T = TypeVar("T")
REGISTRY = "127.0.0.1:5000"
GUARDED = "127.0.0.1:5001"


@contextmanager
def connect(login: Login) -> Iterator[Node]:
    """Open a connection of one's own for the time of a `with` block."""
    with closing(open_node(login)) as node:
        yield node


@dataclass(frozen=True)
class Droplet:
    """A running droplet and how to log in to it."""

    id: str
    login: Login

    def shell(self, command: str) -> str:
        """Run a command in the droplet from outside, past SSH."""
        container = docker.from_env().containers.get(f"hoster-droplet-{self.id}")
        status, output = container.exec_run(["sh", "-c", command])
        assert status == 0, output.decode()
        return output.decode().strip()

    def answers(self) -> bool:
        """Tell whether a login works now."""
        with connect(self.login):
            return True

    def kill_sshd(self) -> None:
        """Kill the listener and every session, as a crash would; the droplet starts it anew."""
        # A session may end by itself between the two; the listener does not.
        self.shell("kill -9 $(cat /run/sshd.pid); kill -9 $(pidof sshd) || true")

    def registry_image(self, name: str) -> str:
        """Have a registry in the droplet, on its loopback, and return an image's name in it."""
        self.shell(
            "[ -e /tmp/registry.pid ] || {"
            " REGISTRY_HTTP_ADDR=127.0.0.1:5000 REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/srv/reg"
            " setsid docker-registry serve /etc/registry.yml >/tmp/registry.log 2>&1 &"
            " echo $! >/tmp/registry.pid; }"
        )
        until(lambda: self.shell("ss -tln | grep -c 127.0.0.1:5000 || true") == "1")
        return f"{REGISTRY}/{name}"

    def guarded_registry(self, username: str, password: str) -> str:
        """Have what the droplet's registry holds given out with a login alone; return its host.

        It is another process of the same program on the same folder, which knows the password's
        bcrypt hash.
        """
        self.registry_image("any")
        hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt(5)).decode()
        self.shell(
            f"printf '%s\\n' {shlex.quote(f'{username}:{hashed}')} >/etc/htpasswd;"
            " [ -e /tmp/guarded.pid ] || {"
            " REGISTRY_HTTP_ADDR=127.0.0.1:5001 REGISTRY_AUTH=htpasswd"
            " REGISTRY_AUTH_HTPASSWD_REALM=guarded REGISTRY_AUTH_HTPASSWD_PATH=/etc/htpasswd"
            " REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY=/srv/reg"
            " setsid docker-registry serve /etc/registry.yml >/tmp/guarded.log 2>&1 &"
            " echo $! >/tmp/guarded.pid; }"
        )
        until(lambda: self.shell("ss -tln | grep -c 127.0.0.1:5001 || true") == "1")
        return GUARDED


def key_pair() -> tuple[str, str]:
    """Make a private key in OpenSSH form and its public line."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private.decode(), public.decode()


def until(question: Callable[[], T], *, seconds: float = 30.0) -> T:
    """Ask until the answer is true, and return it. Errors that can pass count as no."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        answer: T | str
        try:
            answer = question()
            if answer:
                return answer
        except (HostUnreachable, LoginRefused, NotReady) as error:
            answer = repr(error)
        assert time.monotonic() < deadline, f"not within {seconds} s; last answer: {answer!r}"
        pause.wait(0.1)


@contextmanager
def droplet() -> Iterator[Droplet]:
    """Have a droplet with the base image and its Docker Engine up, for a time."""
    private, public = key_pair()
    name = f"test-{uuid.uuid4().hex[:8]}"
    ensure_engine()
    nodes.ensure_image()
    nodes.ensure_network()
    nodes.create(name, hostname=name, user_data="", keys=[public])
    try:
        machine = until(lambda: (one := nodes.find(name)) and one.address and one)
        login = Login(machine.address or "", 22, "root", private, None)
        until(lambda: _engine_is_up(login))
        with connect(login) as node:
            made = Droplet(name, replace(login, host_key=node.host_key))
        loaded(made)
        _add_registry(made)
        yield made
    finally:
        nodes.remove(name)


def _engine_is_up(login: Login) -> bool:
    with connect(login) as node:
        return node.facts().docker_version is not None


def _add_registry(made: Droplet) -> None:
    """Put the registry's program, from this machine's packages, into the droplet."""
    buffer = io.BytesIO()
    settings = b"version: 0.1\nstorage: {filesystem: {}}\nhttp: {addr: ':0'}\n"
    with tarfile.open(fileobj=buffer, mode="w", dereference=True) as archive:
        archive.add("/usr/bin/docker-registry", "usr/bin/docker-registry")
        entry = tarfile.TarInfo("etc/registry.yml")
        entry.size = len(settings)
        archive.addfile(entry, io.BytesIO(settings))
    container = docker.from_env().containers.get(f"hoster-droplet-{made.id}")
    container.put_archive("/", buffer.getvalue())


def loaded(made: Droplet, image: str = BASE) -> None:
    """Copy an image of this machine in, without a registry."""
    client = docker.from_env()
    container = client.containers.get(f"hoster-droplet-{made.id}")
    sent = client.images.get(image).save(named=True)
    run = client.api.exec_create(container.id, ["docker", "load"], stdin=True)
    stream = client.api.exec_start(run["Id"], socket=True)
    for chunk in sent:
        stream._sock.sendall(chunk)
    stream._sock.shutdown(1)
    assert b"Loaded" in stream.read()
