"""One account that is swept: its servers in every region where any may be, and its records."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import replace

from chalicelib.domain import sweep
from chalicelib.domain.errors import Gone, GoneUnproven, InvalidCredential, ProductError
from chalicelib.domain.sweep import DESTROYED, Evidence, Order, Scope, Standing
from chalicelib.ports.clouds import Cloud, Server
from chalicelib.ports.records import Record, Selection
from chalicelib.services.provisions.proofs import demand_account
from chalicelib.services.provisions.signs import last_answer
from chalicelib.services.secrets.credentials import is_own
from chalicelib.services.tools import Tools
from chalicelib.services.work.budgets import is_stuck

PROVISIONS = "cloud_provisions"
PAGE = 200
TOMBSTONES = 50
"""How many of the owner's newest destroyed provisions are looked at."""
REGIONAL = frozenset({"aws"})
"""Providers whose API knows the servers of one region at a time."""


class Account:
    """An account at a provider, opened once. What fails of it is noted in `errors`."""

    def __init__(self, tools: Tools, credential: Record) -> None:
        self.tools = tools
        self.credential = credential
        self.errors: list[dict[str, str]] = []
        self._clouds: dict[str, Cloud] = {}
        self._secret: dict[str, str] | None = None
        self._buried: tuple[Record, ...] | None = None

    @property
    def is_regional(self) -> bool:
        """Whether each region has to be asked by itself."""
        return self.credential.attributes["provider"] in REGIONAL

    def cloud(self, region: str) -> Cloud:
        """Open the account for a region; empty for its default. Raises `InvalidCredential`."""
        if self._secret is None:
            if not is_own(self.credential, self.credential.owner):
                raise InvalidCredential("This credential holds no secrets any more.")
            sealed = self.credential.sealed["credentials"]
            text = self.tools.seal().open(sealed, record=self.credential.id, field="credentials")
            self._secret = json.loads(text)
        if region not in self._clouds:
            place = region or str(self.credential.attributes.get("default_region") or "")
            provider = self.credential.attributes["provider"]
            self._clouds[region] = self.tools.cloud(provider, self._secret, place)
        return self._clouds[region]

    def note(self, region: str, error: ProductError) -> None:
        """Note what a region answered in place of what was asked."""
        said = {"region": region, "code": error.error_code, "message": error.detail}
        if said not in self.errors:
            self.errors.append(said)

    def regions(self, before: Iterable[str]) -> tuple[str, ...]:
        """Where servers of this account may be; `before` are the regions of the last sweep."""
        if not self.is_regional:
            return ("",)
        default = str(self.credential.attributes.get("default_region") or "")
        records = (*self.provisions(), *self.tombstones())
        found = {str(record.attributes.get("region") or default) for record in records}
        return tuple(sorted({default, *found, *before}))

    def listed(self, regions: Iterable[str]) -> tuple[list[Standing], frozenset[str]]:
        """List the servers with this installation's tag, and the regions that did not tell."""
        tag = sweep.installation_tag(self.tools.settings().installation)
        found: dict[str, Standing] = {}
        silent: set[str] = set()
        for region in regions:
            try:
                servers = self.cloud(region).find(tag)
            except ProductError as error:
                self.note(region, error)
                silent.add(region)
            else:
                found |= {server.id: standing(server, region) for server in servers}
        return list(found.values()), frozenset(silent)

    def provisions(self) -> tuple[Record, ...]:
        """The living provisions of this credential."""
        return self._living(Selection(PROVISIONS, parent=self.credential.id))

    def holders(self, servers: Collection[str]) -> tuple[Record, ...]:
        """The owner's living provisions that have one of some servers written down.

        Those of other credentials as well: two may open the same account.
        """
        if not servers:
            return ()
        provider = self.credential.attributes["provider"]
        return tuple(
            record
            for record in self._living(Selection(PROVISIONS, owner=self.credential.owner))
            if record.attributes.get("provider_instance_id") in servers
            and record.attributes.get("provider") == provider
        )

    def _living(self, selection: Selection) -> tuple[Record, ...]:
        found: list[Record] = []
        after: str | None = None
        while True:
            page = self.tools.records().select(selection, limit=PAGE, after=after, before=None)
            found += [record for record in page.records if record.type == PROVISIONS]
            after = page.after
            if after is None:
                return tuple(found)

    def tombstones(self) -> tuple[Record, ...]:
        """The newest destroyed provisions of this credential, read once."""
        if self._buried is not None:
            return self._buried
        selection = Selection(PROVISIONS, owner=self.credential.owner, status=DESTROYED)
        page = self.tools.records().select(selection, limit=TOMBSTONES, after=None, before=None)
        mine = self.credential.id
        found = (r for r in page.records if r.attributes.get("credential_id") == mine)
        self._buried = tuple(found)
        return self._buried

    def region_of(self, record: Record) -> str:
        """The region that is asked for what is a record's."""
        if not self.is_regional:
            return ""
        default = self.credential.attributes.get("default_region")
        return str(record.attributes.get("region") or default or "")

    def records(self, servers: Iterable[Standing]) -> dict[str, Record]:
        """What is recorded: the living provisions, and whatever a server's tag names.

        Where tags name no record, whoever of the owner's has the server written down.

        Records are read after the servers were listed, since each is written before its order:
        a server whose record is not found then has none.
        """
        installation = self.tools.settings().installation
        named = {server.id: sweep.record_of(server, installation) for server in servers}
        living = {record.id for record in self.provisions()}
        # By id, consistently: an index may be behind, and lacks what is destroyed.
        wanted = tuple(sorted({*living, *(name for name in named.values() if name)}))
        found = self.tools.records().get_many(wanted)
        unknown = {server for server, name in named.items() if name not in found}
        found |= {record.id: record for record in self.holders(unknown)}
        return {record.id: record for record in found.values() if record.type == PROVISIONS}

    def order(self, record: Record) -> Order:
        """A provision as a sweep of this account sees it.

        A tombstone is this account's whichever credential it was ordered by, as long as its owner
        is the same: the credential may be gone by now.
        """
        known = record.attributes
        is_mine = known.get("credential_id") == self.credential.id or record.status == DESTROYED
        return Order(
            id=record.id,
            name=str(known.get("instance_name") or record.id),
            status=record.status,
            changed_at=record.updated_at,
            region=self.region_of(record),
            server=known.get("provider_instance_id") or None,
            working=record.work is not None,
            stuck=is_stuck(self.tools, record),
            missing_since=known.get("missing_since") or None,
            own=is_mine and record.owner == self.credential.owner,
        )

    def seen(self, order: Order, record: Record) -> Order:
        """An order whose server the provider does not know, with when it last answered."""
        return replace(order, seen_at=last_answer(self.tools, record))

    def evidence(self, orders: Iterable[Order], records: dict[str, Record]) -> dict[str, Evidence]:
        """Ask for servers that are not listed, one by one; what does not answer tells nothing."""
        found: dict[str, Evidence] = {}
        for order in orders:
            try:
                found[order.id] = self._asked(order, records[order.id])
            except ProductError as error:
                self.note(order.region, error)
        return found

    def _asked(self, order: Order, record: Record) -> Evidence:
        cloud = self.cloud(order.region)
        try:
            cloud.get(order.server or "")
        except Gone:
            known = record.attributes
            if known.get("gone_at") and known.get("gone_of") == order.server:
                return "gone"
            try:
                demand_account(self.tools, record, cloud)
            except GoneUnproven:
                return "stranger"
            return "gone"
        return "there"


def standing(server: Server, region: str) -> Standing:
    """A server as a comparison sees it."""
    return Standing(
        id=server.id,
        name=server.name,
        tags=server.tags,
        created_at=server.created_at,
        leaving=server.state == "leaving",
        address=server.address,
        region=region,
        user=server.user,
    )


def scope_of(tools: Tools, *, repairs: bool, silent: frozenset[str]) -> Scope:
    """What one sweep is of, at this moment."""
    known = tools.settings()
    return Scope(
        installation=known.installation,
        now=tools.now(),
        lag=known.provider_lag_seconds,
        repairs=repairs,
        unlisted=silent,
    )
