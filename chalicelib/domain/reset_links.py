"""Links by which an account is given another password: signed, and good for half an hour.

A link names its account and its end, and a signature holds the two together, so that a forged one
is refused before anything is looked up. That it is used once is the store's to hold: it keeps the
digest of the newest link of an account, and nothing of the link itself.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

LIFETIME_SECONDS = 30 * 60
SHORTEST, MOST_BYTES = 8, 72
"""Characters of a password at least, and bytes at most: the gateway hashes no more."""
_PURPOSE = b"hoster password reset"
_SIGNATURE_BYTES = 32
_LONGEST = 512
"""Characters of a token that is looked at."""


class NoLink(ValueError):
    """A text is no link of this installation's."""


@dataclass(frozen=True)
class ResetLink:
    """What a link says."""

    account: str
    expires_at: int
    """Seconds since 1970."""
    digest: str
    """What the store knows it by."""


def key_of(secret: str) -> bytes:
    """The key that links are signed with, derived from a secret that has other uses too."""
    return hmac.digest(secret.encode(), _PURPOSE, "sha256")


def make(key: bytes, account: str, expires_at: int, nonce: str) -> str:
    """Write a link's token; `nonce` is random, so that no two links are alike."""
    said = f"{account}:{expires_at}:{nonce}".encode()
    return _encoded(hmac.digest(key, said, "sha256") + said)


def read(key: bytes, token: str) -> ResetLink:
    """Read a link's token, also one whose time is over. Raises `NoLink`."""
    raw = _decoded(token)
    signature, said = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, hmac.digest(key, said, "sha256")):
        raise NoLink("It is not signed.")
    account, expires_at, _ = said.decode().split(":")
    return ResetLink(account, int(expires_at), digest_of(token))


def digest_of(token: str) -> str:
    """What the store knows a link by."""
    return hashlib.sha256(token.encode()).hexdigest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(token: str) -> bytes:
    """The bytes of a token, which has one spelling alone: another one is no link."""
    if len(token) > _LONGEST or not token.isascii():
        raise NoLink("It is too long.")
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raise NoLink("It cannot be read.") from None
    if _encoded(raw) != token:
        raise NoLink("It is spelt otherwise.")
    return raw
