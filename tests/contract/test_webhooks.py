"""Webhooks over real connections: signed, bounded, never to where they may not go."""

from __future__ import annotations

import datetime
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chalicelib.adapters.outside.pinned import Pinned
from chalicelib.adapters.webhooks import pinned
from chalicelib.adapters.webhooks.pinned import PinnedWebhooks
from chalicelib.domain.notices.signatures import headers, secret_of
from chalicelib.domain.urls import Target
from chalicelib.ports.webhooks import NotDelivered

HOST = "hooks.example.com"
REFUSED = ("203.0.113.0/24",)


def own_address() -> str:
    """An address of this machine that is not its loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return str(probe.getsockname()[0])


class Receiver(BaseHTTPRequestHandler):
    """Answers as its path says, and keeps what it got."""

    got: list[tuple[str, dict[str, str], bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, dict(self.headers.items()), body))
        if self.path.startswith("/drip"):
            self._drip(b"HTTP/1.1 200 OK\r\nX-Long: ", at_once=self.path == "/drip-later")
            return
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", f"http://{HOST}/other")
        self.end_headers()
        self.wfile.write(b"x" * (1_000_000 if self.path == "/large" else 2))

    def _drip(self, head: bytes, *, at_once: bool) -> None:
        try:
            if at_once:
                self.wfile.write(head)
            for letter in (b"" if at_once else head) + b"x" * 200:
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiver(context: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[Any]]]:
    got: list[Any] = []
    kind = type("Keeping", (Receiver,), {"got": got})
    with ThreadingHTTPServer((own_address(), 0), kind) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_port, got
        server.shutdown()
        thread.join()


def to(*found: str) -> PinnedWebhooks:
    """Webhooks for which a host name has these addresses."""
    return PinnedWebhooks(Pinned(lambda _host: found, REFUSED))


def target(port: int, path: str = "/in", scheme: str = "http") -> Target:
    return Target(scheme, HOST, port, path)


def test_message_arrives_as_it_was_sent() -> None:
    with receiver() as (port, got):
        said = to(own_address()).post(target(port), b'{"a":1}', {"webhook-id": "ntc_1"})

    [(path, sent, body)] = got
    assert (said.status, said.head) == (200, "xx")
    assert (path, body, sent["webhook-id"]) == ("/in", b'{"a":1}', "ntc_1")
    assert sent["Host"] == f"{HOST}:{port}"


@pytest.mark.parametrize(
    "found",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("203.0.113.9",),
        ("0.0.0.0",),
        ("8.8.8.8", "127.1.2.3"),
    ],
    ids=str,
)
def test_nothing_goes_to_the_platforms_own_networks(found: tuple[str, ...]) -> None:
    hooks = to(*found)

    assert "to which nothing is sent" in hooks.refuse(HOST)
    with pytest.raises(NotDelivered, match="to which nothing is sent"):
        hooks.post(target(80), b"", {})


def test_host_that_nobody_knows_is_told() -> None:
    assert "can be found" in to().refuse(HOST)


def test_redirect_is_not_followed() -> None:
    with receiver() as (port, got):
        said = to(own_address()).post(target(port, "/elsewhere"), b"", {})

    assert (said.status, len(got)) == (302, 1)


def test_long_answer_is_not_read_to_its_end() -> None:
    with receiver() as (port, _):
        said = to(own_address()).post(target(port, "/large"), b"", {})

    assert len(said.head) == pinned.HEAD_BYTES


@pytest.mark.parametrize("path", ["/drip", "/drip-later"])
def test_receiver_that_drips_is_cut_off(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "WHOLE_SECONDS", 0.5)
    with receiver() as (port, _):
        begun = time.monotonic()
        with pytest.raises(NotDelivered, match="gave no answer: it took too long"):
            to(own_address()).post(target(port, path), b"", {})

    assert time.monotonic() - begun < 5


def test_receiver_that_is_silent_at_tls_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "WHOLE_SECONDS", 0.5)
    with socket.create_server((own_address(), 0)) as silent:
        begun = time.monotonic()
        with pytest.raises(NotDelivered, match="gave no answer: it took too long"):
            to(own_address()).post(target(silent.getsockname()[1], scheme="https"), b"", {})

    assert time.monotonic() - begun < 3


def test_look_at_the_name_counts_towards_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "WHOLE_SECONDS", 0.0)
    with (
        receiver() as (port, got),
        pytest.raises(NotDelivered, match="gave no answer: it took too long"),
    ):
        to(own_address()).post(target(port), b"", {})

    assert got == []


def test_port_that_nobody_listens_on_is_told() -> None:
    with socket.create_server((own_address(), 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotDelivered, match="refuses connections"):
        to(own_address()).post(target(port), b"", {})


@pytest.fixture
def certified(tmp_path: Path) -> tuple[ssl.SSLContext, Path]:
    """TLS for the host, and the file of whom it is believed by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    return context, chain


def test_certificate_must_be_believed_and_the_hosts(
    certified: tuple[ssl.SSLContext, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, roots = certified
    with receiver(context) as (port, got):
        with pytest.raises(NotDelivered, match="is not believed"):
            to(own_address()).post(target(port, scheme="https"), b"", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(roots))
        said = to(own_address()).post(target(port, scheme="https"), b"{}", {})
        other = Target("https", "other.example.com", port, "/in")
        with pytest.raises(NotDelivered, match="is not believed"):
            to(own_address()).post(other, b"", {})

    assert (said.status, len(got)) == (200, 1)


@pytest.fixture
def documented(tmp_path: Path) -> Iterator[tuple[int, str, subprocess.Popen[str]]]:
    """The receiver of the documentation, running."""
    page = Path("docs/notices.md").read_text()
    [code] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    script, secret = tmp_path / "receiver.py", secret_of(os.urandom(32))
    script.write_text(code)
    with socket.create_server(("", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"WEBHOOK_SECRET": secret, "PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    _until_listening(port)
    yield port, secret, process
    process.kill()
    process.wait()


def _until_listening(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((own_address(), port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(port)


def test_receiver_of_the_documentation_believes_what_is_signed_and_nothing_else(
    documented: tuple[int, str, subprocess.Popen[str]],
) -> None:
    port, secret, process = documented
    body, now = json.dumps({"subject": "Guestbook is down"}).encode(), int(time.time())
    hooks, where = to(own_address()), target(port)
    good = headers([secret_of(b"o" * 32), secret], message_id="ntc_1", timestamp=now, body=body)
    late = headers([secret], message_id="ntc_1", timestamp=now - 600, body=body)

    statuses = [
        hooks.post(where, sent, told).status
        for sent, told in [(body, good), (body + b" ", good), (body, late)]
    ]

    assert statuses == [204, 401, 401]
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "Guestbook is down"
