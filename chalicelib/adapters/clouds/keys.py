"""The fingerprints under which providers know public keys."""

from __future__ import annotations

import base64
import hashlib


def md5_fingerprint(public_key: str) -> str:
    """MD5 of a key's wire form, with colons: how DigitalOcean and Hetzner name a key."""
    digest = hashlib.md5(_wire(public_key), usedforsecurity=False).hexdigest()
    return ":".join(digest[i : i + 2] for i in range(0, 32, 2))


def sha256_fingerprint(public_key: str) -> str:
    """SHA-256 of a key's wire form, in hexadecimal digits."""
    return hashlib.sha256(_wire(public_key)).hexdigest()


def _wire(public_key: str) -> bytes:
    return base64.b64decode(public_key.split()[1])
