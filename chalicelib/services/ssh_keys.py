"""SSH key pairs: made, read and described."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from chalicelib.domain.errors import Fault, Invalid

MIN_RSA_BITS = 2048


@dataclass(frozen=True)
class KeyPair:
    """A key pair in OpenSSH's text forms."""

    private: str
    public: str

    def __repr__(self) -> str:
        """Show the public half alone."""
        return f"KeyPair({self.public})"

    @property
    def fingerprint(self) -> str:
        """`SHA256:…` as ssh-keygen prints it."""
        digest = hashlib.sha256(base64.b64decode(self.public.split()[1])).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")

    @property
    def type(self) -> str:
        """The key's algorithm, as `ssh-ed25519`."""
        return self.public.split()[0]


def generate() -> KeyPair:
    """Make an Ed25519 key pair."""
    return _pair(ed25519.Ed25519PrivateKey.generate())


def read(private: str) -> KeyPair:
    """Read an unencrypted private key, OpenSSH or PEM. Raises `Invalid`."""
    try:
        data = private.strip().encode() + b"\n"
        loader = (
            serialization.load_ssh_private_key
            if b"OPENSSH PRIVATE KEY" in data
            else serialization.load_pem_private_key
        )
        key = loader(data, password=None)
    except (ValueError, TypeError) as error:
        raise _refused(
            "This is not an SSH private key without a passphrase. Paste the whole file, or make"
            " one with: ssh-keygen -t ed25519 -N ''"
        ) from error
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < MIN_RSA_BITS:
        raise _refused(f"This RSA key is too short; use Ed25519 or at least {MIN_RSA_BITS} bits.")
    if isinstance(key, dsa.DSAPrivateKey) or not isinstance(
        key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    ):
        raise _refused("This kind of key does not work for SSH; use Ed25519.")
    return _pair(key)


def _refused(detail: str) -> Invalid:
    return Invalid((Fault("/data/attributes/private_key", detail),))


def _pair(
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
) -> KeyPair:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    ).decode()
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return KeyPair(private, public.decode())
