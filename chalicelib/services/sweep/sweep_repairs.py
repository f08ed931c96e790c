"""What a sweep does about what is certain, each thing on condition of what was read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from chalicelib.domain.errors import ProductError, Stale
from chalicelib.domain.sweep import DESTROYED, Finding
from chalicelib.ports.records import Change, Record
from chalicelib.services.provisions.destroying import begin_destroy
from chalicelib.services.sweep.sweep_account import Account
from chalicelib.services.tools import Tools

MOVED = "The record changed meanwhile; the next sweep looks again."


class Repairs:
    """The repairs of one sweep. A record that moved on since it was read is left alone."""

    def __init__(self, tools: Tools, account: Account, records: dict[str, Record]) -> None:
        self.tools = tools
        self.account = account
        self.records = dict(records)

    def make(self, finding: Finding) -> str:
        """Make one repair; returns why it was not made, in a sentence, or nothing."""
        made: dict[str, Callable[[Finding], None]] = {
            "adopt": self._adopt,
            "destroy": self._destroy,
            "mark": self._mark,
            "unmark": self._unmark,
            "end": self._end,
        }
        try:
            made[finding.repair](finding)
        except Stale:
            return MOVED
        except ProductError as error:
            return error.detail
        return ""

    def _record(self, finding: Finding) -> Record:
        """The record as it was read. Raises `Stale` for none."""
        if finding.order is None or finding.order.id not in self.records:
            raise Stale(MOVED)
        return self.records[finding.order.id]

    def _write(self, record: Record, name: str, attributes: dict[str, Any], **data: Any) -> None:
        """Write and tell at once, as long as nothing works on the record and nothing else wrote."""
        change = Change(of=record, attributes=attributes, if_version=record.version, if_idle=True)
        self.tools.records().commit(change, self.tools.told(record, name, "hoster", **data))
        self.records[record.id] = replace(
            record,
            version=record.version + 1,
            attributes={**record.attributes, **attributes},
        )

    def _adopt(self, finding: Finding) -> None:
        """Write down whose server it is; a retry goes on with it, a destroy takes it down."""
        record, server = self._record(finding), finding.server
        if server is None:
            raise Stale(MOVED)
        adopted = {
            "provider_instance_id": server.id,
            "public_ip": server.address,
            "ssh_user": server.user,
            "ordered_at": record.attributes.get("ordered_at") or self.tools.now(),
            "refused": None,
            "missing_since": None,
        }
        self._write(record, "server_adopted", adopted, server=server.id)

    def _destroy(self, finding: Finding) -> None:
        """Destroy a server of a tombstone, or one too many."""
        record, server = self._record(finding), finding.server
        if server is None:
            raise Stale(MOVED)
        fresh = self.tools.records().get(record.id)
        if fresh is None or fresh.version != record.version or fresh.work is not None:
            raise Stale(MOVED)
        self.account.cloud(server.region).destroy(server.id)
        name = "extra_server_destroyed"
        if record.status == DESTROYED:
            name = "returned_server_destroyed"
        self.tools.records().tell(self.tools.told(record, name, "hoster", server=server.id))

    def _mark(self, finding: Finding) -> None:
        record = self._record(finding)
        missing = {"missing_since": self.tools.now()}
        self._write(
            record, "server_missing", missing, server=finding.order and finding.order.server
        )

    def _unmark(self, finding: Finding) -> None:
        record = self._record(finding)
        self._write(record, "server_found", {"missing_since": None})

    def _end(self, finding: Finding) -> None:
        """Begin the ordinary destroy, which demands the same proof once more."""
        begin_destroy(
            self.tools,
            replace(self._record(finding), pinned=True),
            actor="hoster",
            with_apps=True,
            ended_reason="gone_at_provider",
        )
