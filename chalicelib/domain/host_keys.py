"""Fingerprints of host keys, as people compare them."""

from __future__ import annotations

import base64
import hashlib


def fingerprint(host_key: str) -> str:
    """Return the fingerprint of a public key (`ssh-ed25519 AAAA…`) as `ssh-keygen -lf` prints it.

    Empty for a text that is no public key.
    """
    try:
        blob = base64.b64decode(host_key.split()[1], validate=True)
    except (IndexError, ValueError):
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
