"""What apps show that they cost: the price of their template that holds, as it is billed.

A template's price hangs on the template, not on its versions. A change reaches every app of the
template by messages, and the daily round of invoices looks once more at what runs. The price is
read behind the app and written on condition that the app is as it was read, so that the later of
two prices wins in whatever order they come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass

from chalicelib.domain import clock
from chalicelib.domain.billing.intervals import Price
from chalicelib.ports.records import Change, Record
from chalicelib.services.catalogue.template_apps import ask, go_through, running, tell_each
from chalicelib.services.tools import Tools

SYSTEM = "hoster"


@dataclass(frozen=True)
class Priced:
    """Asks for the apps of a template to show its price, from a place in their list on."""

    template: str
    after: str = ""


def changed(tools: Tools, template: str) -> None:
    """Ask for every app of a template to show its new price."""
    ask(tools, asdict(Priced(template)))


def follow(tools: Tools, asked: Priced, *, seconds: float) -> Counter[str]:
    """Have the apps of a template show its price, a page at a time; returns what was done.

    What is left after some seconds is left to the consumer of the queue, by a message.
    """
    told = go_through(
        tools,
        asked.template,
        lambda apps: show(tools, apps),
        after=asked.after,
        seconds=seconds,
        rest=lambda place: asdict(Priced(asked.template, place)),
    )
    return Counter(priced=told)


def follow_running(tools: Tools, owner: str) -> Counter[str]:
    """Have the apps of an account that run show their price; returns what was done."""
    return Counter(priced=show(tools, running(tools, owner)))


def show(tools: Tools, apps: Iterable[str]) -> int:
    """Have apps show the price that holds, and tell what changed; returns of how many it did.

    Raises `Contended` when others keep coming between.
    """

    def news(present: list[Record]) -> dict[str, Price]:
        prices = _prices(tools, {app.attributes["template_id"] for app in present})
        of = {app.id: prices.get(app.attributes["template_id"]) for app in present}
        return {app.id: price for app in present if (price := of[app.id]) and _is_news(app, price)}

    return tell_each(tools, apps, news, lambda app, price: _show(tools, app, price))


def _is_news(app: Record, price: Price) -> bool:
    return bool(app.attributes.get("price_monthly_cents") != price.monthly_cents)


def _prices(tools: Tools, templates: Collection[str]) -> dict[str, Price]:
    """The price of each template that holds; none where none was ever noted."""
    noted = tools.runs().prices(sorted(templates))
    return {name: prices[-1] for name, prices in noted.items() if prices}


def _show(tools: Tools, app: Record, price: Price) -> None:
    """Write one app's price and tell it, unless the app changed meanwhile (`Stale`)."""
    what = {
        "from": app.attributes.get("price_monthly_cents") or 0,
        "to": price.monthly_cents,
        "at": clock.text_at(price.at),
    }
    tools.records().commit(
        Change(
            of=app,
            attributes={"price_monthly_cents": price.monthly_cents},
            if_version=app.version,
        ),
        tools.told(app, "price_changed", SYSTEM, **what),
    )
