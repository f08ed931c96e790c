"""What the app proxies follow: the writes of host names, their certificates and challenges.

They are done by `chalicelib.ports.records.Records.commit`, together with what must be true with
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RouteState = Literal["running", "starting", "stopped", "failed", "unverified"]


@dataclass(frozen=True)
class SetRoute:
    """Lead a host name to a node's address and port, for the app proxy.

    A name that led where another leads no longer does; the host's certificate stays.
    """

    host: str
    deployment: str
    state: RouteState
    address: str
    port: int
    at: str
    node: str = ""
    """The id of the node that is reached through its door; empty where there is none."""


@dataclass(frozen=True)
class SetAlias:
    """Lead a host name wherever the app's automatic name `of` leads; its certificate stays.

    As `unverified` it shows that it waits for its proof, on condition that no other deployment
    has the name's route.
    """

    host: str
    deployment: str
    of: str
    at: str
    state: Literal["alias", "unverified"] = "alias"
    hsts: bool | None = None
    """Whether browsers are told to use HTTPS alone; None leaves it as it is."""


@dataclass(frozen=True)
class RemoveRoute:
    """Forget a host name; its certificate's material is another write's.

    With `of` only if it is that deployment's; otherwise nothing happens.
    """

    host: str
    of: str | None = None


@dataclass(frozen=True)
class SetCertificate:
    """Have the app proxy serve a certificate for a host name.

    The host must have a route, but for a wildcard's (`*.…`) and the client certificate's
    (`CLIENT_HOST`), which lead nowhere. `fingerprint` is the SHA-256 of the leaf in hexadecimal
    digits, `chain` PEM with the leaf first, `key` PEM sealed for the field `CERTIFICATE_KEY` of
    the record `bound_to` (both names are in `chalicelib/domain/routes.py`). `authority` is the
    PEM that goes with a client certificate: whom the proxy believes.
    """

    host: str
    fingerprint: str
    chain: str
    key: str
    bound_to: str
    not_after: str
    at: str
    authority: str = ""


@dataclass(frozen=True)
class RemoveCertificate:
    """Have no certificate for a host name, with its key.

    Behind a `RemoveRoute` of the same host in one commit it takes the material alone.
    """

    host: str


@dataclass(frozen=True)
class CertificateKey:
    """The sealed key of a host name's certificate, and the record that it is bound to."""

    host: str
    key: str
    bound_to: str

    def __repr__(self) -> str:
        """Show whose it is, never the key."""
        return f"CertificateKey({self.host})"


@dataclass(frozen=True)
class ResealCertificate:
    """Put the same key of a host name's certificate in its place, sealed anew.

    Only while it is sealed as it `was`; otherwise `Stale`. What is served stays the same, so that
    the app proxies are told nothing.
    """

    host: str
    was: str
    key: str


@dataclass(frozen=True)
class SetChallenge:
    """Have the app proxy answer a certificate authority's challenge; forgotten when it expires."""

    token: str
    answer: str
    at: str
    expires_at: int
    """Seconds since 1970."""


@dataclass(frozen=True)
class RemoveChallenge:
    """Answer a challenge no longer."""

    token: str


RouteWrite = (
    SetRoute
    | SetAlias
    | RemoveRoute
    | SetCertificate
    | RemoveCertificate
    | ResealCertificate
    | SetChallenge
    | RemoveChallenge
)
