"""Certificates: what one says of itself, when the next is due, and when to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.domain import clock

RETRIES = (3600, 3 * 3600, 12 * 3600, 24 * 3600)
"""Seconds to the next try after the first failure, the second, and so on; the last one stays."""
WELL_KNOWN = "/.well-known/acme-challenge/"
REACHABLE = "/.well-known/hoster-reachable"
"""Where the app proxies say whose they are."""
CHALLENGE_LABEL = "_acme-challenge"


@dataclass(frozen=True)
class Leaf:
    """What a certificate says of itself. Times are RFC 3339 UTC."""

    fingerprint: str
    """SHA-256 of it, in hexadecimal digits."""
    issuer: str
    not_before: str
    not_after: str
    names: tuple[str, ...]
    public_key: str


def new_key() -> str:
    """Make a private key: PEM, on the curve P-256."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def read_leaf(chain: str) -> Leaf:
    """Read the first certificate of a chain. Raises `ValueError` for what is none."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    leaf = x509.load_pem_x509_certificates(chain.encode())[0]
    try:
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = tuple(named.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        names = ()
    return Leaf(
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        issuer=leaf.issuer.rfc4514_string(),
        not_before=clock.text_of(leaf.not_valid_before_utc),
        not_after=clock.text_of(leaf.not_valid_after_utc),
        names=names,
        public_key=_public(leaf.public_key()),
    )


def public_key_of(key: str) -> str:
    """The public half of a private key, in the words of `Leaf.public_key`."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    return _public(load_pem_private_key(key.encode(), password=None).public_key())


def _public(key: Any) -> str:
    from cryptography.hazmat.primitives import serialization

    text: bytes = key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return text.decode()


def renewal_at(not_before: str, not_after: str) -> str:
    """When a certificate is renewed: with a third of its life left."""
    life = clock.seconds_between(not_before, not_after)
    return later(not_after, -life / 3)


def retry_at(now: str, failures: int) -> str:
    """When to try again after so many failures on end."""
    return later(now, RETRIES[min(max(failures, 1), len(RETRIES)) - 1])


def failure(known: Mapping[str, Any], now: str, *, code: str, detail: str) -> dict[str, Any]:
    """What a domain says of work on its certificate that failed; `known` is what it said before."""
    failures = int(known.get("certificate_failures") or 0) + 1
    due, asked = retry_at(now, failures), known.get("certificate_due_at")
    if asked and code == "rate_limited":
        due = max(due, str(asked))
    return {
        "certificate_error": f"{detail} It is tried again by itself at {due}.",
        "certificate_error_code": code,
        "certificate_failures": failures,
        "certificate_due_at": due,
    }


def later(moment: str, seconds: float) -> str:
    """A moment so many seconds after another one."""
    return clock.text_of(clock.moment_of(moment) + timedelta(seconds=seconds))


def is_wildcard(host: str) -> bool:
    """Whether a name stands for every name below another one."""
    return host.startswith("*.")


def challenge_name(host: str) -> str:
    """Where the TXT record lies that proves a name, the wildcard of one included."""
    return f"{CHALLENGE_LABEL}.{host.removeprefix('*.')}"
