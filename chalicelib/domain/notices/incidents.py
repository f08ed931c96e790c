"""Incidents: what began and has not ended, so that each is told once, and its end as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.notices.rules import BY_NODE, Rule, Type


@dataclass(frozen=True)
class Fact:
    """An entry of the journal that has a rule, with what is known around it."""

    entry: str
    """The entry's id, which sorts by time."""
    rule: Rule
    about: str
    """The id of the record that it is about."""
    kind: str
    """That record's type."""
    at: str
    name: str
    """What its owner calls it."""
    detail: str
    """What happened, in a sentence."""
    deployment: str = ""
    """The app that it is about, or whose name or certificate it is about."""
    node: str = ""
    """The server that an app lives on, where both are the same account's."""
    node_name: str = ""
    hostname: str = ""

    @property
    def incident(self) -> str:
        """The key of the incident that it opens or ends; empty for none."""
        if not self.rule.incident:
            return ""
        return incident_key(self.rule.incident, self.about, self.hostname)


@dataclass(frozen=True)
class Incident:
    """What began and has not ended. `rank` is the worst that was told of it."""

    key: str
    about: str
    since: str
    rank: int
    swallowed: bool = False
    """Whether it was told as part of its server's alone."""

    def data(self) -> dict[str, Any]:
        """Write it as what is kept with its key."""
        return {"since": self.since, "rank": self.rank, "swallowed": self.swallowed}


@dataclass(frozen=True)
class Item:
    """One thing that a notice tells."""

    type: Type
    fact: Fact
    since: str
    """When it began; of what did not last, when it happened."""
    swallowed: bool = False
    """Whether the notice of its server says it to whoever hears of that."""


@dataclass(frozen=True)
class Round:
    """What some facts come to: what is told, and which incidents are open or over then."""

    items: tuple[Item, ...]
    opened: tuple[Incident, ...]
    closed: tuple[Incident, ...]


def incident_key(kind: str, about: str, hostname: str = "") -> str:
    """The key of an incident of a kind: of a record, or of one of an app's host names."""
    return f"{kind}#{about}" + (f"#{hostname}" if hostname else "")


def weigh(facts: Iterable[Fact], standing: Mapping[str, Incident]) -> Round:
    """Decide what facts of one account mean, given the incidents that stand, in order of time.

    What begins and ends among them is told once, by its end. An app that cannot be seen because
    its server went is swallowed by the server's own notice.
    """
    ordered = sorted(facts, key=lambda fact: fact.entry)
    known = dict(standing)
    went = {key for key in known if key.startswith("node#")} | {
        fact.incident for fact in ordered if fact.rule == _opening_of(fact, "node")
    }
    told: dict[str, Item] = {}
    for fact in ordered:
        key = fact.incident
        if not key:
            told[fact.entry] = Item(fact.rule.type, fact, fact.at)
        elif fact.rule.does == "opens":
            _open(fact, known, told, swallowed=_is_swallowed(fact, went))
        else:
            _end(fact, known, told)
    before = dict(standing)
    for key in known.keys() & before.keys():
        if known[key].rank <= before[key].rank:
            # It ended and began again in between: nothing of it is new.
            known[key] = before[key]
            told.pop(key, None)
    return Round(
        tuple(told.values()),
        tuple(one for key, one in known.items() if before.get(key) != one),
        tuple(one for key, one in before.items() if key not in known),
    )


def _opening_of(fact: Fact, incident: str) -> Rule | None:
    """The fact's own rule where it opens such an incident."""
    opens = fact.rule.does == "opens" and fact.rule.incident == incident
    return fact.rule if opens else None


def _is_swallowed(fact: Fact, went: set[str]) -> bool:
    return fact.rule.rank == BY_NODE and incident_key("node", fact.node) in went


def _open(
    fact: Fact, known: dict[str, Incident], told: dict[str, Item], *, swallowed: bool
) -> None:
    """Open an incident, or make one worse; one that is told already stays as it is."""
    key, rank = fact.incident, fact.rule.rank
    standing = known.get(key)
    if standing is not None and standing.rank >= rank:
        return
    since = standing.since if standing else fact.at
    known[key] = Incident(key, fact.about, since, rank, swallowed)
    told[key] = Item(fact.rule.type, fact, since, swallowed)


def _end(fact: Fact, known: dict[str, Incident], told: dict[str, Item]) -> None:
    """End an incident; what nobody was told of has no end to tell."""
    key = fact.incident
    standing = known.get(key)
    if standing is None or (fact.rule.rank == BY_NODE and standing.rank != BY_NODE):
        return
    del known[key]
    told.pop(key, None)
    if fact.rule.does == "closes":
        told[key] = Item(fact.rule.type, fact, standing.since, standing.swallowed)
