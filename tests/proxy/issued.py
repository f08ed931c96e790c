"""Certificates of a test's own, and what a client is shown."""

from __future__ import annotations

import hashlib
import socket
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chalicelib.domain.errors import Conflict, Unavailable
from infra.proxy.table import Item


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, as PEM."""

    chain: str
    key: str
    fingerprint: str

    def item(self, host: str, **more: Any) -> Item:
        """Its material as it stands in the table, its key behind a seal that `Opened` opens."""
        item = {"host": host, "fingerprint": self.fingerprint, "chain": self.chain}
        return item | {"key": f"sealed {self.key}", "bound_to": "dom_1"} | more


def issued(*names: str) -> Issued:
    """A certificate for these names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:60])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), False)
        .sign(key, hashes.SHA256())
    )
    return Issued(
        made.public_bytes(Encoding.PEM).decode(),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        made.fingerprint(hashes.SHA256()).hex(),
    )


class Opened:
    """A seal that everybody can open, unless it is away."""

    def __init__(self) -> None:
        self.is_away = False
        self.opened = 0

    def open(self, sealed: str, *, record: str, field: str) -> str:
        if self.is_away:
            raise Unavailable("The key service does not answer; try again.")
        if not sealed.startswith("sealed ") or field != "certificate_key":
            raise Conflict("This secret cannot be opened here.", code="seal_broken")
        self.opened += 1
        return sealed.removeprefix("sealed ")


def believing(cafile: str | None = None) -> ssl.SSLContext:
    """What a client has that believes every certificate."""
    context = ssl.create_default_context(cafile=cafile)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def connected(port: int, host: str) -> ssl.SSLSocket:
    """A client's TLS connection to a host of a proxy."""
    return believing().wrap_socket(
        socket.create_connection(("127.0.0.1", port), 5), server_hostname=host
    )


def shown(port: int, host: str) -> str:
    """The fingerprint of the certificate that a proxy shows for a host; empty for no answer."""
    try:
        with connected(port, host) as connection:
            return hashlib.sha256(connection.getpeercert(True) or b"").hexdigest()
    except OSError:
        return ""
