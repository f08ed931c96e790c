"""SSH key pairs: made, read, described and stored."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from chalicelib.domain.errors import Fault, Invalid
from chalicelib.ports.records import Count, Create, Record
from chalicelib.services.counters import total_key
from chalicelib.services.tools import Tools

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 4096
MAX_LETTERS = 4096
CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
PUBLIC_BEGINNINGS = (
    "ssh-",
    "ecdsa-",
    "sk-",
    "---- BEGIN SSH2 PUBLIC KEY",
    "-----BEGIN PUBLIC KEY",
    "-----BEGIN RSA PUBLIC KEY",
)
"""How the files that belong to a private key, and are none, begin."""


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
    """Read an unencrypted private key, OpenSSH or PEM. Raises `Invalid` with the reason."""
    text = private.strip()
    if text.startswith(PUBLIC_BEGINNINGS):
        raise _refused("This is the public half; paste the private one, the file without .pub.")
    if text.startswith("PuTTY-User-Key-File"):
        raise _refused("This is PuTTY's form; export it as OpenSSH in PuTTYgen first.")
    if len(text) > MAX_LETTERS:
        # Reading such a key takes many seconds.
        raise _refused(f"This key is too large; use Ed25519, or RSA with {MAX_RSA_BITS} bits.")
    key = _loaded(text.encode() + b"\n")
    if isinstance(key, rsa.RSAPrivateKey) and not MIN_RSA_BITS <= key.key_size <= MAX_RSA_BITS:
        bounds = f"{MIN_RSA_BITS} to {MAX_RSA_BITS} bits"
        raise _refused(f"This RSA key has {key.key_size} bits; use Ed25519, or RSA with {bounds}.")
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in CURVES:
        raise _refused(f"SSH has no keys on the curve {key.curve.name}; use Ed25519.")
    if not isinstance(
        key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    ):
        kind = "DSA keys are" if isinstance(key, dsa.DSAPrivateKey) else "This kind of key is"
        raise _refused(f"{kind} not accepted by SSH servers; use Ed25519.")
    return _pair(key)


def _loaded(data: bytes) -> Any:
    try:
        if b"OPENSSH PRIVATE KEY" in data:
            return serialization.load_ssh_private_key(data, password=None)
        return serialization.load_pem_private_key(data, password=None)
    except TypeError as error:
        hint = "take the passphrase off a copy with: ssh-keygen -p -N '' -f <file>"
        raise _refused(f"This key has a passphrase, which nobody could type; {hint}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        hint = "Paste the whole file, or make one with: ssh-keygen -t ed25519 -N ''"
        raise _refused(f"This is not an SSH private key. {hint}") from error


def keep(tools: Tools, name: str, pair: KeyPair, *, owner: str) -> Record:
    """Store a pair with its private half sealed. The same key may be stored twice."""
    key_id, now = tools.new_id("sshkey_"), tools.now()
    sealed = tools.seal().seal(pair.private, record=key_id, field="private_key")
    record = Record(
        id=key_id,
        type="ssh_keys",
        owner=owner,
        status="active",
        created_at=now,
        updated_at=now,
        attributes={
            "name": name,
            "public_key": pair.public,
            "fingerprint": pair.fingerprint,
            "key_type": pair.type,
        },
        sealed={"private_key": sealed},
    )
    tools.records().commit(
        Create(record),
        Count(total_key("ssh_keys", owner), 1),
        tools.told(record, "created", owner, fingerprint=pair.fingerprint),
    )
    return record


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
