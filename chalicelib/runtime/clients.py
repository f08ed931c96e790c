"""AWS's clients, and secrets by their names: made once per process, when first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from chalicelib.adapters.secrets.named import NamedSecrets


@cache
def session() -> Any:
    """What all clients are made of."""
    from chalicelib.adapters.sessions import open_session

    return open_session()


@cache
def client(name: str) -> Any:
    """A client of a service of AWS's."""
    from botocore.config import Config

    # Sooner than a function's own timeout, so that an outage is told as one.
    patience = Config(
        connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 3, "mode": "standard"}
    )
    return session().create_client(name, config=patience)


@cache
def impatient() -> Any:
    """A client of the store that soon gives up."""
    from chalicelib.adapters.records.readiness import IMPATIENT

    return session().create_client("dynamodb", config=IMPATIENT)


def once() -> Any:
    """A client of functions that asks each of them once."""
    from chalicelib.adapters.calls.lambdas import ONCE

    return session().create_client("lambda", config=ONCE)


def signing(endpoint: str | None = None) -> Any:
    """A client of S3 that signs links, for an endpoint or for S3's own."""
    from botocore.config import Config

    # A link is signed for its region, and with the version that KMS and newer regions demand.
    # It leads to the region's own address: at the one of all regions a bucket that is new, or whose
    # region has to be opted in to, is answered for by a redirect, which a signature does not fit.
    signed = Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
        connect_timeout=2,
        read_timeout=8,
    )
    return session().create_client("s3", config=signed, endpoint_url=endpoint)


def secret(name: str, *, seconds: int = 300) -> str:
    """A secret of the Secrets Manager's, kept for some time per process."""
    return named_secrets().get(name, seconds=seconds)


@cache
def named_secrets() -> NamedSecrets:
    """Secrets by their names."""
    from chalicelib.adapters.secrets.named import NamedSecrets

    return NamedSecrets(client("secretsmanager"))
