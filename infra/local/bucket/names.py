"""What is called how in somebody else's S3."""

from __future__ import annotations

REGION = "eu-central-7"
ACCOUNT = "theirs"
OWNER = "owner"
"""Who may do everything there."""
READER = "reader"
"""Who may only read the bucket."""
USERS = (OWNER, READER)
BUCKET = "backups"
"""The one that is there from the beginning."""


def access_key_id(user: str) -> str:
    """What S3 knows a user by."""
    return f"{ACCOUNT}:{user}"
