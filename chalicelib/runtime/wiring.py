"""Which adapter stands behind each port: made once per process, imported when first asked for.

Every function reaches the world through here and nowhere else, so a Lambda loads only the SDKs
that its own calls touch.
"""

from __future__ import annotations

import atexit
import json
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.domain import clock
from chalicelib.ports.records import Journal, Usage
from chalicelib.runtime import clients, gateway, new_ids, stored
from chalicelib.runtime import settings as environment

if TYPE_CHECKING:
    from chalicelib.ports.archives import Archives
    from chalicelib.ports.authorities import Authority
    from chalicelib.ports.calls import Calls
    from chalicelib.ports.clouds import Cloud
    from chalicelib.ports.contents import Contents
    from chalicelib.ports.dns import Dns
    from chalicelib.ports.doors import Card, Door
    from chalicelib.ports.downloads import Downloads
    from chalicelib.ports.mail import Mail
    from chalicelib.ports.nodes import Connect
    from chalicelib.ports.papers import Papers
    from chalicelib.ports.payments import Payments
    from chalicelib.ports.probes import Probes
    from chalicelib.ports.queues import Queue
    from chalicelib.ports.records import Record, Records
    from chalicelib.ports.registries import Registries
    from chalicelib.ports.secrets import Seal
    from chalicelib.ports.vaults import BucketAccess, CustomersVault, Vault
    from chalicelib.ports.webhooks import Webhooks
    from chalicelib.ports.workflows import Workflows
    from chalicelib.ports.zones import Zones
    from chalicelib.runtime.settings import Settings

tables_of_installation = stored.tables_of_installation
ledger = stored.ledger
runs = stored.runs
outbox = stored.outbox
payment_notes = stored.payment_notes
metrics = stored.metrics
traffic = stored.traffic
paces = stored.paces
reports = stored.reports
holdings = stored.holdings
rates = stored.rates
last_uses = stored.last_uses
intents = stored.intents
idempotency = stored.idempotency
resets = stored.resets

meter = gateway.meter
account_plans = gateway.account_plans
people = gateway.people
keys = gateway.keys


def now() -> str:
    """The present as text."""
    return clock.text_of(datetime.now(UTC))


def new_id(prefix: str | None) -> str:
    """Make an id for a new record: prefixed, or a UUIDv7 without a prefix."""
    return new_ids.new_id(prefix)


def new_event_id() -> str:
    """Make an id whose text sorts by time."""
    return new_ids.new_event_id()


def settings() -> Settings:
    """How the installation is configured."""
    return environment.settings()


@cache
def records() -> Records:
    """The store."""
    from chalicelib.adapters.records.dynamo import DynamoRecords

    return DynamoRecords(tables_of_installation(), now)


def check_store() -> dict[str, str]:
    """What each table of the store says, within two seconds: `ok`, or what is wrong."""
    from chalicelib.adapters.records.readiness import check_tables

    return check_tables(clients.impatient(), settings().installation)


@cache
def calls() -> Calls:
    """The functions that are asked and waited for."""
    from chalicelib.adapters.calls.lambdas import LambdaCalls

    return LambdaCalls(clients.once(), settings().installation)


@cache
def contents(folder: str) -> Contents:
    """The immutable contents of one folder of the bucket."""
    from chalicelib.adapters.contents.s3 import S3Contents

    return S3Contents(clients.client("s3"), settings().contents, folder)


def papers() -> Papers:
    """What prints invoices."""
    from chalicelib.adapters.papers.pdf import Pdf

    return Pdf()


@cache
def downloads() -> Downloads:
    """Where files lie that people fetch by a link."""
    from chalicelib.adapters.contents.downloads import S3Downloads

    return S3Downloads(clients.signing(), settings().contents, now)


@cache
def archives() -> Archives:
    """Where archives lie that are made in pieces."""
    from chalicelib.adapters.contents.archives import S3Archives

    return S3Archives(clients.signing(), settings().contents, now)


@cache
def vault() -> Vault:
    """The bucket of archives."""
    from chalicelib.adapters.vaults.s3 import S3Vault

    known = settings()
    outside = clients.signing(known.archives_url) if known.archives_url else clients.signing()
    return S3Vault(clients.signing(), outside, known.archives)


def bucket(access: BucketAccess) -> CustomersVault:
    """A bucket of archives that a customer named; it is not asked yet."""
    from chalicelib.adapters.outside.pinned import Pinned
    from chalicelib.adapters.vaults.customers import open_bucket

    return open_bucket(access, Pinned(addresses, settings().refused_networks))


@cache
def queue(name: str) -> Queue:
    """The way to one kind of background work."""
    from chalicelib.adapters.queues.sqs import SQSQueue

    known = settings()
    urls = {
        "catalogue": known.catalogue_queue,
        "watch": known.watch_queue,
        "sweep": known.sweep_queue,
        "domains": known.domains_queue,
        "invoices": known.invoices_queue,
        "passwords": known.passwords_queue,
        "notices": known.notices_queue,
    }
    return SQSQueue(clients.client("sqs"), urls[name])


@cache
def webhooks() -> Webhooks:
    """The way to receivers of webhooks."""
    from chalicelib.adapters.outside.pinned import Pinned
    from chalicelib.adapters.webhooks.pinned import PinnedWebhooks

    return PinnedWebhooks(Pinned(addresses, settings().refused_networks))


@cache
def dns() -> Dns:
    """The authoritative servers of any name."""
    from chalicelib.adapters.dns.authoritative import AuthoritativeDns

    known = settings()
    return AuthoritativeDns(known.name_servers, refused=known.refused_networks)


@cache
def workflows() -> Workflows:
    """The state machines."""
    from chalicelib.adapters.workflows.stepfunctions import StepFunctionsWorkflows

    return StepFunctionsWorkflows(clients.client("stepfunctions"), settings().machines)


@cache
def seal() -> Seal:
    """The sealing of secrets."""
    from chalicelib.adapters.secrets.kms import KMSSeal

    known = settings()
    retiring = (known.retiring_key,) if known.retiring_key else ()
    return KMSSeal(clients.client("kms"), known.key, known.installation, retiring=retiring)


def authority(key: str, account: str = "") -> Authority:
    """The certificate authority, under the account of a key; `account` is its address there."""
    from chalicelib.adapters.authorities.acme import ACMEAuthority

    known = settings()
    return ACMEAuthority(known.authority_url, key, account=account, roots=known.authority_roots)


@cache
def probes() -> Probes:
    """What proxies show to the world."""
    from chalicelib.adapters.probes.sockets import SocketProbes

    return SocketProbes()


@cache
def zones() -> Zones:
    """The zone that records may be written in which prove names."""
    from chalicelib.adapters.zones import open_zone

    known = settings()
    return open_zone(
        known.dns_updates,
        route53=lambda: clients.client("route53"),
        secret=lambda: clients.secret(f"{known.installation}/dns"),
    )


def payments() -> Payments:
    """Whoever takes payments, with the key that the owner has put into the Secrets Manager.

    Raises `Unavailable` where there is none.
    """
    known = settings()
    return _stripe(clients.secret(f"{known.installation}/stripe"), known.stripe_url)


@cache
def _stripe(secret: str, url: str) -> Payments:
    from chalicelib.adapters.payments.stripe import Stripe

    told = json.loads(secret)
    hooks = (told.get("webhook_secret"), told.get("previous_webhook_secret"))
    return Stripe(told["key"], tuple(filter(None, hooks)), url)


@cache
def mail() -> Mail | None:
    """Whoever delivers letters; None where the installation has no address to write from."""
    from chalicelib.adapters.mail.ses import SES

    known = settings()
    if not known.mail_from:
        return None
    told = f"{known.installation}-mail"
    return SES(clients.client("sesv2"), known.mail_from, known.mail_name, told)


def gateway_secret() -> str:
    """The gateway's secret, kept for five minutes per process."""
    return clients.secret(settings().gateway_secret)


def idempotency_secret() -> str:
    """The secret under which repeated requests are told apart, kept for an hour per process."""
    return clients.secret(settings().idempotency_secret, seconds=3600)


def cloud(provider: str, credentials: dict[str, str], region: str = "") -> Cloud:
    """An account at a provider, opened for a region; empty leaves that to the provider."""
    from chalicelib.adapters.clouds import open_cloud

    urls = {"digitalocean": settings().digitalocean_url, "hetzner": settings().hetzner_url}
    return open_cloud(provider, credentials, urls, region)


@cache
def registries() -> Registries:
    """The way to registries of images that customers name."""
    from chalicelib.adapters.outside.pinned import Pinned
    from chalicelib.adapters.registries.v2 import DistributionRegistries

    known = settings()
    outside = Pinned(addresses, known.refused_networks)
    return DistributionRegistries(outside, frozenset(known.plain_registries))


@cache
def connect() -> Connect:
    """How to log in to a node; connections are kept for the next use of this process."""
    from chalicelib.adapters.nodes.warm import WarmConnections

    connections = WarmConnections()
    atexit.register(connections.close)
    return connections.connect


def told(record: Record, name: str, actor: str, **data: Any) -> Journal:
    """A journal entry of this moment about a record; its owner is who can read it."""
    return Journal(
        entity=record.id,
        type=record.type,
        account=record.owner,
        name=name,
        at=now(),
        actor=actor,
        data=data,
    )


def used(user: str, event: str, resource: str, resource_type: str, **metadata: str) -> Usage:
    """A usage event of this moment."""
    return Usage(
        id=new_event_id(),
        user=user,
        event=event,
        resource=resource,
        resource_type=resource_type,
        at=now(),
        metadata=metadata,
    )


def addresses(host: str) -> tuple[str, ...]:
    """The IPv4 addresses that a host name has now; none when they cannot be told in 5 s."""
    from chalicelib.adapters.outside import looks

    return looks.addresses(host)


def answers(address: str, port: int, host: str, door: Door | None = None) -> bool:
    """Whether something speaks HTTP at an address and port, asked once within two seconds.

    With a `door` it is asked through that, by TLS with the door's card.
    """
    from chalicelib.adapters.outside import looks

    return looks.answers(address, port, host, door)


def admits(address: str, name: str, card: Card) -> bool | None:
    """Whether a node's door lets in who shows a card, asked once; None where it does not say.

    Nobody waits for a word of it for longer than two seconds.
    """
    from chalicelib.adapters.nodes.door import is_let_in
    from chalicelib.ports.doors import Door

    return is_let_in(address, Door(name, card))
