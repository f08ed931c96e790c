"""Servers that no record knows, destroyed when their account's owner says so by name."""

from __future__ import annotations

import contextlib
from typing import Any

from chalicelib.domain import sweep
from chalicelib.domain.errors import Conflict, Gone, NotFound, ProductError
from chalicelib.domain.sweep import DESTROYED, Standing
from chalicelib.ports.records import Record
from chalicelib.services.accounts.declarations import refuse_other_name
from chalicelib.services.secrets.credentials import is_own
from chalicelib.services.sweep.sweep_account import PROVISIONS, Account, standing
from chalicelib.services.tools import Tools


def account_of(tools: Tools, credential_id: str, owner: str) -> Record:
    """Read the credential of a caller who was let in. Raises `NotFound` when it is not his."""
    record = tools.records().get(credential_id)
    if record is None or not is_own(record, owner):
        raise NotFound(f"There is no cloud credential {credential_id} of yours.")
    return record


def destroy_orphan(
    tools: Tools, credential: Record, *, server_id: str, name: str, actor: str
) -> dict[str, Any]:
    """Destroy a server of this account that carries this installation's tag and has no record.

    Raises `NotFound` for a server that the account does not have, `Invalid` when the name is not
    the server's, and `Conflict` with code `not_orphaned` for one that a record knows or that
    another installation tagged.
    """
    account = Account(tools, credential)
    server = _found(tools, account, server_id)
    refuse_other_name(server.name, name, what="server")
    _refuse_known(tools, account, server)
    # Written before it is asked for: what a person has destroyed is never without a trace.
    data = {"server": server.id, "called": server.name, "address": server.address}
    tools.records().tell(tools.told(credential, "orphan_destroyed", actor, **data))
    cloud = account.cloud(server.region)
    cloud.destroy(server.id)
    installation = tools.settings().installation
    if named := sweep.record_of(server, installation):
        with contextlib.suppress(ProductError):
            # It may still be held by the server that goes.
            cloud.remove_firewall(f"{installation}-{named}")
    return {"name": server.name, "address": server.address, "destroyed_at": tools.now()}


def _found(tools: Tools, account: Account, server_id: str) -> Standing:
    """Read the server in each region where it may be.

    What a region says that does not answer is raised only when no other one has the server.
    """
    before = tools.reports().of(account.credential.id) or {}
    silent: ProductError | None = None
    for region in account.regions(before.get("regions", ())):
        try:
            return standing(account.cloud(region).get(server_id), region)
        except Gone:
            continue
        except ProductError as error:
            silent = error
    if silent is not None:
        raise silent
    raise NotFound(f"There is no server {server_id} in this account.")


def _refuse_known(tools: Tools, account: Account, server: Standing) -> None:
    installation = tools.settings().installation
    if not sweep.is_ours(server, installation):
        detail = f"{server.name} does not carry the tag of this installation alone."
        raise Conflict(detail, code="not_orphaned")
    named = sweep.record_of(server, installation)
    record = tools.records().get(named) if named else None
    # Tags may be lost: what is written down counts as well.
    for known in (record, *account.holders({server.id})):
        if known is None or known.type != PROVISIONS or known.status == DESTROYED:
            continue
        detail = f"{server.name} belongs to {known.id}, which is {known.status}: destroy that."
        raise Conflict(detail, code="not_orphaned")
