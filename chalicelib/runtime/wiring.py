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
from chalicelib.runtime import new_ids
from chalicelib.runtime import settings as environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer

    from chalicelib.adapters.records.tables import Tables
    from chalicelib.adapters.secrets.named import NamedSecrets
    from chalicelib.ports.archives import Archives
    from chalicelib.ports.authorities import Authority
    from chalicelib.ports.calls import Calls
    from chalicelib.ports.clouds import Cloud
    from chalicelib.ports.contents import Contents
    from chalicelib.ports.dns import Dns
    from chalicelib.ports.doors import Card, Door
    from chalicelib.ports.downloads import Downloads
    from chalicelib.ports.holdings import Holdings
    from chalicelib.ports.idempotency import Intents
    from chalicelib.ports.keys import Keys
    from chalicelib.ports.last_uses import LastUses
    from chalicelib.ports.ledger import Ledger
    from chalicelib.ports.mail import Mail
    from chalicelib.ports.metering import Meter
    from chalicelib.ports.metrics import Metrics
    from chalicelib.ports.nodes import Connect
    from chalicelib.ports.outbox import Outbox
    from chalicelib.ports.paces import Paces
    from chalicelib.ports.papers import Papers
    from chalicelib.ports.payment_notes import PaymentNotes
    from chalicelib.ports.payments import Payments
    from chalicelib.ports.people import People
    from chalicelib.ports.plans import AccountPlans
    from chalicelib.ports.probes import Probes
    from chalicelib.ports.queues import Queue
    from chalicelib.ports.rates import Rates
    from chalicelib.ports.records import Record, Records
    from chalicelib.ports.registries import Registries
    from chalicelib.ports.reports import Reports
    from chalicelib.ports.resets import Resets
    from chalicelib.ports.runs import Runs
    from chalicelib.ports.secrets import Seal
    from chalicelib.ports.traffic import TrafficHistory
    from chalicelib.ports.vaults import BucketAccess, CustomersVault, Vault
    from chalicelib.ports.webhooks import Webhooks
    from chalicelib.ports.workflows import Workflows
    from chalicelib.ports.zones import Zones
    from chalicelib.runtime.settings import Settings


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


def tables_of_installation() -> Tables:
    """The tables of this installation."""
    from chalicelib.adapters.records.tables import tables

    return tables(settings().installation, settings().region)


@cache
def records() -> Records:
    """The store."""
    from chalicelib.adapters.records.dynamo import DynamoRecords

    return DynamoRecords(tables_of_installation(), now)


@cache
def paces() -> Paces:
    """Where is kept how long work usually takes."""
    from chalicelib.adapters.records.paces import DynamoPaces

    return DynamoPaces(tables_of_installation())


@cache
def reports() -> Reports:
    """What background work found when it last looked."""
    from chalicelib.adapters.records.reports import DynamoReports

    return DynamoReports(tables_of_installation())


@cache
def holdings() -> Holdings:
    """Everything that is reserved."""
    from chalicelib.adapters.records.holdings import DynamoHoldings

    return DynamoHoldings(tables_of_installation())


@cache
def ledger() -> Ledger:
    """Who owes whom."""
    from chalicelib.adapters.records.ledger import DynamoLedger

    return DynamoLedger(tables_of_installation())


@cache
def runs() -> Runs:
    """When apps ran, and what templates cost since when."""
    from chalicelib.adapters.records.runs import DynamoRuns

    return DynamoRuns(tables_of_installation())


@cache
def metrics() -> Metrics:
    """What deployments use."""
    from chalicelib.adapters.records.metrics import DynamoMetrics

    return DynamoMetrics(tables_of_installation())


@cache
def traffic() -> TrafficHistory:
    """What the app proxies carried."""
    from chalicelib.adapters.records.traffic import DynamoTraffic

    return DynamoTraffic(tables_of_installation())


@cache
def outbox() -> Outbox:
    """The usage events that wait to be reported."""
    from chalicelib.adapters.records.outbox import DynamoOutbox

    return DynamoOutbox(tables_of_installation())


@cache
def meter() -> Meter | None:
    """The gateway's meter; None where none is configured."""
    from chalicelib.adapters.metering.apigate import APIGateMeter

    known = settings()
    if not known.metering_url:
        return None
    url = known.metering_url.rstrip("/") + known.metering_path
    return APIGateMeter(url, lambda: _secret(f"{known.installation}/metering"))


@cache
def account_plans() -> AccountPlans | None:
    """The plans of the gateway's accounts; None where it is not known where the gateway is."""
    from chalicelib.adapters.metering.plans import APIGatePlans

    known = settings()
    if not known.metering_url:
        return None
    url = known.metering_url.rstrip("/") + known.gateway_admin_path
    return APIGatePlans(url, lambda: _secret(f"{known.installation}/metering"))


@cache
def people() -> People | None:
    """The people of the gateway's accounts; None where it is not known where the gateway is."""
    from chalicelib.adapters.metering.people import APIGatePeople

    known = settings()
    if not known.metering_url:
        return None
    url = known.metering_url.rstrip("/") + known.gateway_admin_path
    return APIGatePeople(url, lambda: _secret(f"{known.installation}/metering"))


@cache
def keys() -> Keys | None:
    """The keys of the gateway's accounts; None where it is not known where the gateway is."""
    from chalicelib.adapters.metering.keys import APIGateKeys

    known = settings()
    if not known.metering_url:
        return None
    url = known.metering_url.rstrip("/") + known.gateway_admin_path
    return APIGateKeys(url, lambda: _secret(f"{known.installation}/metering"))


@cache
def _session() -> Any:
    from chalicelib.adapters.sessions import open_session

    return open_session()


@cache
def _client(name: str) -> Any:
    from botocore.config import Config

    # Sooner than a function's own timeout, so that an outage is told as one.
    patience = Config(
        connect_timeout=2, read_timeout=8, retries={"total_max_attempts": 3, "mode": "standard"}
    )
    return _session().create_client(name, config=patience)


@cache
def _impatient() -> Any:
    from chalicelib.adapters.records.readiness import IMPATIENT

    return _session().create_client("dynamodb", config=IMPATIENT)


def check_store() -> dict[str, str]:
    """What each table of the store says, within two seconds: `ok`, or what is wrong."""
    from chalicelib.adapters.records.readiness import check_tables

    return check_tables(_impatient(), settings().installation)


@cache
def calls() -> Calls:
    """The functions that are asked and waited for."""
    from chalicelib.adapters.calls.lambdas import ONCE, LambdaCalls

    return LambdaCalls(_session().create_client("lambda", config=ONCE), settings().installation)


@cache
def contents(folder: str) -> Contents:
    """The immutable contents of one folder of the bucket."""
    from chalicelib.adapters.contents.s3 import S3Contents

    return S3Contents(_client("s3"), settings().contents, folder)


def papers() -> Papers:
    """What prints invoices."""
    from chalicelib.adapters.papers.pdf import Pdf

    return Pdf()


@cache
def downloads() -> Downloads:
    """Where files lie that people fetch by a link."""
    from chalicelib.adapters.contents.downloads import S3Downloads

    return S3Downloads(_signing(), settings().contents, now)


@cache
def archives() -> Archives:
    """Where archives lie that are made in pieces."""
    from chalicelib.adapters.contents.archives import S3Archives

    return S3Archives(_signing(), settings().contents, now)


@cache
def vault() -> Vault:
    """The bucket of archives."""
    from chalicelib.adapters.vaults.s3 import S3Vault

    known = settings()
    outside = _signing(known.archives_url) if known.archives_url else _signing()
    return S3Vault(_signing(), outside, known.archives)


def bucket(access: BucketAccess) -> CustomersVault:
    """A bucket of archives that a customer named; it is not asked yet."""
    from chalicelib.adapters.outside.pinned import Pinned
    from chalicelib.adapters.vaults.customers import open_bucket

    return open_bucket(access, Pinned(addresses, settings().refused_networks))


def _signing(endpoint: str | None = None) -> Any:
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
    return _session().create_client("s3", config=signed, endpoint_url=endpoint)


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
    return SQSQueue(_client("sqs"), urls[name])


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

    return StepFunctionsWorkflows(_client("stepfunctions"), settings().machines)


@cache
def seal() -> Seal:
    """The sealing of secrets."""
    from chalicelib.adapters.secrets.kms import KMSSeal

    known = settings()
    retiring = (known.retiring_key,) if known.retiring_key else ()
    return KMSSeal(_client("kms"), known.key, known.installation, retiring=retiring)


@cache
def intents() -> Intents:
    """What requests that may be repeated make."""
    from chalicelib.adapters.records.intents import DynamoIntents

    return DynamoIntents(tables_of_installation())


@cache
def resets() -> Resets:
    """Links for new passwords."""
    from chalicelib.adapters.records.resets import DynamoResets

    return DynamoResets(tables_of_installation())


@cache
def idempotency(seconds: int) -> BasePersistenceLayer:  # noqa: ARG001 - what it is cached by
    """Where Powertools keeps answers for so long: it is configured once, by its first request."""
    from chalicelib.adapters.records.intents import persistence

    return persistence(tables_of_installation())


@cache
def rates() -> Rates:
    """How often each caller does what costs much."""
    from chalicelib.adapters.records.rates import DynamoRates

    return DynamoRates(tables_of_installation())


@cache
def last_uses() -> LastUses:
    """When things were last used."""
    from chalicelib.adapters.records.last_uses import DynamoLastUses

    return DynamoLastUses(tables_of_installation())


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
        route53=lambda: _client("route53"),
        secret=lambda: _secret(f"{known.installation}/dns"),
    )


@cache
def payment_notes() -> PaymentNotes:
    """What was seen of payments."""
    from chalicelib.adapters.records.payment_notes import DynamoPaymentNotes

    return DynamoPaymentNotes(tables_of_installation())


def payments() -> Payments:
    """Whoever takes payments, with the key that the owner has put into the Secrets Manager.

    Raises `Unavailable` where there is none.
    """
    known = settings()
    return _stripe(_secret(f"{known.installation}/stripe"), known.stripe_url)


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
    return SES(_client("sesv2"), known.mail_from, known.mail_name, told)


def gateway_secret() -> str:
    """The gateway's secret, kept for five minutes per process."""
    return _secret(settings().gateway_secret)


def idempotency_secret() -> str:
    """The secret under which repeated requests are told apart, kept for an hour per process."""
    return _secret(settings().idempotency_secret, seconds=3600)


def _secret(name: str, *, seconds: int = 300) -> str:
    return _named_secrets().get(name, seconds=seconds)


@cache
def _named_secrets() -> NamedSecrets:
    from chalicelib.adapters.secrets.named import NamedSecrets

    return NamedSecrets(_client("secretsmanager"))


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
