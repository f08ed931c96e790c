"""A certificate with its chain and key, as one PEM file that HAProxy takes.

What comes from the table is parsed and written anew, so that nothing but certificates and one key
ever reaches a file or HAProxy's socket.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

MOST_BYTES = 15_000
"""HAProxy's socket reads at most a buffer of 16 KB at a time."""


@dataclass(frozen=True)
class Pair:
    """A certificate and its key. `pem` holds all of it."""

    fingerprint: str
    """SHA-256 of the leaf, in hexadecimal digits."""
    mark: str
    """SHA-1 of the leaf, by which HAProxy tells what it has."""
    names: tuple[str, ...]
    pem: str

    def __repr__(self) -> str:
        """Show which, never the key."""
        return f"Pair({self.fingerprint})"

    def is_for(self, host: str) -> bool:
        """Whether clients accept it for a host or a wildcard."""
        return host in self.names or f"*.{host.partition('.')[2]}" in self.names


def pair_of(chain: str, key: str) -> Pair:
    """Put a chain and its key together. Raises `ValueError` saying what is wrong with them."""
    try:
        certificates = x509.load_pem_x509_certificates(chain.encode())
    except ValueError as error:
        raise ValueError("its chain is no PEM of certificates") from error
    leaf = certificates[0]
    try:
        private = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # What the library says of it may show the key.
        raise ValueError("its key is no PEM of a private key") from None
    if _public(private.public_key()) != _public(leaf.public_key()):
        raise ValueError("its key is another certificate's")
    parts = [certificate.public_bytes(Encoding.PEM) for certificate in certificates]
    parts.append(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pem = b"".join(parts).decode()
    if len(pem) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES} bytes")
    return Pair(
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        mark=leaf.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - compared, not trusted
        names=_names(leaf),
        pem=pem,
    )


def authority_of(pem: str) -> str:
    """The certificates of authorities, written anew. Raises `ValueError` for what is none."""
    try:
        found = x509.load_pem_x509_certificates(pem.encode())
    except ValueError as error:
        raise ValueError("its authority is no PEM of certificates") from error
    return b"".join(one.public_bytes(Encoding.PEM) for one in found).decode()


def _public(key: object) -> bytes:
    text: bytes = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return text


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    try:
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(named.get_values_for_type(x509.DNSName))
