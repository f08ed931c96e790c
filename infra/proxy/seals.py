"""Open the keys of certificates with the product's own seal."""

from __future__ import annotations

import boto3
from botocore.config import Config

from chalicelib.adapters.secrets.kms import KMSSeal
from infra.proxy.settings import Source


def opener(given: Source) -> KMSSeal | None:
    """The seal of the installation; None where no key is named."""
    if not given.key or not given.installation:
        return None
    config = Config(
        connect_timeout=1,
        read_timeout=2,
        max_pool_connections=16,
        retries={"mode": "standard", "total_max_attempts": 2},
    )
    retiring = (given.retiring_key,) if given.retiring_key else ()
    client = boto3.client("kms", config=config)
    return KMSSeal(client, given.key, given.installation, retiring=retiring)
