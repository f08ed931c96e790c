"""The ports behind which the store's tables stand, but for the records themselves.

What functions know is `chalicelib.runtime.wiring`, which has them all.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chalicelib.runtime import settings as environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.idempotency import BasePersistenceLayer

    from chalicelib.adapters.records.tables import Tables
    from chalicelib.ports.holdings import Holdings
    from chalicelib.ports.idempotency import Intents
    from chalicelib.ports.last_uses import LastUses
    from chalicelib.ports.ledger import Ledger
    from chalicelib.ports.metrics import Metrics
    from chalicelib.ports.outbox import Outbox
    from chalicelib.ports.paces import Paces
    from chalicelib.ports.payment_notes import PaymentNotes
    from chalicelib.ports.rates import Rates
    from chalicelib.ports.reports import Reports
    from chalicelib.ports.resets import Resets
    from chalicelib.ports.runs import Runs
    from chalicelib.ports.traffic import TrafficHistory


def tables_of_installation() -> Tables:
    """The tables of this installation."""
    from chalicelib.adapters.records.tables import tables

    known = environment.settings()
    return tables(known.installation, known.region)


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


@cache
def payment_notes() -> PaymentNotes:
    """What was seen of payments."""
    from chalicelib.adapters.records.payment_notes import DynamoPaymentNotes

    return DynamoPaymentNotes(tables_of_installation())
