"""The edge in front of the gateway's meter knows who asks by a client certificate."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from chalicelib.adapters.metering.apigate import APIGateMeter
from chalicelib.domain.errors import MeterInDoubt, MeterUnavailable
from chalicelib.ports.records import Usage

EVENT = Usage("evt_1", "user", "deployment.started", "depl_1", "deployment", "")
ANSWER = json.dumps({"meta": {"accepted": 1, "errors": None, "rejected": 0}}).encode()


class Edge(BaseHTTPRequestHandler):
    """Takes whatever is reported."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(202 if self.headers["X-API-Key"] == "ak_1" else 401)
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def certificate(name: str) -> str:
    """A certificate that vouches for itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (made.public_bytes(serialization.Encoding.PEM) + private).decode()


@pytest.fixture(scope="module")
def ours() -> str:
    return certificate("hoster")


@pytest.fixture
def url(ours: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / "edge.pem").write_text(certificate("edge"))
    (tmp_path / "ours.pem").write_text(ours)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "edge.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "edge.pem")
    context.load_verify_locations(tmp_path / "ours.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    server = HTTPServer(("127.0.0.1", 0), Edge)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}/_internal/meter"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_certificate_and_key_are_shown(url: str, ours: str) -> None:
    secret = json.dumps({"key": "ak_1", "certificate": ours})

    assert APIGateMeter(url, lambda: secret).report([EVENT]) == {}


@pytest.mark.parametrize("named", ["nobody", "other"])
def test_edge_takes_nothing_from_others(url: str, named: str) -> None:
    """With TLS 1.3 a client hears of it only where it waits for the answer."""
    shown = {"nobody": "", "other": certificate("other")}[named]
    secret = json.dumps({"key": "ak_1", "certificate": shown})

    with pytest.raises(MeterInDoubt):
        APIGateMeter(url, lambda: secret).report([EVENT])


@pytest.mark.parametrize("secret", ['{"key"', "{}", '{"key": "ak_1", "certificate": "none"}'])
def test_secret_that_is_none_is_told_without_it(url: str, secret: str) -> None:
    with pytest.raises(MeterUnavailable) as refused:
        APIGateMeter(url, lambda: secret).report([EVENT])

    assert "ak_1" not in str(refused.value)
