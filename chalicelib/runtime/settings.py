"""What a function is told by its environment, read once per process."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel, ConfigDict

from chalicelib.domain.billing.minimums import minimum_of

LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory"


class Settings(BaseModel):
    """One installation, as the deployment template describes it to every function."""

    model_config = ConfigDict(frozen=True)

    installation: str
    """Prefix of every table's, machine's and tag's name."""
    epoch: int
    """Rises with each restore from a backup."""
    region: str
    gateway_secret: str
    """Name of the secret that the gateway proves itself with."""
    idempotency_secret: str
    """Name of the secret under which requests that may be repeated are told apart."""
    key: str
    """ARN of the KMS key that secrets are sealed under."""
    retiring_key: str
    """ARN of a key that secrets are still opened under; empty for none."""
    catalogue_queue: str
    """URL of the queue of the catalogue's writer."""
    watch_queue: str
    """URL of the queue of looks at nodes."""
    sweep_queue: str
    """URL of the queue of sweeps of accounts."""
    domains_queue: str
    """URL of the queue of checks of customers' host names."""
    invoices_queue: str
    """URL of the queue of accounts whose invoices are tended."""
    passwords_queue: str
    """URL of the queue of letters about passwords; empty where a function has no use for it."""
    notices_queue: str
    """URL of the queue of deliveries of notices; empty where a function has no use for it."""
    webhook_schemes: tuple[str, ...]
    """What addresses of webhooks may begin with: `https`, or `http` too."""
    currency: str
    """What invoices are in, as ISO 4217 has it."""
    minimum_charge_cents: int
    """What a payment is at least; an invoice of less is carried over."""
    platform_fee_basis_points: int
    """The platform's part of what creators' apps come to; 10,000 are all of it."""
    name_servers: tuple[str, ...]
    """Where the way to a name's own servers begins; none for the system's."""
    proxy_addresses: tuple[str, ...]
    """What A records of customers' names may hold; none for what the apps' domain has."""
    domain_grace_hours: float
    """How long a name that points here no longer still leads to its app."""
    contents: str
    """Name of the bucket of long texts and indexes."""
    archives: str
    """Name of the bucket of apps' archives."""
    archives_url: str
    """Where servers reach that bucket; empty for S3's own address."""
    machines: str
    """ARN of the state machines up to the kind of work."""
    apps_domain: str
    """Automatic host names end in it."""
    proxy_url: str
    """Where people reach apps: `http://{host}:9091` with `{host}` to fill in."""
    refused_networks: tuple[str, ...]
    """Networks in which no node may be."""
    digitalocean_url: str
    """Base of DigitalOcean's API."""
    hetzner_url: str
    """Base of Hetzner's API, up to its version."""
    stripe_url: str
    """Base of Stripe's API."""
    web_origins: tuple[str, ...]
    """Where the web app is, the usual place first; payers come back there and nowhere else."""
    due_days: int
    """For how many days an invoice can be paid until it is overdue."""
    stops_overdue: bool
    """Whether the apps of who does not pay at all are stopped, after notice."""
    closing_grace_days: int
    """For how many days whoever closes their account can keep it after all."""
    registry_mirror: str
    """Mirror that provisioned nodes pull through; empty for none."""
    plain_registries: tuple[str, ...]
    """Registries, with their ports, that servers and checks speak to without TLS."""
    provider_lag_seconds: float
    """How long a provider may not show what was just made."""
    authority_url: str
    """Directory of the certificate authority."""
    authority_roots: str
    """PEM of whom its endpoint is believed by; empty for the system's."""
    authority_contact: str
    """Mail address that it writes to; empty for none."""
    authority_names: tuple[str, ...]
    """What CAA records call it."""
    challenge_port: int
    """Where it looks for the answers of proxies."""
    proxy_tls_port: int
    """Where proxies speak TLS, by their addresses."""
    dns_updates: str
    """Where records that prove names are written: `route53:<zone id>`, or
    `rfc2136:<server>:<zone>:<key name>`; empty for nowhere."""
    metering_url: str
    """Where the gateway is reached for its meter; empty where usage is not reported."""
    metering_path: str
    """Where its meter is."""
    gateway_admin_path: str
    """Where the calls are by which it is administered."""
    mail_from: str
    """The address that letters to people come from; empty where none are sent."""
    mail_name: str
    """What the product calls itself in letters."""
    support_contact: str
    """How people reach whoever runs the installation; empty where that is not told."""
    step_seconds: Mapping[str, float]
    """How long a step may answer that it waits, by its state's name, where not as it declares."""


@cache
def settings() -> Settings:
    """Read the environment."""
    env = os.environ
    currency = env.get("HOSTER_CURRENCY", "USD")
    return Settings(
        installation=env["HOSTER_INSTALLATION"],
        epoch=int(env.get("HOSTER_EPOCH", "1")),
        region=env["AWS_REGION"],
        gateway_secret=env["HOSTER_GATEWAY_SECRET_NAME"],
        idempotency_secret=env["HOSTER_IDEMPOTENCY_SECRET_NAME"],
        key=env["HOSTER_KMS_KEY"],
        retiring_key=env.get("HOSTER_RETIRING_KMS_KEY", ""),
        catalogue_queue=env["HOSTER_CATALOGUE_QUEUE"],
        watch_queue=env["HOSTER_WATCH_QUEUE"],
        sweep_queue=env["HOSTER_SWEEP_QUEUE"],
        domains_queue=env["HOSTER_DOMAINS_QUEUE"],
        invoices_queue=env["HOSTER_INVOICES_QUEUE"],
        passwords_queue=env.get("HOSTER_PASSWORDS_QUEUE", ""),
        notices_queue=env.get("HOSTER_NOTICES_QUEUE", ""),
        webhook_schemes=tuple(env.get("HOSTER_WEBHOOK_SCHEMES", "https").split()),
        currency=currency,
        minimum_charge_cents=int(env.get("HOSTER_MINIMUM_CHARGE", "0")) or minimum_of(currency),
        platform_fee_basis_points=int(env.get("HOSTER_PLATFORM_FEE", "1500")),
        name_servers=tuple(env.get("HOSTER_NAME_SERVERS", "").split()),
        proxy_addresses=tuple(env.get("HOSTER_PROXY_ADDRESSES", "").split()),
        domain_grace_hours=float(env.get("HOSTER_DOMAIN_GRACE_HOURS", "72")),
        contents=env["HOSTER_CONTENTS_BUCKET"],
        archives=env.get("HOSTER_ARCHIVES_BUCKET", ""),
        archives_url=env.get("HOSTER_ARCHIVES_URL", ""),
        machines=env["HOSTER_MACHINES"],
        apps_domain=env["HOSTER_APPS_DOMAIN"],
        proxy_url=env["HOSTER_PROXY_URL"],
        refused_networks=tuple(env.get("HOSTER_REFUSED_NETWORKS", "").split()),
        digitalocean_url=env.get("HOSTER_DIGITALOCEAN_URL", "https://api.digitalocean.com"),
        hetzner_url=env.get("HOSTER_HETZNER_URL", "https://api.hetzner.cloud/v1"),
        stripe_url=env.get("HOSTER_STRIPE_URL", "https://api.stripe.com"),
        web_origins=tuple(env.get("HOSTER_WEB_ORIGINS", "").split()),
        due_days=int(env.get("HOSTER_INVOICE_DUE_DAYS", "14")),
        stops_overdue=env.get("HOSTER_STOPS_OVERDUE", "no") == "yes",
        closing_grace_days=int(env.get("HOSTER_CLOSING_GRACE_DAYS", "14")),
        registry_mirror=env.get("HOSTER_REGISTRY_MIRROR", ""),
        plain_registries=tuple(env.get("HOSTER_PLAIN_REGISTRIES", "").split()),
        provider_lag_seconds=float(env.get("HOSTER_PROVIDER_LAG_SECONDS", "60")),
        authority_url=env.get("HOSTER_AUTHORITY_URL", LETS_ENCRYPT),
        authority_roots=env.get("HOSTER_AUTHORITY_ROOTS", ""),
        authority_contact=env.get("HOSTER_AUTHORITY_CONTACT", ""),
        authority_names=tuple(env.get("HOSTER_AUTHORITY_NAMES", "letsencrypt.org").split()),
        challenge_port=int(env.get("HOSTER_CHALLENGE_PORT", "80")),
        proxy_tls_port=int(env.get("HOSTER_PROXY_TLS_PORT", "443")),
        dns_updates=env.get("HOSTER_DNS_UPDATES", ""),
        metering_url=env.get("HOSTER_METERING_URL", ""),
        metering_path=env.get("HOSTER_METERING_PATH", "/_internal/meter"),
        gateway_admin_path=env.get("HOSTER_GATEWAY_ADMIN_PATH", "/_gw/admin"),
        mail_from=env.get("HOSTER_MAIL_FROM", ""),
        mail_name=env.get("HOSTER_MAIL_NAME", "Hoster"),
        support_contact=env.get("HOSTER_SUPPORT_CONTACT", ""),
        step_seconds=seconds_by_step(env.get("HOSTER_STEP_SECONDS", "")),
    )


def seconds_by_step(text: str) -> dict[str, float]:
    """Read `AwaitServer=600 AwaitSSH=420`. Raises `ValueError` for anything else."""
    pairs = (pair.partition("=") for pair in text.split())
    return {state: float(seconds) for state, _, seconds in pairs}
