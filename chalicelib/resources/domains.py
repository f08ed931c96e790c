"""Domains: host names that a customer brings, and the installation's own wildcard name.

They are served under their deployment, by their host name, and never on their own.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from chalicelib.engine.resource import Resource
from chalicelib.engine.states import states
from chalicelib.resources.shapes import CertificateFacts, DnsCheck, DnsInstruction, PreflightVerdict


class DomainAttributes(BaseModel):
    """What an owner sees of a domain, the automatic name of an app included."""

    hostname: str
    type: Literal["auto", "custom", "wildcard"]
    status: Literal["pending", "verified", "failing", "unrouted", "failed"]
    deployment_id: str | None = None
    ssl_enabled: bool
    """Whether the proxies have a certificate for it."""
    ssl_expires_at: str | None = None
    verification_status: Literal["pending", "verified", "failed"] | None = None
    """The status in the words of the reference; null for an automatic name."""
    verification_method: Literal["cname", "a_record"] | None = None
    """By which record it leads here; null until one was found."""
    verified_at: str | None = None
    checked_at: str | None = None
    next_check_at: str | None = None
    last_check_error: str | None = None
    unrouted_after: str | None = None
    """Until when a name that stopped pointing here still leads to its app."""
    instructions: list[DnsInstruction] | None = None
    """The records to make at the name's DNS provider; null for an automatic name."""
    records: list[DnsCheck] | None = None
    """What was found of them at the last check."""
    certificate: CertificateFacts | None = None
    certificate_error: str | None = None
    certificate_error_code: str | None = None
    certificate_due_at: str | None = None
    """When the next certificate is asked for."""
    certificate_preflight: list[PreflightVerdict] | None = None
    """What was seen before the certificate authority was asked last."""
    hsts: bool | None = None
    """Whether browsers are told to use HTTPS alone."""


DOMAINS = Resource(
    name="domains",
    singular="domain",
    prefix="dom_",
    owner_field="customer_id",
    attributes=DomainAttributes,
    create=None,
    update=None,
    verbs=frozenset(),
    references={"deployment_id": "deployments"},
    parent_field="deployment_id",
    counted=False,
    states=states(
        "pending",
        final="removed",
        pending="verified failed removed",
        verified="failing removed",
        failing="verified unrouted removed",
        unrouted="verified failed removed",
        failed="verified removed",
    ),
)
