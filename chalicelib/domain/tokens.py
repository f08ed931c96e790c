"""JSON Web Tokens that apps are given: claims signed with HMAC SHA-256."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

MAX_CLAIMS = 2000
"""Characters of the claims."""
_HEADER = {"alg": "HS256", "typ": "JWT"}


def signed_token(claims: str, key: str) -> str:
    """Sign claims, the text of a JSON object, with a key."""
    said = (_HEADER, json.loads(claims))
    parts = (json.dumps(part, separators=(",", ":")).encode() for part in said)
    content = b".".join(_encoded(part) for part in parts)
    signature = hmac.new(key.encode(), content, hashlib.sha256).digest()
    return (content + b"." + _encoded(signature)).decode()


def is_claims(text: object) -> bool:
    """Whether this is the text of a JSON object, of at most `MAX_CLAIMS` characters."""
    if not isinstance(text, str) or len(text) > MAX_CLAIMS:
        return False
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")
