"""What services are given: the ports behind functions, so that each is opened only when used.

The wiring of the Lambdas has this shape; tests bring their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chalicelib.ports.archives import Archives
    from chalicelib.ports.authorities import Authority
    from chalicelib.ports.clouds import Cloud
    from chalicelib.ports.contents import Contents
    from chalicelib.ports.dns import Dns
    from chalicelib.ports.doors import Card, Door
    from chalicelib.ports.downloads import Downloads
    from chalicelib.ports.holdings import Holdings
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
    from chalicelib.ports.records import Journal, Record, Records, Usage
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


class Installation(Protocol):
    """What an installation is configured with."""

    @property
    def installation(self) -> str:
        """Prefix of every tag that leads back here."""

    @property
    def epoch(self) -> int:
        """Rises with each restore from a backup."""

    @property
    def apps_domain(self) -> str:
        """Automatic host names end in it."""

    @property
    def proxy_url(self) -> str:
        """Where people reach apps, with `{host}` to fill in."""

    @property
    def proxy_addresses(self) -> tuple[str, ...]:
        """What A records of customers' names may hold; none for what the apps' domain has."""

    @property
    def domain_grace_hours(self) -> float:
        """How long a name that points here no longer still leads to its app."""

    @property
    def currency(self) -> str:
        """What invoices are in, as ISO 4217 has it."""

    @property
    def minimum_charge_cents(self) -> int:
        """What a payment is at least; an invoice of less is carried over."""

    @property
    def platform_fee_basis_points(self) -> int:
        """The platform's part of what creators' apps come to; 10,000 are all of it."""

    @property
    def refused_networks(self) -> tuple[str, ...]:
        """Networks in which no node may be."""

    @property
    def webhook_schemes(self) -> tuple[str, ...]:
        """What addresses of webhooks may begin with: `https`, or `http` too."""

    @property
    def registry_mirror(self) -> str:
        """Mirror that provisioned nodes pull through; empty for none."""

    @property
    def plain_registries(self) -> tuple[str, ...]:
        """Registries, with their ports, that servers and checks speak to without TLS."""

    @property
    def provider_lag_seconds(self) -> float:
        """How long a provider may not show what was just made."""

    @property
    def authority_url(self) -> str:
        """Directory of the certificate authority."""

    @property
    def authority_contact(self) -> str:
        """Mail address that it writes to; empty for none."""

    @property
    def authority_names(self) -> tuple[str, ...]:
        """What CAA records call it."""

    @property
    def challenge_port(self) -> int:
        """Where it looks for the answers of proxies."""

    @property
    def proxy_tls_port(self) -> int:
        """Where proxies speak TLS, by their addresses."""

    @property
    def dns_updates(self) -> str:
        """Where records that prove names are written; empty for nowhere."""

    @property
    def web_origins(self) -> tuple[str, ...]:
        """Where the web app is, the usual place first."""

    @property
    def mail_from(self) -> str:
        """The address that letters to people come from; empty where none are sent."""

    @property
    def mail_name(self) -> str:
        """What the product calls itself in letters."""

    @property
    def support_contact(self) -> str:
        """How people reach whoever runs the installation; empty where that is not told."""

    @property
    def due_days(self) -> int:
        """For how many days an invoice can be paid until it is overdue."""

    @property
    def stops_overdue(self) -> bool:
        """Whether the apps of who does not pay at all are stopped, after notice."""

    @property
    def closing_grace_days(self) -> int:
        """For how many days whoever closes their account can keep it after all."""

    @property
    def step_seconds(self) -> Mapping[str, float]:
        """How long a step may answer that it waits, by its name, where not as it declares."""


class Tools(Protocol):
    """The ports of one process."""

    def settings(self) -> Installation:
        """The installation's configuration."""

    def records(self) -> Records:
        """The store."""

    def ledger(self) -> Ledger:
        """Who owes whom."""

    def payments(self) -> Payments:
        """Whoever takes payments. Raises `Unavailable` where nobody does."""

    def payment_notes(self) -> PaymentNotes:
        """What was seen of payments."""

    def runs(self) -> Runs:
        """When apps ran, and what templates cost since when."""

    def metrics(self) -> Metrics:
        """What deployments use."""

    def traffic(self) -> TrafficHistory:
        """What the app proxies carried."""

    def contents(self, folder: str) -> Contents:
        """The immutable contents of one folder."""

    def papers(self) -> Papers:
        """What prints invoices."""

    def downloads(self) -> Downloads:
        """Where files lie that people fetch by a link."""

    def archives(self) -> Archives:
        """Where archives lie that are made in pieces."""

    def vault(self) -> Vault:
        """The bucket of archives."""

    def bucket(self, access: BucketAccess) -> CustomersVault:
        """A bucket of archives that a customer named; it is not asked yet."""

    def outbox(self) -> Outbox:
        """The usage events that wait to be reported."""

    def meter(self) -> Meter | None:
        """The gateway's meter; None where none is configured."""

    def account_plans(self) -> AccountPlans | None:
        """The plans of the gateway's accounts; None where it is not known where the gateway is."""

    def people(self) -> People | None:
        """The people of the gateway's accounts; None where it is not known where the gateway is."""

    def mail(self) -> Mail | None:
        """Whoever delivers letters; None where the installation has no address to write from."""

    def resets(self) -> Resets:
        """Links for new passwords."""

    def idempotency_secret(self) -> str:
        """The secret under which repeated requests are told apart, and links are signed."""

    def keys(self) -> Keys | None:
        """The keys of the gateway's accounts; None where it is not known where the gateway is."""

    def last_uses(self) -> LastUses:
        """When things were last used."""

    def paces(self) -> Paces:
        """Where is kept how long work usually takes."""

    def reports(self) -> Reports:
        """What background work found when it last looked."""

    def holdings(self) -> Holdings:
        """Everything that is reserved."""

    def queue(self, name: str) -> Queue:
        """The way to one kind of background work."""

    def webhooks(self) -> Webhooks:
        """The way to receivers of webhooks."""

    def dns(self) -> Dns:
        """The authoritative servers of any name."""

    def workflows(self) -> Workflows:
        """The state machines."""

    def seal(self) -> Seal:
        """The sealing of secrets."""

    def rates(self) -> Rates:
        """How often each caller does what costs much."""

    def authority(self, key: str, account: str = "") -> Authority:
        """The certificate authority, under the account of a key."""

    def probes(self) -> Probes:
        """What proxies show to the world."""

    def zones(self) -> Zones:
        """The zone that records may be written in which prove names."""

    def cloud(self, provider: str, credentials: dict[str, str], region: str = "") -> Cloud:
        """An account at a provider, opened for a region; empty leaves that to the provider."""

    def registries(self) -> Registries:
        """The way to registries of images that customers name."""

    def connect(self) -> Connect:
        """How to log in to a node."""

    def now(self) -> str:
        """The present as text."""

    def new_id(self, prefix: str | None) -> str:
        """Make an id for a new record."""

    def told(self, record: Record, name: str, actor: str, **data: Any) -> Journal:
        """A journal entry of this moment about a record."""

    def used(
        self, user: str, event: str, resource: str, resource_type: str, **metadata: str
    ) -> Usage:
        """A usage event of this moment."""

    def addresses(self, host: str) -> tuple[str, ...]:
        """The IPv4 addresses that a host name has now; none when they cannot be told."""

    def answers(self, address: str, port: int, host: str, door: Door | None = None) -> bool:
        """Whether something speaks HTTP at `address`:`port` for `host`, asked once.

        With a `door` it is asked through that.
        """

    def admits(self, address: str, name: str, card: Card) -> bool | None:
        """Whether a node's door lets in who shows a card; raises nothing, asked once.

        None where it does not say, in the time that it is given.
        """
